// The app's settings. Every setting of the app is here, in a profile (environments/profiles.bicep) or in what the bank passes, whose
// types are generated (environments/settings.bicep); a test compares. Written last, after the rights, because a reference to a secret that may
// not be read yet is not looked at again for a day.

import { bankSettings } from '../environments/settings.bicep'
import { bank as servedBank, environmentProfile } from '../environments/types.bicep'

@description('Name of the app.')
param siteName string
@description('The environment.')
param profile environmentProfile
@description('The banks that the app serves.')
param banks servedBank[]
@description('What the bank decides or is given.')
param bank bankSettings
@description('Where Altinn sends the browser back to; empty: the app\'s own address.')
param publicBaseUrl string
@description('kid: a key registered at Digdir. x5c: a virksomhetssertifikat.')
param maskinportenKeyMode 'kid' | 'x5c'
@description('Name of the signing key in the vault.')
param maskinportenKeyName string
@description('The version that the app signs with; empty on the first provision alone.')
param maskinportenKeyVersion string
@description('True on the very first provision only: the version that has just been made is taken.')
param firstProvision bool
@description('The key\'s name at Digdir; empty: <first bank\'s organisation number>-saldo-studielan-<key version>.')
param maskinportenKid string
@description('The secrets that settings refer to: those the app could read before this deployment; empty for the others.')
param vaultEntries { *: string }
@description('Vault of the secrets.')
param vaultName string
@description('Account of the personal state.')
param stateStorageName string
@description('Account of the host.')
param hostStorageName string
@description('Name of the app\'s identity.')
param identityName string
@description('Name of the identity that exports the consents.')
param exportIdentityName string
@description('Container that they are exported to.')
param exportContainerUrl string
@description('Name of the Application Insights component.')
param componentName string

var vaultUri = 'https://${vaultName}${environment().suffixes.keyvaultDns}'
var secretReferences = mapValues(
  vaultEntries,
  secretName => empty(secretName) ? '' : '@Microsoft.KeyVault(SecretUri=${vaultUri}/secrets/${secretName})'
)

var keyId = !empty(maskinportenKeyVersion)
  ? '${vaultUri}/keys/${maskinportenKeyName}/${maskinportenKeyVersion}'
  : firstProvision && maskinportenKeyMode == 'kid'
      ? key.properties.keyUriWithVersion
      : fail('MASKINPORTEN_KEY_VERSION is missing: name the key version that Digdir knows. Only the very first provision, with a key of its own making, goes without (FIRST_PROVISION=true).')
var keyVersion = last(split(keyId, '/'))
var kid = maskinportenKeyMode == 'x5c'
  ? ''
  : empty(maskinportenKid)
      ? '${empty(banks) ? '' : banks[0].organisationNumber}-saldo-studielan-${keyVersion}'
      : maskinportenKid

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource exportIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: exportIdentityName
}

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' existing = {
  name: vaultName
}

resource key 'Microsoft.KeyVault/vaults/keys@2026-02-01' existing = {
  parent: vault
  name: maskinportenKeyName
}

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

resource site 'Microsoft.Web/sites@2025-03-01' existing = {
  name: siteName
}

resource settings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: site
  name: 'appsettings'
  properties: {
    // The host's own storage, by identity; blobs alone, because nothing here uses its queues or tables.
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: identity.properties.clientId
    AzureWebJobsStorage__blobServiceUri: 'https://${hostStorageName}.blob.${environment().suffixes.storage}'
    AzureWebJobsDisableHomepage: 'true'
    // The platform reads a whole body before the app sees the call. 128 KiB leaves the app's own refusal (above 16 KiB) within
    // reach of ordinary mistakes, and sixteen calls at once hold two megabytes.
    FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '131072'
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'

    APPLICATIONINSIGHTS_CONNECTION_STRING: component.properties.ConnectionString
    AZURE_CLIENT_ID: identity.properties.clientId
    PUBLIC_BASE_URL: empty(publicBaseUrl) ? 'https://${site.properties.defaultHostName}' : publicBaseUrl
    STATE_TABLE_ENDPOINT: 'https://${stateStorageName}.table.${environment().suffixes.storage}'
    CONSENT_EXPORT_URL: exportContainerUrl
    CONSENT_EXPORT_CLIENT_ID: exportIdentity.properties.clientId
    MASKINPORTEN_KEY_MODE: maskinportenKeyMode
    MASKINPORTEN_KEY_ID: keyId
    MASKINPORTEN_KID: kid
    BANKS: string(banks)
    ...bank
    ...secretReferences
    ...profile.parties
    ...mapValues(profile.settings, value => string(value))
  }
}

@description('Key id with version: what the app signs with.')
output keyId string = keyId
@description('Its last part.')
output keyVersion string = keyVersion
@description('The key\'s name at Digdir.')
output kid string = kid
