// Telltale in one subscription: az deployment sub create --location REGION --template-file infra/main.bicep
// What telemetry is streamed to it is a deployment of its own: infra/telemetry/.
targetScope = 'subscription'

@description('Begins the name of every resource: lower-case letters and digits.')
@minLength(3)
@maxLength(12)
param name string = 'telltale'

@description('Region of the resources.')
param location string = deployment().location

@description('Short name of the customer, which every alert carries. It is part of an alert\'s id: do not change it later.')
@minLength(1)
@maxLength(63)
param customer string = 'default'

@description('Declarations of the customer, a file of the package: sources expected, networks, criticality, detectors.')
@maxLength(200)
param declarations string = ''

@description('Installed packages of detectors, their names separated by commas; the package was built with them (docs/own-detectors.md).')
@maxLength(1000)
param detectorPackages string = ''

@description('Classes of telemetry that get a hub of their own; everything else shares the hub "telemetry".')
@allowed([
  'identity'
  'application'
  'network'
])
param dedicatedHubs array = []

@description('Partitions of each hub: how many instances can read it at once. Choose once: Standard refuses to change them, Premium to have fewer.')
@minValue(1)
@maxValue(32)
param hubPartitions int = 4

@description('Hours for which a hub keeps events: how long the collector may be down without loss.')
@minValue(24)
@maxValue(168)
param hubRetentionHours int = 72

@description('Standard, or Premium for larger and steadier throughput.')
@allowed([
  'Standard'
  'Premium'
])
param hubSku string = 'Standard'

@description('Throughput units (Standard), or processing units (Premium: 1, 2, 4, 8 or 16).')
@minValue(1)
@maxValue(40)
param hubCapacity int = 1

@description('Up to how many throughput units Standard inflates by itself.')
@minValue(0)
@maxValue(40)
param hubMaximumCapacity int = 4

@description('Whether Azure Monitor may send with a send-only key of the namespace. Its diagnostic settings know no other way; without them leave it off, and the namespace accepts identities only.')
param azureMonitorKeys bool = false

@description('A hub that every alert is sent to as well, which must exist. Empty: none. The identity needs the role Azure Event Hubs Data Sender on it.')
@maxLength(256)
param alertHub string = ''

@description('Host name of that hub\'s namespace, such as soc.servicebus.windows.net. Empty: the collector\'s own.')
@maxLength(253)
param alertHubNamespace string = ''

@description('An https address that every alert is posted to as well, signed. Empty: none.')
@maxLength(2000)
param webhookUrl string = ''

@description('Identifier of the Key Vault secret that the posts are signed with. The identity needs the role Key Vault Secrets User on it.')
@maxLength(500)
param webhookKeyUrl string = ''

@description('Redundancy of the state. GRS, GZRS and their readable kinds survive the loss of a region.')
@allowed([
  'Standard_LRS'
  'Standard_ZRS'
  'Standard_GRS'
  'Standard_GZRS'
  'Standard_RAGRS'
  'Standard_RAGZRS'
])
param storageSku string = 'Standard_ZRS'

@description('Resource id of the workspace of Microsoft Sentinel, in this subscription. Empty: one is made.')
@maxLength(500)
param workspaceId string = ''

@description('Region of that workspace, where it is another one: the data collection rule must be there.')
param workspaceLocation string = location

@description('Whether Microsoft Sentinel is switched on in the workspace. Leave it off where it is on already.')
param onboardSentinel bool = empty(workspaceId)

@description('Whether rules, automation, parsers and workbook are deployed into the workspace.')
param deployContent bool = true

@description('Days for which alerts can be queried.')
@minValue(30)
@maxValue(730)
param retentionInDays int = 90

@description('Days for which alerts are kept in all, archive included: up to two years in days, then whole years.')
@allowed([
  30
  60
  90
  120
  180
  270
  365
  550
  730
  1095
  1460
  1826
  2191
  2556
  2922
  3288
  3653
  4018
  4383
])
param totalRetentionInDays int = 365

@description('Version of Python. It must be the one that the package was built for.')
@allowed([
  '3.12'
  '3.13'
])
param pythonVersion string = '3.13'

