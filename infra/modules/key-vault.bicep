// The vault. It has the signing key, which never leaves it, and the secrets that settings refer to.

@description('Name of the vault.')
param name string
@description('Region.')
param location string
@description('Tags of every resource.')
param tags { *: string }
@description('Closes the firewall, so that a private endpoint is the only way in.')
param isolated bool
@description('Sets a CanNotDelete lock.')
param deleteLock bool
@description('Name of the signing key.')
param keyName string
@description('Creates the key. Off if the key comes with a certificate (x5c).')
param createKey bool
@description('The day on which the first version of the key expires, YYYY-MM-DD. An existing key is not changed.')
param keyExpiresOn string
@description('Id of the role definition that lets its holder read and sign with a key.')
param signRoleDefinitionId string
@description('Names of existing secrets that the app must be able to read, now or from the next provision on. The app gets a role on each of them.')
param readableSecrets string[]
@description('Days in which a deleted vault can be recovered. Its name cannot be used again in that time. It cannot be changed for an existing vault.')
param softDeleteDays 7 | 90
@description('Recovers the deleted vault of this name.')
param recover bool
@description('Name of the app\'s identity.')
param identityName string
@description('Workspace for the audit logs.')
param workspaceId string

// Key Vault Secrets User.
var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    createMode: recover ? 'recover' : 'default'
    tenantId: tenant().tenantId
    // Premium: the key is in a hardware security module.
    sku: { family: 'A', name: 'premium' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: softDeleteDays
    enablePurgeProtection: true
    enabledForDeployment: false
    enabledForDiskEncryption: false
    enabledForTemplateDeployment: false
    publicNetworkAccess: isolated ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: isolated ? 'Deny' : 'Allow'
    }
  }
}

// ARM creates a key only if none of that name exists. A later provision creates no version and changes none.
resource newKey 'Microsoft.KeyVault/vaults/keys@2026-02-01' = if (createKey) {
  parent: vault
  name: keyName
  properties: {
    kty: 'RSA-HSM'
    keySize: 2048
    keyOps: ['sign']
    attributes: {
      enabled: true
      exportable: false
      exp: dateTimeToEpoch('${keyExpiresOn}T00:00:00Z')
    }
    rotationPolicy: {
      // A new version expires when its registration at Digdir does: after a year.
      attributes: { expiryTime: 'P1Y' }
      // The policy must not rotate: a version that Maskinporten does not know makes every token request fail. A policy must have at least
      // one action, so it notifies. No one subscribes to that, because the alert key-near-expiry announces the end of the key.
      lifetimeActions: [
        {
          trigger: { timeBeforeExpiry: 'P60D' }
          action: { type: 'notify' }
        }
      ]
    }
  }
}

resource key 'Microsoft.KeyVault/vaults/keys@2026-02-01' existing = {
  parent: vault
  name: keyName
}

resource signer 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: key
  name: guid(key.id, identity.id, 'sign')
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: signRoleDefinitionId
    description: 'The app signs its assertions to Maskinporten.'
  }
  dependsOn: [newKey]
}

resource secret 'Microsoft.KeyVault/vaults/secrets@2026-02-01' existing = [
  for secretName in readableSecrets: {
    parent: vault
    name: secretName
  }
]

resource secretReaders 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (secretName, index) in readableSecrets: {
    scope: secret[index]
    name: guid(vault.id, secretName, identity.id, secretsUser)
    properties: {
      principalId: identity.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
      description: 'An app setting refers to this secret, or will.'
    }
  }
]

resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vault
  name: 'audit'
  properties: {
    workspaceId: workspaceId
    // The logs go to the vault's own table (AZKVAuditLogs) and not to AzureDiagnostics.
    logAnalyticsDestinationType: 'Dedicated'
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (deleteLock) {
  scope: vault
  name: 'keep'
  properties: {
    level: 'CanNotDelete'
    notes: 'Remove by hand, on purpose, before anything here may be deleted.'
  }
}
