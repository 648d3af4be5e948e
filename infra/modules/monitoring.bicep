// The workspace and Application Insights. Local authentication is off in both, so the connection string is an address and not a secret.

@description('Name of the workspace, if this template creates one.')
param workspaceName string
@description('Id of the bank\'s own workspace. Empty: this template creates one.')
param existingWorkspaceId string
@description('Name of the Application Insights component.')
param componentName string
@description('Name of the app\'s identity.')
param identityName string
@description('Region.')
param location string
@description('Tags of every resource.')
param tags { *: string }
@description('Days that logs are kept.')
param retentionDays int
@description('Daily cap of the logs, GB. -1: no cap.')
param dailyCapGb int

var makesWorkspace = empty(existingWorkspaceId)
// Monitoring Metrics Publisher: the exporter may send telemetry, and may read none.
var metricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2026-03-01' = if (makesWorkspace) {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    workspaceCapping: { dailyQuotaGb: dailyCapGb }
    features: {
      disableLocalAuth: true
      enableLogAccessUsingOnlyResourcePermissions: true
    }
    publicNetworkAccessForIngestion: 'Enabled'
    publicNetworkAccessForQuery: 'Enabled'
  }
}

resource workspaceAudit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (makesWorkspace) {
  scope: workspace
  name: 'audit'
  properties: {
    workspaceId: workspace.id
    logs: [{ categoryGroup: 'audit', enabled: true }]
  }
}

resource component 'Microsoft.Insights/components@2020-02-02' = {
  name: componentName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: makesWorkspace ? workspace.id : existingWorkspaceId
    IngestionMode: 'LogAnalytics'
    DisableLocalAuth: true
    // Callers' addresses are personal data, so they stay masked.
    DisableIpMasking: false
    publicNetworkAccessForIngestion: 'Enabled'
    publicNetworkAccessForQuery: 'Enabled'
  }
}

resource publisher 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: component
  name: guid(component.id, identity.id, metricsPublisher)
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', metricsPublisher)
    description: 'The app sends its telemetry.'
  }
}