@description('Memory of an instance in MB.')
@allowed([
  512
  2048
  4096
])
param instanceMemoryMB int = 2048

@description('Most instances that run at once.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Whether instances are spread over availability zones.')
param zoneRedundant bool = false

@description('Whether the app reaches storage and hubs by private endpoints only.')
param privateNetwork bool = false

@description('Address range of the virtual network, /24 or larger.')
@maxLength(18)
param networkAddressPrefix string = '10.90.0.0/24'

@description('Whether the identity may read the diagnostic settings of the subscription, to compare them with what arrives.')
param readLogSettings bool = true

@description('Whether the identity may query the workspace, to see that alerts arrived.')
param readWorkspace bool = true

@description('Principal of the enterprise application "Azure Security Insights" in the tenant. With it the playbooks are deployed: az ad sp show --id 98785600-1bb7-4fb9-b9fa-19afe2c8a360 --query id')
@maxLength(36)
param playbooksPrincipalId string = ''

@description('Object ids of accounts that no playbook may disable: those for emergencies first of all.')
param neverDisable array = []

@description('Who is mailed when the collector itself fails.')
param alertEmails array = []

@description('Tags of every resource.')
param tags object = {}

// Every name is made here. The suffix keeps global names apart; it follows from subscription and name.
var suffix = uniqueString(subscription().id, name)
var names = {
  resourceGroup: 'rg-${name}'
  identity: 'id-${name}'
  network: 'vnet-${name}'
  storage: take('st${name}${suffix}', 24)
  packageContainer: 'app-package'
  hubs: 'evhns-${name}-${suffix}'
  defaultHub: 'telemetry'
  consumerGroup: 'telltale'
  workspace: 'log-${name}'
  rule: 'dcr-${name}'
  insights: 'appi-${name}'
  plan: 'plan-${name}'
  app: 'func-${name}-${suffix}'
}
var allTags = union(tags, {
  application: 'telltale'
  customer: customer
})
var region = toLower(replace(deployment().location, ' ', '')) // as a name can have it: without spaces
var hubs = concat([names.defaultHub], dedicatedHubs)
var workspaceParts = split(empty(workspaceId) ? '/subscriptions/-/resourceGroups/-/-/-/-/-' : workspaceId, '/')

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: names.resourceGroup
  location: location
  tags: allTags
}

module identity 'modules/identity.bicep' = {
  name: 'telltale-identity'
  scope: group
  params: {
    name: names.identity
    location: location
    tags: allTags
  }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  name: 'telltale-network'
  scope: group
  params: {
    name: names.network
    location: location
    tags: allTags
    addressPrefix: networkAddressPrefix
  }
}

module storage 'modules/storage.bicep' = {
  name: 'telltale-storage'
  scope: group
  params: {
    name: names.storage
    location: location
    tags: allTags
    sku: storageSku
    packageContainer: names.packageContainer
    principalId: identity.outputs.principalId
    privateNetwork: privateNetwork
  }
}

module eventHubs 'modules/eventhubs.bicep' = {
  name: 'telltale-eventhubs'
  scope: group
  params: {
    name: names.hubs
    location: location
    tags: allTags
    sku: hubSku
    capacity: hubCapacity
    maximumThroughputUnits: hubMaximumCapacity
    hubs: hubs
    consumerGroup: names.consumerGroup
    partitions: hubPartitions
    retentionHours: hubRetentionHours
    azureMonitorKeys: azureMonitorKeys
    principalId: identity.outputs.principalId
    privateNetwork: privateNetwork
  }
}

module endpointOfBlobs 'modules/privateEndpoint.bicep' = if (privateNetwork) {
  name: 'telltale-endpoint-blobs'
  scope: group
  params: {
    name: 'pep-${name}-blob'
    location: location
    tags: allTags
    targetId: storage.outputs.id
    groupId: 'blob'
    zone: 'privatelink.blob.${environment().suffixes.storage}'
    subnetId: network.outputs.endpointsSubnetId
    networkId: network.outputs.id
  }
}

