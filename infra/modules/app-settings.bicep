// The app's settings. Each setting is written here, in a profile (environments/profiles.bicep) or among the values that the bank passes.
// The types of the last two are generated (environments/settings.bicep), and a test compares them. The settings are written last, after
// the roles, because Azure tries a reference to a secret again only after a day if the app may not read the secret yet.

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
@description('The address to which Altinn sends the browser back. Empty: the app\'s own address.')
param publicBaseUrl string
@description('kid: a key registered at Digdir. x5c: a virksomhetssertifikat.')
param maskinportenKeyMode 'kid' | 'x5c'
@description('Name of the signing key in the vault.')
param maskinportenKeyName string
@description('The version of the key that the app signs with. Empty only on the first provision.')
param maskinportenKeyVersion string
@description('True only on the very first provision: the app then signs with the version that this provision creates.')
param firstProvision bool
@description('The key\'s name at Digdir; empty: <first bank\'s organisation number>-saldo-studielan-<key version>.')
param maskinportenKid string
@description('The vault secret of each secret setting. Empty where the app could not read the secret before this deployment.')
param vaultEntries { *: string }
@description('Name of the vault that has the secrets.')
param vaultName string
@description('Name of the storage account that has consents and sessions.')
param stateStorageName string
@description('Name of the storage account that the Functions host uses.')
param hostStorageName string
@description('Name of the app\'s identity.')
param identityName string
@description('Name of the identity that exports the consents.')
param exportIdentityName string
@description('URL of the container that receives the exports.')
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
    // The Functions host reaches its storage with the app's identity. Only blobs are configured, because the app uses no queue or table of it.
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: identity.properties.clientId
    AzureWebJobsStorage__blobServiceUri: 'https://${hostStorageName}.blob.${environment().suffixes.storage}'
    AzureWebJobsDisableHomepage: 'true'
    // The platform reads a whole body before the app sees the call. With 128 KiB the app itself can still refuse most bodies that are too
    // long (above 16 KiB), and sixteen calls at once use at most two megabytes.
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
    // Empty: the app reads the list from the file banks.json that is deployed with it.
    BANKS: empty(banks) ? '' : string(banks)
    ...bank
    ...secretReferences
    ...profile.parties
    ...mapValues(profile.settings, value => string(value))
  }
}

@description('The key id, with version, that the app signs with.')
output keyId string = keyId
@description('The version: the last part of the key id.')
output keyVersion string = keyVersion
@description('The key\'s name at Digdir.')
output kid string = kid
