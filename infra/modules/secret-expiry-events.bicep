// The vault says 30 days ahead that a secret with an end is about to expire; Azure Monitor makes an alert of it. A key's end is
// announced once, by the alert key-near-expiry, which also knows the end of the registration at Digdir; so not here as well.

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
@description('Where docs/runbook.md can be read.')
param runbookUrl string
@description('Who is notified; none: the alert shows in Azure Monitor only.')
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

// A topic that could not deliver has announced nothing.
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
        description: 'A secret of Saldo på studielån is about to expire, or has: make a new one under another name (docs/key-rotation.md). ${runbookUrl}'
        actionGroups: actionGroupIds
      }
    }
  }
}
