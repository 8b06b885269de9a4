// Reading the diagnostic settings of the subscription. A module, because the name of an assignment must hold the
// principal (written again for another one, Azure refuses it) and must be known when a deployment begins.
targetScope = 'subscription'

@description('Principal id of the function app\'s identity.')
param principalId string

var roles = loadJsonContent('../roles.json')

resource reader 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(subscription().id, principalId, roles.monitoringReader)
  properties: {
    description: 'Telltale: compares the diagnostic settings with what arrives'
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.monitoringReader)
  }
}
