// The vault sends an event 30 days before a secret expires, and Azure Monitor makes an alert of it. The end of a key is not announced
// here: the alert key-near-expiry announces it, and also knows when the registration at Digdir ends.

@description('Name of the system topic.')
param name string
@description('Region.')
param location string
@description('Tags of every resource.')
param tags { *: string }
@description('Name of the vault.')
param vaultName string
@description('Workspace for the logs.')
param workspaceId string
@description('URL at which docs/runbook.md can be read.')
param runbookUrl string
@description('Action groups that are notified. None: the alert shows only in Azure Monitor.')
param actionGroupIds string[]

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' existing = {
  name: vaultName
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: name
  location: location
  tags: tags
  properties: {
    source: vault.id
    topicType: 'Microsoft.KeyVault.vaults'
  }
}

// If the topic cannot deliver an event, there is no alert. Its failures are therefore logged.
resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: topic
  name: 'deliveries'
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

resource subscription 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: 'near-expiry'
  properties: {
    eventDeliverySchema: 'CloudEventSchemaV1_0'
    filter: {
      includedEventTypes: [
        'Microsoft.KeyVault.SecretNearExpiry'
        'Microsoft.KeyVault.SecretExpired'
      ]
    }
    destination: {
      endpointType: 'MonitorAlert'
      properties: {
        severity: 'Sev2'
        description: 'A secret of Saldo på studielån expires soon, or has expired. Create a new one under another name (docs/key-rotation.md). ${runbookUrl}'
        actionGroups: actionGroupIds
      }
    }
  }
}
