// Telemetry of a subscription: its activity log, and a policy for each kind of resource that turns the right
// categories on and keeps them on. Once for each subscription that Telltale watches.
targetScope = 'subscription'

@description('The name that Telltale was deployed with.')
@minLength(3)
@maxLength(12)
param name string = 'telltale'

@description('Region of the identity that repairs what does not comply.')
param location string = deployment().location

@description('Send-only rule of the namespace: the output azureMonitorRuleId of the deployment of Telltale.')
@minLength(1)
param ruleId string

@description('Region of the namespace, without spaces, as westeurope. Azure Monitor streams a resource to a hub of its own region only.')
param hubLocation string = location

@description('Hubs that the namespace has; a class without a hub of its own goes to the first.')
@minLength(1)
param hubNames array = ['telemetry']

@description('Kind of organisation. A: identity, Microsoft 365 and servers. B: and platform services. C: and a product of its own with its edge.')
@allowed([
  'A'
  'B'
  'C'
])
param profile string = 'A'

@description('Kinds of resources to leave out, by the names in resource-types.json.')
param except array = []

@description('Whether what is missing is repaired, or only counted.')
param enforce bool = true

var settingName = 'telltale-${name}'
var region = toLower(replace(deployment().location, ' ', ''))
var wanted = {
  A: ['A']
  B: ['A', 'B']
  C: ['A', 'B', 'C']
}
var kinds = filter(
  loadJsonContent('resource-types.json'),
  kind => contains(wanted[profile], kind.profile) && !contains(except, kind.name)
)
// The collector's own app and storage account, where they are in this subscription: their logs, read by itself, would
// feed itself for ever.
var suffix = uniqueString(subscription().id, name)
var collector = '/sites/func-${name}-${suffix}'
var storageName = take('st${name}${suffix}', 24)
var collectorStorage = '/storageAccounts/${storageName}'
var roles = loadJsonContent('../roles.json')
var activityCategories = loadJsonContent('activity-categories.json')

resource activityLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: settingName
  properties: {
    eventHubAuthorizationRuleId: ruleId
    eventHubName: hubNames[0]
    logs: [
      for category in activityCategories: {
        category: category
        enabled: true
      }
    ]
  }
}

resource policy 'Microsoft.Authorization/policyDefinitions@2025-03-01' = [
  for kind in kinds: {
    name: '${settingName}-${kind.name}'
    properties: {
      policyType: 'Custom'
      mode: 'All'
      displayName: 'Telltale: ${kind.type} streams its audit categories'
      description: 'Turns on ${join(kind.categories, ', ')} of every ${kind.type}, into a hub of Telltale'
      metadata: {
        category: 'Monitoring'
        source: 'Telltale'
      }
      parameters: {
        ruleId: {
          type: 'String'
        }
        hubName: {
          type: 'String'
        }
        effect: {
          type: 'String'
          allowedValues: [
            'DeployIfNotExists'
            'AuditIfNotExists'
            'Disabled'
          ]
          defaultValue: 'DeployIfNotExists'
        }
      }
      policyRule: {
        if: {
          allOf: concat(
            [
              {
                field: 'type'
                equals: kind.type
              }
              {
                field: 'id' // the collector's own, and what is below it
                notContains: collector
              }
              {
                field: 'id'
                notContains: collectorStorage
              }
              {
                // A regional resource streams to a hub of its own region only; global ones stream to any.
                field: 'location'
                in: [
                  hubLocation
                  'global'
                ]
              }
            ],
            empty(kind.kind) ? [] : [
              {
                field: 'kind'
                contains: kind.kind
              }
            ],
            empty(kind.notKind) ? [] : [
              {
                field: 'kind'
                notContains: kind.notKind
              }
            ]
          )
        }
        then: {
          effect: '[parameters(\'effect\')]'
          details: {
            type: 'Microsoft.Insights/diagnosticSettings'
            name: settingName
            evaluationDelay: 'AfterProvisioning'
            roleDefinitionIds: [
              '/providers/Microsoft.Authorization/roleDefinitions/${roles.monitoringContributor}'
            ]
            existenceCondition: {
              allOf: concat(
                [
                  {
                    field: 'Microsoft.Insights/diagnosticSettings/eventHubAuthorizationRuleId'
                    equals: '[parameters(\'ruleId\')]'
                  }
                  {
                    field: 'Microsoft.Insights/diagnosticSettings/eventHubName'
                    equals: '[parameters(\'hubName\')]'
                  }
                ],
                map(kind.categories, category => {
                  count: {
                    field: 'Microsoft.Insights/diagnosticSettings/logs[*]'
                    where: {
                      allOf: [
                        {
                          field: 'Microsoft.Insights/diagnosticSettings/logs[*].category'
                          equals: category
                        }
                        {
                          field: 'Microsoft.Insights/diagnosticSettings/logs[*].enabled'
                          equals: 'true'
                        }
                      ]
                    }
                  }
                  greater: 0
                })
              )
            }
            deployment: {
              properties: {
                mode: 'incremental'
                parameters: {
                  scope: {
                    value: '[field(\'id\')]'
                  }
                  ruleId: {
                    value: '[parameters(\'ruleId\')]'
                  }
                  hubName: {
                    value: '[parameters(\'hubName\')]'
                  }
                }
                template: {
                  '$schema': 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#'
                  contentVersion: '1.0.0.0'
                  parameters: {
                    scope: {
                      type: 'string'
                    }
                    ruleId: {
                      type: 'string'
                    }
                    hubName: {
                      type: 'string'
                    }
                  }
                  resources: [
                    {
                      type: 'Microsoft.Insights/diagnosticSettings'
                      apiVersion: '2021-05-01-preview'
                      name: settingName
                      scope: '[parameters(\'scope\')]'
                      properties: {
                        eventHubAuthorizationRuleId: '[parameters(\'ruleId\')]'
                        eventHubName: '[parameters(\'hubName\')]'
                        logs: map(kind.categories, category => {
                          category: category
                          enabled: true
                        })
                      }
                    }
                  ]
                }
              }
            }
          }
        }
      }
    }
  }
]