module endpointOfTables 'modules/privateEndpoint.bicep' = if (privateNetwork) {
  name: 'telltale-endpoint-tables'
  scope: group
  params: {
    name: 'pep-${name}-table'
    location: location
    tags: allTags
    targetId: storage.outputs.id
    groupId: 'table'
    zone: 'privatelink.table.${environment().suffixes.storage}'
    subnetId: network.outputs.endpointsSubnetId
    networkId: network.outputs.id
  }
}

module endpointOfHubs 'modules/privateEndpoint.bicep' = if (privateNetwork) {
  name: 'telltale-endpoint-hubs'
  scope: group
  params: {
    name: 'pep-${name}-hubs'
    location: location
    tags: allTags
    targetId: eventHubs.outputs.id
    groupId: 'namespace'
    zone: eventHubs.outputs.zone
    subnetId: network.outputs.endpointsSubnetId
    networkId: network.outputs.id
  }
}

module workspace 'modules/workspace.bicep' = if (empty(workspaceId)) {
  name: 'telltale-workspace'
  scope: group
  params: {
    name: names.workspace
    location: workspaceLocation
    tags: allTags
    retentionInDays: retentionInDays
  }
}

var destination = empty(workspaceId) ? workspace.outputs.id : workspaceId

module content 'modules/content.bicep' = {
  name: 'telltale-content'
  scope: resourceGroup(
    empty(workspaceId) ? subscription().subscriptionId : workspaceParts[2],
    empty(workspaceId) ? names.resourceGroup : workspaceParts[4]
  )
  params: {
    workspaceName: last(split(destination, '/'))
    location: workspaceLocation
    tags: allTags
    name: name
    retentionInDays: retentionInDays
    totalRetentionInDays: max(retentionInDays, totalRetentionInDays)
    onboardSentinel: onboardSentinel
    deployContent: deployContent
    readerPrincipalId: readWorkspace ? identity.outputs.principalId : ''
  }
}

module ingestion 'modules/ingestion.bicep' = {
  name: 'telltale-ingestion'
  scope: group
  params: {
    name: names.rule
    // As Azure writes it: a rule in 'West Europe' is made and does not find its workspace (Azure/bicep 9566).
    location: toLower(replace(workspaceLocation, ' ', ''))
    tags: allTags
    workspaceId: destination
    streamDeclarations: content.outputs.streamDeclarations
    streams: content.outputs.streams
    principalId: identity.outputs.principalId
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'telltale-monitoring'
  scope: group
  params: {
    name: names.insights
    location: location
    tags: allTags
    workspaceId: destination
    alertEmails: alertEmails
    groupShortName: name
    namespaceId: eventHubs.outputs.id
    storageId: storage.outputs.id
    principalId: identity.outputs.principalId
  }
}

module functionApp 'modules/functionapp.bicep' = {
  name: 'telltale-functionapp'
  scope: group
  params: {
    name: names.app
    planName: names.plan
    location: location
    tags: allTags
    pythonVersion: pythonVersion
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    zoneRedundant: zoneRedundant
    identityId: identity.outputs.id
    packageLocation: '${storage.outputs.blobEndpoint}${names.packageContainer}'
    subnetId: privateNetwork ? network.outputs.functionsSubnetId : ''
    settings: {
      // Of the Functions host. Endpoints in full, because account names alone mean the public cloud.
      AzureWebJobsStorage__blobServiceUri: storage.outputs.blobEndpoint
      AzureWebJobsStorage__queueServiceUri: storage.outputs.queueEndpoint
      AzureWebJobsStorage__tableServiceUri: storage.outputs.tableEndpoint
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identity.outputs.clientId
      TelltaleHub__fullyQualifiedNamespace: eventHubs.outputs.address
      TelltaleHub__credential: 'managedidentity'
      TelltaleHub__clientId: identity.outputs.clientId
      APPLICATIONINSIGHTS_CONNECTION_STRING: monitoring.outputs.connectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.outputs.clientId};Authorization=AAD'
      // Of Telltale: shared/customer/settings.py. An empty one counts as not set.
      TELLTALE_HUB_NAME: names.defaultHub
      TELLTALE_HUB_IDENTITY: contains(dedicatedHubs, 'identity') ? 'identity' : ''
      TELLTALE_HUB_APPLICATION: contains(dedicatedHubs, 'application') ? 'application' : ''
      TELLTALE_HUB_NETWORK: contains(dedicatedHubs, 'network') ? 'network' : ''
      TELLTALE_CONSUMER_GROUP: names.consumerGroup
      TELLTALE_HUB_PARTITIONS: string(hubPartitions)
      TELLTALE_CUSTOMER: customer
      TELLTALE_DECLARATIONS: declarations
      TELLTALE_DETECTOR_PACKAGES: detectorPackages
      TELLTALE_STORE: 'tables'
      TELLTALE_TABLES_ENDPOINT: storage.outputs.tableEndpoint
      TELLTALE_INGESTION_ENDPOINT: ingestion.outputs.endpoint
      TELLTALE_DCR_IMMUTABLE_ID: ingestion.outputs.immutableId
      TELLTALE_ALERT_STREAM: content.outputs.alertStream
      TELLTALE_HEALTH_STREAM: content.outputs.healthStream
      TELLTALE_CLIENT_ID: identity.outputs.clientId
      TELLTALE_CATCH_UP_ALERTS: '30'
      TELLTALE_ALERT_HUB: alertHub
      TELLTALE_ALERT_HUB_NAMESPACE: alertHubNamespace
      TELLTALE_WEBHOOK_URL: webhookUrl
      TELLTALE_WEBHOOK_KEY_URL: webhookKeyUrl
      TELLTALE_WORKSPACE_ID: readWorkspace ? content.outputs.workspaceCustomerId : ''
      TELLTALE_CLOUD: environment().name
      TELLTALE_READ_LOG_SETTINGS: string(readLogSettings)
      TELLTALE_SENDING_RULE: eventHubs.outputs.azureMonitorRuleId
      TELLTALE_WORKSPACE_RESOURCE_ID: destination
    }
  }
}

