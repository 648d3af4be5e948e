// Saldo på studielån: everything the app needs, in an empty subscription or in what a bank has already (docs/deploy.md).
// Names are made here and passed down, so that every assignment and address can be read, and tested, before it is deployed.
targetScope = 'subscription'

import { bankSettings, environmentProfile, existingNetwork, secretNames } from 'environments/types.bicep'

@minLength(1)
@maxLength(64)
@description('Name of the azd environment; part of every name and tag.')
param environmentName string

@minLength(1)
@metadata({ azd: { type: 'location' } })
@description('Region of everything, e.g. norwayeast.')
param location string

@description('Which of the three environments this is.')
param environmentKind 'dev' | 'test' | 'prod'

@description('What that environment has: sizes, network, numbers of the policy.')
param profile environmentProfile

@description('What the bank decides or is given: return pages, identity provider, registrations.')
param bank bankSettings

@description('Where Altinn sends the browser back to, scheme and host; empty: the app\'s own address.')
param publicBaseUrl string

@description('kid: a key registered at Digdir. x5c: a virksomhetssertifikat whose key is in the vault.')
param maskinportenKeyMode 'kid' | 'x5c'

@description('Name of the signing key in the vault. With x5c: the name of the certificate.')
param maskinportenKeyName string

@description('The key version the app signs with. It is what this says and nothing else, so that provisioning never moves the app to a key that Digdir has not been told of.')
param maskinportenKeyVersion string

@description('True on the very first provision only: the version that has just been made is taken.')
param firstProvision bool

@description('Name of the key at Digdir (kid); empty: <organisation number>-saldo-studielan-<key version>.')
param maskinportenKid string

@description('Day on which the first key version expires, YYYY-MM-DD; no later than a year from now.')
param maskinportenKeyExpiresOn string

@description('Which vault secret each secret setting refers to.')
param vaultEntries secretNames

@description('Do those secrets exist? (npm run secrets makes them.) The app gets its right to each only then.')
param secretsCreated bool

@description('Origins whose scripts may call the app (https://nettbank.example).')
param corsAllowedOrigins string[]

@description('Addresses (CIDR) that may call the app, e.g. the bank\'s front door; none: all, which the callback needs if customers\' browsers come directly.')
param allowedIpRanges string[]

@description('Addresses (CIDR) that may deploy; none: all, with an Entra ID token.')
param allowedDeployIpRanges string[]

@description('The app itself behind a private endpoint, with no public address.')
param sitePrivateEndpoint bool

@description('The bank\'s subnets and private DNS zones.')
param network existingNetwork

@description('Address space, at least a /25, of the network that is made if the bank passes none.')
param virtualNetworkAddressPrefix string

@description('The bank\'s Log Analytics workspace; empty: one is made.')
param logAnalyticsWorkspaceId string

@description('A role definition of the bank that lets its holder read and sign with a key; empty: one is made, which takes the right to make role definitions.')
param signRoleDefinitionId string

@description('Action groups that alerts go to; none: they show in Azure Monitor only.')
param actionGroupIds string[]

@description('Where docs/runbook.md can be read; alerts and workbook link there.')
param runbookUrl string

@description('Also a dashboard for the wall.')
param wallDashboard bool

@description('Day on which the key\'s registration at Digdir ends, YYYY-MM-DD; empty: the day its first version expires, which is a day before a year is over.')
param maskinportenRegisteredUntil string

@description('Name of the resource group; empty: rg-<environment>.')
param resourceGroupName string

@description('The resource group is there already and is left as it is.')
param useExistingResourceGroup bool

@description('Tags besides azd-env-name, e.g. owner and data classification.')
param extraTags { *: string }

