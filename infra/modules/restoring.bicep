// What the playbook that restores diagnostic settings may do, and nothing more: a role of three actions on the
// subscription, and the use of the one rule that the settings send with.
targetScope = 'subscription'

@description('Name of the deployment.')
param name string

@description('The playbooks: name and principalId of each.')
param playbooks array

@description('Send-only rule of the namespace.')
param ruleId string

var region = toLower(replace(deployment().location, ' ', ''))
var restoring = filter(playbooks, playbook => playbook.name == 'restore-setting')

resource role 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, name, 'restore-setting')
  properties: {
    roleName: 'Telltale: restore diagnostic settings (${name}, ${subscription().subscriptionId})'
    description: 'Lets a playbook write diagnostic settings that send to the hubs of Telltale'
    type: 'CustomRole'
    assignableScopes: [
      subscription().id
    ]
    permissions: [
      {
        actions: [
          'Microsoft.Web/sites/read' // whether it is a function app
          'Microsoft.Insights/diagnosticSettings/read'
          'Microsoft.Insights/diagnosticSettings/write'
        ]
        notActions: []
      }
    ]
  }
}

resource restores 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for item in restoring: {
    name: guid(subscription().id, item.principalId, name)
    properties: {
      description: 'Telltale: the playbook writes a diagnostic setting again'
      principalId: item.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: role.id
    }
  }
]

module usesRule 'useOfRule.bicep' = [
  for item in restoring: {
    name: 'telltale-restoring-uses-rule-${name}-${region}'
    params: {
      name: name
      ruleId: ruleId
      principalId: item.principalId
      purpose: 'the settings that the playbook writes again send to its hubs'
    }
  }
]