resource initiative 'Microsoft.Authorization/policySetDefinitions@2025-03-01' = {
  name: settingName
  properties: {
    policyType: 'Custom'
    displayName: 'Telltale: telemetry on (${name}, profile ${profile})'
    description: 'Turns on the categories that detectors read, for every kind of resource of the profile'
    metadata: {
      category: 'Monitoring'
      source: 'Telltale'
    }
    parameters: {
      ruleId: {
        type: 'String'
      }
      effect: {
        type: 'String'
        defaultValue: 'DeployIfNotExists'
      }
    }
    policyDefinitions: [
      for (kind, index) in kinds: {
        policyDefinitionId: policy[index].id
        policyDefinitionReferenceId: kind.name
        parameters: {
          ruleId: {
            value: '[parameters(\'ruleId\')]'
          }
          hubName: {
            value: contains(hubNames, kind.hub) ? kind.hub : hubNames[0]
          }
          effect: {
            value: '[parameters(\'effect\')]'
          }
        }
      }
    ]
  }
}

resource assignment 'Microsoft.Authorization/policyAssignments@2025-03-01' = {
  name: settingName
  location: location
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    displayName: 'Telltale: telemetry on (${name})'
    policyDefinitionId: initiative.id
    enforcementMode: enforce ? 'Default' : 'DoNotEnforce'
    nonComplianceMessages: [
      {
        message: 'This resource does not stream its audit categories to Telltale, so detectors cannot see it.'
      }
    ]
    parameters: {
      ruleId: {
        value: ruleId
      }
    }
  }
}

module writesSettings '../modules/settingsWriter.bicep' = {
  name: '${settingName}-writes-settings-${region}'
  params: {
    principalId: assignment.identity.principalId
  }
}

// The rule may be in another subscription than the resources: the identity needs its right there.
module usesRule '../modules/useOfRule.bicep' = {
  // It keeps the region of its first time, and every subscription that is watched makes one there.
  name: '${settingName}-uses-rule-${take(subscription().subscriptionId, 8)}-${region}'
  scope: subscription(split(ruleId, '/')[2])
  params: {
    name: name
    ruleId: ruleId
    principalId: assignment.identity.principalId
    purpose: 'the settings that the policy writes send to its hubs'
  }
}

output policies array = [for kind in kinds: '${settingName}-${kind.name}']
output assignmentId string = assignment.id
