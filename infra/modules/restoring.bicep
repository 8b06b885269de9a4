// What the playbook that restores diagnostic settings may do, and nothing more: a role of five actions.
targetScope = 'subscription'

@description('Name of the deployment.')
param name string

@description('The playbooks: name and principalId of each.')
param playbooks array

resource role 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, name, 'restore-setting')
  properties: {
    roleName: 'Telltale: restore diagnostic settings (${name})'
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
          'Microsoft.EventHub/namespaces/authorizationRules/read'
          'Microsoft.EventHub/namespaces/authorizationRules/listKeys/action'
        ]
        notActions: []
      }
    ]
  }
}

resource restores 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for item in filter(playbooks, playbook => playbook.name == 'restore-setting'): {
    name: guid(subscription().id, name, item.name)
    properties: {
      description: 'Telltale: the playbook writes a diagnostic setting again'
      principalId: item.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: role.id
    }
  }
]
