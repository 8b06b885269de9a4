// A workspace of its own, for customers who name none.

@description('Name of the workspace.')
param name string

@description('Region of the workspace.')
param location string

@description('Tags of every resource.')
param tags object

@description('Days for which rows can be queried.')
param retentionInDays int

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: retentionInDays
    features: {
      disableLocalAuth: true
      enableLogAccessUsingOnlyResourcePermissions: true
    }
  }
}

output id string = workspace.id
