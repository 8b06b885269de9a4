// Writing a diagnostic setting that sends to a hub takes the right to use the namespace's rule. No built-in role has it
// without being able to read the events as well. The role is defined in the hub's subscription and given on the one rule.
targetScope = 'subscription'

@description('The name that Telltale was deployed with.')
param name string

@description('The rule, of this subscription.')
param ruleId string

@description('Who may use it.')
param principalId string

@description('What for, as it stands at the assignment.')
param purpose string

var parts = split(ruleId, '/')

resource role 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, name, 'use-of-rule')
  properties: {
    // Unique in the tenant, not in the subscription, as names of roles must be.
    roleName: 'Telltale: use the send-only rule (${name}, ${subscription().subscriptionId})'
    description: 'Lets an identity write diagnostic settings that send to the hubs of Telltale'
    type: 'CustomRole'
    assignableScopes: [
      subscription().id
    ]
    permissions: [
      {
        actions: [
          'Microsoft.EventHub/namespaces/authorizationRules/read'
          'Microsoft.EventHub/namespaces/authorizationRules/listKeys/action'
        ]
        notActions: []
      }
    ]
  }
}

module assignment 'ruleAssignment.bicep' = {
  name: 'telltale-rule-${take(principalId, 8)}'
  scope: resourceGroup(parts[4])
  params: {
    namespaceName: parts[8]
    ruleName: parts[10]
    roleDefinitionId: role.id
    principalId: principalId
    purpose: purpose
  }
}
