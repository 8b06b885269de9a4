// The hubs that telemetry is streamed to: one that takes everything, and one for each class that has its own.

@description('Name of the namespace.')
param name string

@description('Region of the namespace.')
param location string

@description('Tags of every resource.')
param tags object

@description('Standard, or Premium for private, larger and steadier throughput.')
param sku string

@description('Throughput units (Standard) or processing units (Premium).')
param capacity int

@description('Up to how many throughput units Standard inflates by itself; 0 leaves them as they are.')
param maximumThroughputUnits int

@description('Names of the hubs.')
param hubs array

@description('Consumer group that the function app reads with; nobody else may.')
param consumerGroup string

@description('Partitions of each hub. Standard refuses to change them later, Premium to have fewer.')
param partitions int

@description('How many hours a hub keeps an event: how long the collector may be down without loss.')
param retentionHours int

@description('Whether Azure Monitor may send with a key of the namespace. Every other sender uses an identity.')
param azureMonitorKeys bool

@description('Principal id of the function app\'s identity.')
param principalId string

@description('Whether only the virtual network and trusted services of Azure may connect.')
param privateNetwork bool

var roles = loadJsonContent('../roles.json')
var inflates = sku == 'Standard' && maximumThroughputUnits > capacity

resource namespace 'Microsoft.EventHub/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: {
    name: sku
    tier: sku
    capacity: capacity
  }
  properties: {
    disableLocalAuth: !azureMonitorKeys
    isAutoInflateEnabled: inflates
    maximumThroughputUnits: inflates ? maximumThroughputUnits : 0
    minimumTlsVersion: '1.2'
    publicNetworkAccess: privateNetwork ? 'Disabled' : 'Enabled'
    zoneRedundant: true
  }
}

resource network 'Microsoft.EventHub/namespaces/networkRuleSets@2024-01-01' = {
  parent: namespace
  name: 'default'
  properties: {
    defaultAction: privateNetwork ? 'Deny' : 'Allow'
    publicNetworkAccess: privateNetwork ? 'Disabled' : 'Enabled'
    trustedServiceAccessEnabled: true // Azure Monitor reaches a closed namespace by this only
  }
}

resource hub 'Microsoft.EventHub/namespaces/eventhubs@2024-01-01' = [
  for hubName in hubs: {
    parent: namespace
    name: hubName
    properties: {
      partitionCount: partitions
      retentionDescription: {
        cleanupPolicy: 'Delete'
        retentionTimeInHours: retentionHours
      }
    }
  }
]

resource group 'Microsoft.EventHub/namespaces/eventhubs/consumergroups@2024-01-01' = [
  for (hubName, index) in hubs: {
    parent: hub[index]
    name: consumerGroup
    properties: {
      userMetadata: 'The function app. A second reader of this group would take partitions away from it.'
    }
  }
]

resource sendOnly 'Microsoft.EventHub/namespaces/authorizationRules@2024-01-01' = if (azureMonitorKeys) {
  parent: namespace
  name: 'azure-monitor'
  properties: {
    rights: [
      'Send'
    ]
  }
}

resource receiver 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (hubName, index) in hubs: {
    name: guid(namespace.id, hubName, principalId, roles.eventHubsDataReceiver)
    scope: hub[index]
    properties: {
      description: 'Telltale: reads telemetry'
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.eventHubsDataReceiver)
    }
  }
]

resource canarySender 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (hubName, index) in hubs: {
    name: guid(namespace.id, hubName, principalId, roles.eventHubsDataSender)
    scope: hub[index]
    properties: {
      description: 'Telltale: sends a canary through the hub and watches it arrive'
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.eventHubsDataSender)
    }
  }
]

// https://name.servicebus.windows.net:443/ in the public cloud; the other clouds have other suffixes.
var address = split(replace(namespace.properties.serviceBusEndpoint, 'https://', ''), ':')[0]

output id string = namespace.id
output address string = address
output zone string = 'privatelink.${replace(address, '${name}.', '')}'
output azureMonitorRuleId string = azureMonitorKeys ? sendOnly.id : ''