var abbrs = loadJsonContent('abbreviations.json')
var resourceToken = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName, 'environment-kind': environmentKind, ...extraTags }
var groupName = empty(resourceGroupName) ? '${abbrs.resourcesResourceGroups}${environmentName}' : resourceGroupName
var names = {
  identity: '${abbrs.managedIdentityUserAssignedIdentities}${resourceToken}'
  site: '${abbrs.webSitesFunctions}${resourceToken}'
  plan: '${abbrs.webServerFarms}${resourceToken}'
  vault: '${abbrs.keyVaultVaults}${resourceToken}'
  hostStorage: '${abbrs.storageStorageAccounts}host${resourceToken}'
  stateStorage: '${abbrs.storageStorageAccounts}state${resourceToken}'
  component: '${abbrs.insightsComponents}${resourceToken}'
  workspace: '${abbrs.operationalInsightsWorkspaces}${resourceToken}'
  topic: '${abbrs.eventGridSystemTopics}${resourceToken}'
  virtualNetwork: '${abbrs.networkVirtualNetworks}${resourceToken}'
  natGateway: '${abbrs.networkNatGateways}${resourceToken}'
  publicAddress: '${abbrs.networkPublicIPAddresses}${resourceToken}'
  securityGroups: '${abbrs.networkNetworkSecurityGroups}${resourceToken}'
  endpoints: '${abbrs.networkPrivateEndpoints}${resourceToken}'
  dashboard: '${abbrs.portalDashboards}${resourceToken}'
  alerts: '${abbrs.insightsScheduledQueryRules}${resourceToken}-'
}
var packageContainerName = 'app-package-${take(names.site, 32)}-${take(toLower(uniqueString(names.site, resourceToken)), 7)}'

// Storage Blob Data Owner: what the host needs for its package, its leases and its keys.
var blobDataOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
// Storage Table Data Contributor: tables and rows of the state account.
var tableDataContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'

var workspaceId = empty(logAnalyticsWorkspaceId)
  ? resourceId(subscription().subscriptionId, groupName, 'Microsoft.OperationalInsights/workspaces', names.workspace)
  : logAnalyticsWorkspaceId

var isolated = profile.networkIsolation
var makesNetwork = isolated && empty(network.integrationSubnetId)
var zoneNames = {
  vault: 'privatelink.vaultcore.azure.net'
  table: 'privatelink.table.${environment().suffixes.storage}'
  blob: 'privatelink.blob.${environment().suffixes.storage}'
  sites: 'privatelink.azurewebsites.net'
}
var ownNetworkId = resourceId(
  subscription().subscriptionId,
  groupName,
  'Microsoft.Network/virtualNetworks',
  names.virtualNetwork
)
var integrationSubnetId = makesNetwork ? '${ownNetworkId}/subnets/app' : network.integrationSubnetId
var endpointSubnetId = makesNetwork ? '${ownNetworkId}/subnets/endpoints' : network.privateEndpointSubnetId
var endpoints = [
  {
    groupId: 'vault'
    targetId: resourceId(subscription().subscriptionId, groupName, 'Microsoft.KeyVault/vaults', names.vault)
    givenZoneId: network.vaultDnsZoneId
    wanted: isolated
  }
  {
    groupId: 'table'
    targetId: resourceId(
      subscription().subscriptionId,
      groupName,
      'Microsoft.Storage/storageAccounts',
      names.stateStorage
    )
    givenZoneId: network.tableDnsZoneId
    wanted: isolated
  }
  {
    groupId: 'blob'
    targetId: resourceId(
      subscription().subscriptionId,
      groupName,
      'Microsoft.Storage/storageAccounts',
      names.hostStorage
    )
    givenZoneId: network.blobDnsZoneId
    wanted: isolated
  }
  {
    groupId: 'sites'
    targetId: resourceId(subscription().subscriptionId, groupName, 'Microsoft.Web/sites', names.site)
    givenZoneId: network.siteDnsZoneId
    wanted: isolated && sitePrivateEndpoint
  }
]
var wantedEndpoints = filter(endpoints, endpoint => endpoint.wanted)

var vaultUri = 'https://${names.vault}${environment().suffixes.keyvaultDns}'

