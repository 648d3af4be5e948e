// The storage account for the daily export of the table of consents. It is in another region than the state. No one can change or delete
// an export while it must be kept. The exporting identity may only read the table and write new blobs.

@description('Name of the account.')
param name string
@description('Region. It differs from the region of the state.')
param location string
@description('Tags of every resource.')
param tags { *: string }
@description('SKU, which decides the redundancy.')
param sku string
@description('Closes the firewall, so that a private endpoint is the only way in.')
param isolated bool
@description('Sets a CanNotDelete lock.')
param deleteLock bool
@description('Days in which an export cannot be changed or deleted. After them it is deleted.')
@minValue(1)
@maxValue(90)
param retentionDays int
@description('Name of the container.')
param containerName string
@description('Name of the exporting identity.')
param identityName string
@description('Id (GUID) of the built-in role that the identity gets on the container.')
param roleId string
@description('Workspace for the logs.')
param workspaceId string

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource account 'Microsoft.Storage/storageAccounts@2026-04-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: {
    accessTier: 'Cool'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    isLocalUserEnabled: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: isolated ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: isolated ? 'Deny' : 'Allow'
    }
    // Immutable: neither the exporting identity nor a person with a role here can delete an export before its time.
    immutableStorageWithVersioning: {
      enabled: true
      immutabilityPolicy: {
        state: 'Unlocked'
        allowProtectedAppendWrites: false
        immutabilityPeriodSinceCreationInDays: retentionDays
      }
    }
    encryption: {
      keySource: 'Microsoft.Storage'
      requireInfrastructureEncryption: true
      services: { blob: { enabled: true, keyType: 'Account' } }
    }
  }
}

resource blobService 'Microsoft.Storage/storageAccounts/blobServices@2026-04-01' = {
  parent: account
  name: 'default'
  properties: {
    isVersioningEnabled: true
    deleteRetentionPolicy: { enabled: true, days: 7 }
    containerDeleteRetentionPolicy: { enabled: true, days: 7 }
  }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2026-04-01' = {
  parent: blobService
  name: containerName
  properties: { publicAccess: 'None' }
}

// Customers are promised that ended consents are erased. This rule erases them from the exports too, this many days later.
resource forgetting 'Microsoft.Storage/storageAccounts/managementPolicies@2026-04-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        {
          name: 'exports-end'
          enabled: true
          type: 'Lifecycle'
          definition: {
            filters: { blobTypes: ['blockBlob'] }
            actions: {
              baseBlob: { delete: { daysAfterCreationGreaterThan: retentionDays + 1 } }
              version: { delete: { daysAfterCreationGreaterThan: retentionDays + 1 } }
            }
          }
        }
      ]
    }
  }
  dependsOn: [blobService]
}

resource writer 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: container
  name: guid(container.id, identity.id, roleId)
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleId)
    description: 'The daily export writes its blobs here.'
  }
}

resource blobLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: blobService
  name: 'requests'
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
    metrics: [{ category: 'Transaction', enabled: true }]
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (deleteLock) {
  scope: account
  name: 'keep'
  properties: {
    level: 'CanNotDelete'
    notes: 'Remove by hand, on purpose, before anything here may be deleted.'
  }
}
