// Gives a role on one rule of a namespace, and on no other key of it.

@description('Name of the namespace, in this resource group.')
param namespaceName string

@description('Name of the rule.')
param ruleName string

@description('The role.')
param roleDefinitionId string

@description('Who gets it.')
param principalId string

@description('What for.')
param purpose string

resource namespace 'Microsoft.EventHub/namespaces@2024-01-01' existing = {
  name: namespaceName
}

resource rule 'Microsoft.EventHub/namespaces/authorizationRules@2024-01-01' existing = {
  parent: namespace
  name: ruleName
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(rule.id, principalId, roleDefinitionId)
  scope: rule
  properties: {
    description: 'Telltale: ${purpose}'
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: roleDefinitionId
  }
}
