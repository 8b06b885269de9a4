// Azure Lighthouse: lets the team that runs Telltale for many customers update it in this one. The customer deploys
// it once, sees it under "Service providers", and takes it back there:
// az deployment sub create --location REGION --template-file infra/lighthouse.bicep --parameters ...
targetScope = 'subscription'

@description('Name of the offer, as the customer sees it.')
@minLength(3)
@maxLength(80)
param offer string = 'Telltale, operated'

@description('Tenant of the team that operates Telltale.')
@minLength(36)
@maxLength(36)
param managingTenantId string

@description('Group of those who update it, in that tenant.')
@minLength(36)
@maxLength(36)
param operatorsGroupId string

@description('Group of those who only look: status, cost, settings.')
@maxLength(36)
param readersGroupId string = ''

@description('Resource group of Telltale. Nothing outside it is delegated.')
@minLength(1)
@maxLength(90)
param resourceGroupName string = 'rg-telltale'

// Website Contributor updates the app and its settings; it cannot read events, state or alerts.
var roles = loadJsonContent('roles.json')
var readers = [
  {
    principalId: readersGroupId
    principalIdDisplayName: 'Telltale readers'
    roleDefinitionId: roles.reader
  }
]

resource definition 'Microsoft.ManagedServices/registrationDefinitions@2022-10-01' = {
  name: guid(subscription().id, offer, managingTenantId)
  properties: {
    registrationDefinitionName: offer
    description: 'Updates and watches Telltale in ${resourceGroupName}'
    managedByTenantId: managingTenantId
    authorizations: concat(
      [
        {
          principalId: operatorsGroupId
          principalIdDisplayName: 'Telltale operators'
          roleDefinitionId: roles.websiteContributor
        }
        {
          principalId: operatorsGroupId
          principalIdDisplayName: 'Telltale operators'
          roleDefinitionId: roles.reader
        }
        {
          principalId: operatorsGroupId
          principalIdDisplayName: 'Telltale operators'
          roleDefinitionId: roles.registrationDeleter
        }
      ],
      empty(readersGroupId) ? [] : readers
    )
  }
}

module assignment 'modules/delegation.bicep' = {
  name: 'telltale-delegation'
  scope: resourceGroup(resourceGroupName)
  params: {
    definitionId: definition.id
  }
}
