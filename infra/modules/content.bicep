// What stands in the workspace: tables, Microsoft Sentinel, parsers, saved queries, rules, workbook.
// The lists are made from the code that writes the rows, see infra/kql and infra/tables.

@description('Name of the workspace, in this resource group.')
param workspaceName string

@description('Region of the workspace.')
param location string

@description('Tags of every resource.')
param tags object

@description('Begins the name of the workbook.')
param name string

@description('Days for which rows can be queried.')
param retentionInDays int

@description('Days for which rows are kept in all.')
param totalRetentionInDays int

@description('Whether Microsoft Sentinel is switched on.')
param onboardSentinel bool

@description('Whether rules, parsers, queries and workbook are deployed.')
param deployContent bool

@description('Principal id of whoever may query the workspace to see that alerts arrived; empty for nobody.')
param readerPrincipalId string

var roles = loadJsonContent('../roles.json')
var tableList = loadJsonContent('../tables/tables.json')
var streamDeclarations = loadJsonContent('../tables/streams.json')
var functionList = loadJsonContent('../kql/functions.json')
var queryList = loadJsonContent('../kql/queries.json')
var ruleList = loadJsonContent('../kql/rules.json')
// A saved search that stands is written again only with an etag. The published type lacks it.
var writtenAgain = any({
  etag: '*'
})

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' existing = {
  name: workspaceName
}

resource table 'Microsoft.OperationalInsights/workspaces/tables@2025-02-01' = [
  for item in tableList: {
    parent: workspace
    name: item.name
    properties: {
      plan: 'Analytics'
      retentionInDays: retentionInDays
      totalRetentionInDays: totalRetentionInDays
      schema: {
        name: item.name
        description: item.description
        columns: item.columns
      }
    }
  }
]

resource sentinel 'Microsoft.SecurityInsights/onboardingStates@2025-09-01' = if (onboardSentinel) {
  name: 'default'
  scope: workspace
  properties: {
    customerManagedKey: false
  }
}

@batchSize(1) // saved searches of one workspace refuse to be written side by side
resource parser 'Microsoft.OperationalInsights/workspaces/savedSearches@2025-02-01' = [
  for item in (deployContent ? functionList : []): {
    parent: workspace
    name: item.name
    properties: union(writtenAgain, {
      category: item.category
      displayName: item.name
      functionAlias: item.name
      functionParameters: item.parameters
      query: item.query
      version: 2
    })
    dependsOn: [
      table
    ]
  }
]

@batchSize(1)
resource savedQuery 'Microsoft.OperationalInsights/workspaces/savedSearches@2025-02-01' = [
  for item in (deployContent ? queryList : []): {
    parent: workspace
    name: item.name
    properties: union(writtenAgain, {
      category: item.category
      displayName: item.title
      query: item.query
      version: 2
    })
    dependsOn: [
      parser
    ]
  }
]

resource scheduledRule 'Microsoft.SecurityInsights/alertRules@2025-07-01-preview' = [
  for item in (deployContent ? ruleList.Scheduled : []): {
    name: guid(workspace.id, item.name)
    scope: workspace
    kind: 'Scheduled'
    properties: item.properties
    dependsOn: [
      sentinel
      parser
    ]
  }
]

resource promptRule 'Microsoft.SecurityInsights/alertRules@2025-07-01-preview' = [
  for item in (deployContent ? ruleList.NRT : []): {
    name: guid(workspace.id, item.name)
    scope: workspace
    kind: 'NRT'
    properties: item.properties
    dependsOn: [
      sentinel
      parser
    ]
  }
]

module workbook 'workbook.bicep' = if (deployContent) {
  name: 'telltale-workbook'
  params: {
    name: name
    location: location
    tags: tags
    workspaceId: workspace.id
  }
}

resource reader 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(readerPrincipalId)) {
  name: guid(workspace.id, readerPrincipalId, roles.logAnalyticsReader)
  scope: workspace
  properties: {
    description: 'Telltale: sees that alerts which were accepted can be queried'
    principalId: readerPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.logAnalyticsReader)
  }
}

output workspaceCustomerId string = workspace.properties.customerId
output streamDeclarations object = streamDeclarations
output streams array = [for item in tableList: { name: item.stream, output: item.output }]
output alertStream string = first(filter(tableList, item => item.name == 'TelltaleAlerts_CL')).stream
output healthStream string = first(filter(tableList, item => item.name == 'TelltaleHealth_CL')).stream
