// Automation rules: a tag that a person sets on an incident starts the playbook that it approves.

@description('Name of the workspace, in this resource group.')
param workspaceName string

@description('Name of the deployment, which keeps the rules of two of them apart.')
param name string

@description('The playbooks: name, tag, id and principalId of each.')
param playbooks array

var roles = loadJsonContent('../roles.json')

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' existing = {
  name: workspaceName
}

resource responder 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for item in playbooks: {
    name: guid(workspace.id, item.principalId, roles.sentinelResponder)
    scope: workspace
    properties: {
      description: 'Telltale: the playbook reads the incident, uses the approval up and comments'
      principalId: item.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.sentinelResponder)
    }
  }
]

resource rule 'Microsoft.SecurityInsights/automationRules@2025-09-01' = [
  for (item, index) in playbooks: {
    name: guid(workspace.id, name, item.name)
    scope: workspace
    properties: {
      displayName: 'Telltale: ${item.name}, when a tag approves it'
      order: 100 + index
      triggeringLogic: {
        isEnabled: true
        triggersOn: 'Incidents'
        triggersWhen: 'Updated'
        conditions: [
          {
            conditionType: 'PropertyArrayChanged'
            conditionProperties: {
              arrayType: 'Labels'
              changeType: 'Added'
            }
          }
          {
            conditionType: 'Property'
            conditionProperties: {
              propertyName: 'IncidentLabel'
              operator: 'Contains'
              propertyValues: [
                item.tag
              ]
            }
          }
        ]
      }
      actions: [
        {
          order: 1
          actionType: 'RunPlaybook'
          actionConfiguration: {
            logicAppResourceId: item.id
            tenantId: tenant().tenantId
          }
        }
      ]
    }
    dependsOn: [
      responder
    ]
  }
]