// Ids and numbers that queries of workbook and alerts name, as the query language writes them. Rows carry ids in lower case.
var queryValues = {
  component: '\'${toLower(resourceId(subscription().subscriptionId, groupName, 'Microsoft.Insights/components', names.component))}\''
  vault: '\'${toLower(resourceId(subscription().subscriptionId, groupName, 'Microsoft.KeyVault/vaults', names.vault))}\''
  site: '\'${toLower(resourceId(subscription().subscriptionId, groupName, 'Microsoft.Web/sites', names.site))}\''
  hostAccount: '\'${toLower(resourceId(subscription().subscriptionId, groupName, 'Microsoft.Storage/storageAccounts', names.hostStorage))}\''
  stateAccount: '\'${toLower(resourceId(subscription().subscriptionId, groupName, 'Microsoft.Storage/storageAccounts', names.stateStorage))}\''
  resourceGroupName: '\'${groupName}\''
  feedFreshMinutes: string(profile.rules.CONSENT_FEED_FRESH_MINUTES)
  registrationEndsOn: 'datetime(${empty(maskinportenRegisteredUntil) ? maskinportenKeyExpiresOn : maskinportenRegisteredUntil})'
  pinnedKeyVersion: '\'${empty(maskinportenKeyVersion) ? 'the first' : maskinportenKeyVersion}\''
  // What a vault signs in ten seconds with an RSA-HSM key of 2048 bits.
  vaultSignaturesIn10s: '2000'
}

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = if (!useExistingResourceGroup) {
  name: groupName
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: resourceGroup(groupName)
  params: {
    name: names.identity
    location: location
    tags: tags
  }
  dependsOn: [group]
}

module monitoring 'modules/monitoring.bicep' = {
  scope: resourceGroup(groupName)
  params: {
    workspaceName: names.workspace
    existingWorkspaceId: logAnalyticsWorkspaceId
    componentName: names.component
    identityName: names.identity
    location: location
    tags: tags
    retentionDays: profile.logRetentionDays
    dailyCapGb: profile.logDailyCapGb
  }
  dependsOn: [identity]
}

module hostStorage 'modules/storage-account.bicep' = {
  scope: resourceGroup(groupName)
  params: {
    name: names.hostStorage
    location: location
    tags: { ...tags, data: 'deployment-package' }
    sku: profile.storageSku
    isolated: isolated
    deleteLock: false
    service: 'blob'
    containerName: packageContainerName
    identityName: names.identity
    roleId: blobDataOwner
    roleReason: 'The host reads its package, and keeps its timers\' leases and its keys.'
    workspaceId: workspaceId
  }
  dependsOn: [monitoring]
}

module stateStorage 'modules/storage-account.bicep' = {
  scope: resourceGroup(groupName)
  params: {
    name: names.stateStorage
    location: location
    tags: { ...tags, data: 'personal' }
    sku: profile.storageSku
    isolated: isolated
    deleteLock: profile.deleteLocks
    service: 'table'
    containerName: ''
    identityName: names.identity
    roleId: tableDataContributor
    roleReason: 'The app keeps consents and sessions here.'
    workspaceId: workspaceId
  }
  dependsOn: [monitoring]
}

module keyVault 'modules/key-vault.bicep' = {
  scope: resourceGroup(groupName)
  params: {
    name: names.vault
    location: location
    tags: tags
    isolated: isolated
    deleteLock: profile.deleteLocks
    keyName: maskinportenKeyName
    createKey: maskinportenKeyMode == 'kid'
    keyExpiresOn: maskinportenKeyExpiresOn
    signRoleDefinitionId: signRoleDefinitionId
    signRoleName: 'Saldo studielån signer ${resourceToken}'
    vaultEntries: vaultEntries
    secretsCreated: secretsCreated
    identityName: names.identity
    workspaceId: workspaceId
  }
  dependsOn: [monitoring]
}

module keyExpiryEvents 'modules/key-expiry-events.bicep' = {
  scope: resourceGroup(groupName)
  params: {
    name: names.topic
    location: location
    tags: tags
    vaultName: names.vault
    workspaceId: workspaceId
    runbookUrl: runbookUrl
    actionGroupIds: actionGroupIds
  }
  dependsOn: [keyVault]
}

module ownNetwork 'modules/network.bicep' = if (makesNetwork) {
  scope: resourceGroup(groupName)
  params: {
    name: names.virtualNetwork
    natGatewayName: names.natGateway
    publicAddressName: names.publicAddress
    securityGroupPrefix: names.securityGroups
    location: location
    tags: tags
    addressPrefix: virtualNetworkAddressPrefix
    zoneRedundant: profile.zoneRedundant
    dnsZoneNames: map(wantedEndpoints, endpoint => zoneNames[endpoint.groupId])
    workspaceId: workspaceId
  }
  dependsOn: [monitoring]
}

