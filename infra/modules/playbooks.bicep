// Playbooks: what a person approved by a tag on an incident is done, once. Each has an identity of its own, so that
// none holds the rights of another. docs/response.md says how approval works and what each may do.

@description('Ends the name of every playbook.')
param name string

@description('Region of the playbooks.')
param location string

@description('Tags of every resource.')
param tags object

@description('Workspace of the incidents.')
param workspaceId string

@description('Principal of "Azure Security Insights" in the tenant, which starts playbooks for automation rules.')
param sentinelPrincipalId string

@description('Object ids of accounts that are never disabled.')
param neverDisable array

@description('Send-only rule that a restored setting sends with; empty where settings are not restored.')
param ruleId string

@description('Hubs that there are; a class without one of its own goes to the first.')
param hubs array

var roles = loadJsonContent('../roles.json')
var cloud = loadJsonContent('../clouds.json')[environment().name]
var graph = cloud.graph
var arm = cloud.arm // environment().resourceManager ends with a slash in some clouds only
var activityCategories = loadJsonContent('../telemetry/activity-categories.json')
var kinds = loadJsonContent('../telemetry/resource-types.json')
var restored = concat(
  [
    {
      type: '' // the subscription itself
      kind: ''
      notKind: ''
      hub: hubs[0]
      logs: map(activityCategories, category => {
        category: category
        enabled: true
      })
    }
  ],
  map(kinds, kind => {
    type: kind.type
    kind: kind.kind
    notKind: kind.notKind
    hub: contains(hubs, kind.hub) ? kind.hub : hubs[0]
    logs: map(kind.categories, category => {
      category: category
      enabled: true
    })
  })
)
var all = [
  {
    name: 'revoke-sessions'
    tag: 'telltale-revoke-sessions:'
    definition: loadJsonContent('../playbooks/revoke-sessions.json')
    parameters: {
      graph: {
        value: graph
      }
      never: {
        value: map(neverDisable, id => toLower(id))
      }
    }
  }
  {
    name: 'remove-credential'
    tag: 'telltale-remove-credential:'
    definition: loadJsonContent('../playbooks/remove-credential.json')
    parameters: {
      graph: {
        value: graph
      }
    }
  }
  {
    name: 'restore-setting'
    tag: 'telltale-restore-setting'
    definition: loadJsonContent('../playbooks/restore-setting.json')
    parameters: {
      subscription: {
        value: toLower(subscription().id)
      }
      setting: {
        value: 'telltale-${name}'
      }
      rule: {
        value: ruleId
      }
      kinds: {
        value: restored
      }
    }
  }
]
var playbooks = filter(all, playbook => playbook.name != 'restore-setting' || !empty(ruleId))
var managedApi = subscriptionResourceId('Microsoft.Web/locations/managedApis', location, 'azuresentinel')
// The published type lacks it; without it the connection would wait for a person to sign in.
var signsInAsIdentity = {
  parameterValueType: 'Alternative'
}

resource connection 'Microsoft.Web/connections@2016-06-01' = {
  name: 'azuresentinel-${name}'
  location: location
  tags: tags
  properties: union(
    {
      displayName: 'Telltale: incidents'
      api: {
        id: managedApi
      }
    },
    signsInAsIdentity
  )
}

resource workflow 'Microsoft.Logic/workflows@2019-05-01' = [
  for item in playbooks: {
    name: 'logic-${item.name}-${name}'
    location: location
    tags: tags
    identity: {
      type: 'SystemAssigned'
    }
    properties: {
      state: 'Enabled'
      definition: item.definition
      parameters: union(item.parameters, {
        '$connections': {
          value: {
            azuresentinel: {
              connectionId: connection.id
              connectionName: connection.name
              id: managedApi
              connectionProperties: {
                authentication: {
                  type: 'ManagedServiceIdentity'
                }
              }
            }
          }
        }
        arm: {
          value: arm
        }
        incidents: {
          value: '${arm}${workspaceId}/providers/Microsoft.SecurityInsights/incidents'
        }
        tag: {
          value: item.tag
        }
      })
    }
  }
]

// Microsoft Sentinel asks for this role on the resource group; there are no other workflows in it.
resource starter 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(resourceGroup().id, name, sentinelPrincipalId, roles.sentinelAutomationContributor)
  properties: {
    description: 'Telltale: automation rules start the playbooks'
    principalId: sentinelPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.sentinelAutomationContributor
    )
  }
}

output playbooks array = [
  for (item, index) in playbooks: {
    name: item.name
    tag: item.tag
    id: workflow[index].id
    principalId: workflow[index].identity.principalId
  }
]