module playbooks 'modules/playbooks.bicep' = if (!empty(playbooksPrincipalId)) {
  name: 'telltale-playbooks'
  scope: group
  params: {
    name: name
    location: location
    tags: allTags
    workspaceId: destination
    sentinelPrincipalId: playbooksPrincipalId
    neverDisable: neverDisable
    ruleId: eventHubs.outputs.azureMonitorRuleId
    hubs: hubs
  }
}

module automation 'modules/automation.bicep' = if (!empty(playbooksPrincipalId)) {
  name: 'telltale-automation'
  scope: resourceGroup(
    empty(workspaceId) ? subscription().subscriptionId : workspaceParts[2],
    empty(workspaceId) ? names.resourceGroup : workspaceParts[4]
  )
  params: {
    workspaceName: last(split(destination, '/'))
    name: name
    playbooks: playbooks.outputs.playbooks
  }
  dependsOn: [
    content
  ]
}

// Deployments of a subscription keep the region of their first time: their names hold it, and the name of Telltale.
module restoring 'modules/restoring.bicep' = if (!empty(playbooksPrincipalId) && azureMonitorKeys) {
  name: 'telltale-restoring-${name}-${region}'
  params: {
    name: name
    playbooks: playbooks.outputs.playbooks
    ruleId: eventHubs.outputs.azureMonitorRuleId
  }
}

module logSettingsReader 'modules/logSettingsReader.bicep' = if (readLogSettings) {
  name: 'telltale-log-settings-reader-${name}-${region}'
  params: {
    principalId: identity.outputs.principalId
  }
}

output resourceGroup string = group.name
output AZURE_RESOURCE_GROUP string = group.name // by this name azd learns where it deploys to
output functionApp string = names.app
output statusPage string = 'https://${functionApp.outputs.hostName}/api/status'
output identityPrincipalId string = identity.outputs.principalId
output identityClientId string = identity.outputs.clientId
output hubNamespace string = eventHubs.outputs.address
output hubNames array = hubs
output azureMonitorRuleId string = eventHubs.outputs.azureMonitorRuleId
output playbooks array = empty(playbooksPrincipalId) ? [] : playbooks.outputs.playbooks
output workspaceId string = destination
