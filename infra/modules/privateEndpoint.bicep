// A private endpoint of one service, and the DNS zone in which the virtual network finds it.

@description('Name of the endpoint.')
param name string

@description('Region of the endpoint.')
param location string

@description('Tags of every resource.')
param tags object

@description('Resource that the endpoint leads to.')
param targetId string

@description('Which part of it: blob, table, namespace.')
param groupId string

@description('DNS zone of the part, as privatelink.blob.core.windows.net.')
param zone string

@description('Subnet of the endpoint.')
param subnetId string

@description('Network that looks names up in the zone.')
param networkId string

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: {
      id: subnetId
    }
    privateLinkServiceConnections: [
      {
        name: groupId
        properties: {
          privateLinkServiceId: targetId
          groupIds: [
            groupId
          ]
        }
      }
    ]
  }
}

resource names 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: zone
  location: 'global'
  tags: tags
}

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = {
  parent: names
  name: last(split(networkId, '/'))
  location: 'global'
  tags: tags
  properties: {
    registrationEnabled: false
    virtualNetwork: {
      id: networkId
    }
  }
}

resource zoneGroup 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = {
  parent: endpoint
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [
      {
        name: groupId
        properties: {
          privateDnsZoneId: names.id
        }
      }
    ]
  }
}