module functionApp 'modules/function-app.bicep' = {
  scope: resourceGroup(groupName)
  params: {
    name: names.site
    planName: names.plan
    location: location
    tags: tags
    profile: profile
    identityName: names.identity
    hostStorageName: names.hostStorage
    packageContainerName: packageContainerName
    subnetId: isolated ? integrationSubnetId : ''
    publicAccess: !(isolated && sitePrivateEndpoint)
    corsAllowedOrigins: corsAllowedOrigins
    allowedIpRanges: allowedIpRanges
    allowedDeployIpRanges: allowedDeployIpRanges
    workspaceId: workspaceId
  }
  dependsOn: [hostStorage, ownNetwork]
}

module privateEndpoints 'modules/private-endpoint.bicep' = [
  for endpoint in wantedEndpoints: {
    scope: resourceGroup(groupName)
    params: {
      name: '${names.endpoints}-${endpoint.groupId}'
      location: location
      tags: tags
      subnetId: endpointSubnetId
      targetId: endpoint.targetId
      groupId: endpoint.groupId
      dnsZoneId: makesNetwork
        ? resourceId(
            subscription().subscriptionId,
            groupName,
            'Microsoft.Network/privateDnsZones',
            zoneNames[endpoint.groupId]
          )
        : endpoint.givenZoneId
    }
    dependsOn: [functionApp, keyVault, stateStorage]
  }
]

module appSettings 'modules/app-settings.bicep' = {
  scope: resourceGroup(groupName)
  params: {
    siteName: names.site
    profile: profile
    bank: bank
    publicBaseUrl: publicBaseUrl
    maskinportenKeyMode: maskinportenKeyMode
    maskinportenKeyName: maskinportenKeyName
    maskinportenKeyVersion: maskinportenKeyVersion
    firstProvision: firstProvision
    maskinportenKid: maskinportenKid
    vaultEntries: vaultEntries
    vaultName: names.vault
    stateStorageName: names.stateStorage
    hostStorageName: names.hostStorage
    identityName: names.identity
    componentName: names.component
  }
  dependsOn: [privateEndpoints, keyVault]
}

module workbook 'monitoring/workbook.bicep' = {
  scope: resourceGroup(groupName)
  params: {
    displayName: 'Saldo studielån ${environmentName}'
    location: location
    tags: tags
    workspaceId: workspaceId
    values: queryValues
    runbookUrl: runbookUrl
    wallDashboard: wallDashboard
    dashboardName: names.dashboard
  }
  dependsOn: [monitoring]
}

module alerts 'monitoring/alerts.bicep' = {
  scope: resourceGroup(groupName)
  params: {
    prefix: names.alerts
    location: location
    tags: tags
    enabled: profile.alertsEnabled
    workspaceId: workspaceId
    values: queryValues
    identityName: names.identity
    actionGroupIds: actionGroupIds
    runbookUrl: runbookUrl
  }
  dependsOn: [monitoring]
}

@description('Where everything is.')
output AZURE_RESOURCE_GROUP string = groupName
@description('The app.')
output SERVICE_API_NAME string = names.site
@description('The vault.')
output AZURE_KEY_VAULT_NAME string = names.vault
@description('Vault URL for the tools (npm run secrets, npm run jwk).')
output AZURE_KEY_VAULT_ENDPOINT string = vaultUri
@description('The version that the app is now pinned to. azd keeps it, and passes it in from the next provision on.')
output MASKINPORTEN_KEY_VERSION string = appSettings.outputs.keyVersion
@description('The key\'s name at Digdir, kept for the same reason.')
output MASKINPORTEN_KID string = appSettings.outputs.kid
@description('Key id with version: what the app signs with.')
output MASKINPORTEN_KEY_ID string = appSettings.outputs.keyId
@description('Address that the outside parties see; empty without a network of our own.')
output EGRESS_ADDRESS string = makesNetwork ? ownNetwork!.outputs.egressAddress : ''
