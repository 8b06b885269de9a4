// The way into the workspace: a data collection rule with a stream for each table.

@description('Name of the data collection rule.')
param name string

@description('Region of the workspace; the rule must be there.')
param location string

@description('Tags of every resource.')
param tags object

@description('Workspace that the rows go to.')
param workspaceId string

@description('Streams, as the rule declares them.')
param streamDeclarations object

@description('Which stream goes to which table.')
param streams array

@description('Principal id of the function app\'s identity.')
param principalId string

var roles = loadJsonContent('../roles.json')
var destination = 'workspace'

resource rule 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: name
  location: location
  tags: tags
  kind: 'Direct'
  properties: {
    description: 'Telltale: alerts and health of telemetry'
    streamDeclarations: streamDeclarations
    destinations: {
      logAnalytics: [
        {
          name: destination
          workspaceResourceId: workspaceId
        }
      ]
    }
    dataFlows: [
      for stream in streams: {
        streams: [
          stream.name
        ]
        destinations: [
          destination
        ]
        outputStream: stream.output
        transformKql: 'source'
      }
    ]
  }
}

resource publisher 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(rule.id, principalId, roles.monitoringMetricsPublisher)
  scope: rule
  properties: {
    description: 'Telltale: sends alerts'
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.monitoringMetricsPublisher
    )
  }
}

output immutableId string = rule.properties.immutableId
output endpoint string = rule.properties.endpoints.logsIngestion
