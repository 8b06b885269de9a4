// Telemetry of the Entra tenant. Needs Security Administrator in the tenant, and the right to deploy at its root:
// az deployment tenant create --location REGION --template-file infra/telemetry/tenant.bicep --parameters ruleId=...
targetScope = 'tenant'

@description('The name that Telltale was deployed with.')
@minLength(3)
@maxLength(12)
param name string = 'telltale'

@description('Send-only rule of the namespace: the output azureMonitorRuleId of the deployment of Telltale.')
@minLength(1)
param ruleId string

@description('Hub that takes it: identity, where there is one, else telemetry.')
@minLength(1)
param hubName string = 'telemetry'

@description('Categories. Those of sign-ins need Entra ID P1, of risk P2; Graph activity may be half of all records.')
param categories array = [
  'AuditLogs'
  'SignInLogs'
  'NonInteractiveUserSignInLogs'
  'ServicePrincipalSignInLogs'
  'ManagedIdentitySignInLogs'
  'ADFSSignInLogs'
  'ProvisioningLogs'
  'RiskyUsers'
  'UserRiskEvents'
  'RiskyServicePrincipals'
  'ServicePrincipalRiskEvents'
  'MicrosoftGraphActivityLogs'
]

resource setting 'microsoft.aadiam/diagnosticSettings@2017-04-01' = {
  name: 'telltale-${name}'
  properties: {
    eventHubAuthorizationRuleId: ruleId
    eventHubName: hubName
    logs: [
      for category in categories: {
        category: category
        enabled: true
      }
    ]
  }
}

output setting string = setting.name
