// Writing the diagnostic settings of a subscription. A module, so that the assignment's name holds its principal.
targetScope = 'subscription'

@description('Principal id of the policy\'s identity.')
param principalId string

var roles = loadJsonContent('../roles.json')

resource writer 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(subscription().id, principalId, roles.monitoringContributor)
  properties: {
    description: 'Telltale: the policy writes diagnostic settings'
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.monitoringContributor)
  }
}
