// Watching the collector itself: its own telemetry, and alerts when it fails. Silence of the whole collector is
// watched by the dead-man rule in Sentinel, which does not depend on anything here.

@description('Name of the Application Insights component.')
param name string

@description('Region of the component.')
param location string

@description('Tags of every resource.')
param tags object

@description('Workspace that keeps the component\'s data.')
param workspaceId string

@description('Who is mailed when the collector fails; empty for nobody.')
param alertEmails array

@description('Short name of the action group.')
@maxLength(12)
param groupShortName string

@description('Namespace whose throttling is watched.')
param namespaceId string

@description('Storage account whose availability is watched.')
param storageId string

@description('Principal id of the function app\'s identity.')
param principalId string

var roles = loadJsonContent('../roles.json')
var throttling = {
  'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
  allOf: [
    {
      criterionType: 'StaticThresholdCriterion'
      name: 'throttled'
      metricNamespace: 'Microsoft.EventHub/namespaces'
      metricName: 'ThrottledRequests'
      operator: 'GreaterThan'
      threshold: 10
      timeAggregation: 'Total'
    }
  ]
}
var unavailability = {
  'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
  allOf: [
    {
      criterionType: 'StaticThresholdCriterion'
      name: 'availability'
      metricNamespace: 'Microsoft.Storage/storageAccounts'
      metricName: 'Availability'
      operator: 'LessThan'
      threshold: 99
      timeAggregation: 'Average'
    }
  ]
}
var actionGroups = empty(alertEmails) ? [] : [group.id]

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: name
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    DisableLocalAuth: true
    IngestionMode: 'LogAnalytics'
    SamplingPercentage: 100 // host.json samples, and never exceptions; here they would be sampled too
    WorkspaceResourceId: workspaceId
  }
}

resource publisher 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, principalId, roles.monitoringMetricsPublisher)
  scope: insights
  properties: {
    description: 'Telltale: writes its own telemetry'
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles.monitoringMetricsPublisher
    )
  }
}

resource group 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(alertEmails)) {
  name: 'ag-${name}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: groupShortName
    emailReceivers: [
      for (address, index) in alertEmails: {
        name: 'mail-${index}'
        emailAddress: address
        useCommonAlertSchema: true
      }
    ]
  }
}

resource failures 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: '${name}-functions-fail'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Telltale: functions fail'
    description: 'A function of the collector failed. While collect fails, its partition waits; nothing is lost until the hub\'s retention is over.'
    severity: 1
    enabled: true
    scopes: [
      insights.id
    ]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    autoMitigate: true
    criteria: {
      allOf: [
        {
          // Requests are sampled: one that is kept stands for itemCount of them.
          query: 'requests | where success == false | project timestamp, name, itemCount'
          timeAggregation: 'Total'
          metricMeasureColumn: 'itemCount'
          operator: 'GreaterThan'
          threshold: 5
          dimensions: [
            {
              name: 'name'
              operator: 'Include'
              values: [
                '*'
              ]
            }
          ]
          failingPeriods: {
            minFailingPeriodsToAlert: 1
            numberOfEvaluationPeriods: 1
          }
        }
      ]
    }
    actions: {
      actionGroups: actionGroups
    }
  }
}

resource throttled 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: '${name}-hub-throttles'
  location: 'global'
  tags: tags
  properties: {
    description: 'The hubs refuse events: senders may lose telemetry. Raise the throughput units.'
    severity: 1
    enabled: true
    scopes: [
      namespaceId
    ]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    autoMitigate: true
    criteria: throttling
    actions: [
      for actionGroup in actionGroups: {
        actionGroupId: actionGroup
      }
    ]
  }
}

resource unavailable 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: '${name}-storage-down'
  location: 'global'
  tags: tags
  properties: {
    description: 'The storage account answers badly: the collector waits, and resumes by itself.'
    severity: 2
    enabled: true
    scopes: [
      storageId
    ]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    autoMitigate: true
    criteria: unavailability
    actions: [
      for actionGroup in actionGroups: {
        actionGroupId: actionGroup
      }
    ]
  }
}

output connectionString string = insights.properties.ConnectionString
