// Delegates this resource group as a Lighthouse definition says.

@description('The definition.')
param definitionId string

resource assignment 'Microsoft.ManagedServices/registrationAssignments@2022-10-01' = {
  name: guid(resourceGroup().id, definitionId)
  properties: {
    registrationDefinitionId: definitionId
  }
}
