// Saldo på studielån: everything that the app needs, in an empty subscription or together with what a bank has already (docs/deploy.md).
// All names are made here and passed to the modules, so that every role assignment and address can be read and tested before a deployment.
targetScope = 'subscription'

import { bankNoticesOf } from 'monitoring/notices.bicep'
import { environmentFaultsOf, makesNetworkOf } from 'environments/environment-faults.bicep'
import { readValues } from 'environments/read-values.bicep'
import { azdValues, environmentProfile } from 'environments/types.bicep'
import { faultsOf } from 'environments/values.bicep'

// The id of a resource in the resource group. It is known before the resource exists.
func idOf(groupName string, type string, name string) string =>
  resourceId(subscription().subscriptionId, groupName, type, name)

@description('Which of the three environments this is.')
param environmentKind 'dev' | 'test' | 'prod'

@description('What differs between the environments: sizes, network, alerts, the app\'s settings.')
param profile environmentProfile

@description('The values of the azd environment, as they were given.')
param givenValues azdValues

var values = mapValues(givenValues, value => trim(value))
var faults = faultsOf(values)
var sound = empty(faults) ? values : fail(join(faults, ' '))

var read = readValues(sound)

var abbrs = loadJsonContent('abbreviations.json')
var resourceToken = toLower(uniqueString(subscription().id, read.environmentName, read.location))
// The hooks find the resources by the first of these tags, so the bank's tags cannot replace it.
var tags = { ...read.extraTags, 'azd-env-name': read.environmentName, 'environment-kind': environmentKind }

var environmentFaults = environmentFaultsOf(environmentKind, profile, read)
var groupName = !empty(environmentFaults)
  ? fail(join(environmentFaults, ' '))
  : empty(read.resourceGroupName) ? '${abbrs.resourcesResourceGroups}${read.environmentName}' : read.resourceGroupName
var names = {
  identity: '${abbrs.managedIdentityUserAssignedIdentities}${resourceToken}'
  signRole: guid(subscription().id, groupName, 'signer', resourceToken)
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
  jumpHost: '${abbrs.computeVirtualMachines}${resourceToken}'
  bastion: '${abbrs.networkBastionHosts}${resourceToken}'
  exportIdentity: '${abbrs.managedIdentityUserAssignedIdentities}export-${resourceToken}'
  backupStorage: '${abbrs.storageStorageAccounts}back${resourceToken}'
  webTest: '${abbrs.insightsWebTests}${resourceToken}'
  budget: '${abbrs.consumptionBudgets}${resourceToken}'
  alerts: '${abbrs.insightsScheduledQueryRules}${resourceToken}-'
  frontDoor: '${abbrs.cdnProfiles}${resourceToken}'
  firewallPolicy: '${abbrs.networkFirewallPoliciesWebApplication}${resourceToken}'
}
var packageContainerName = 'app-package-${take(names.site, 32)}-${take(toLower(uniqueString(names.site, resourceToken)), 7)}'

// Storage Blob Data Owner: the Functions host needs it for its package, its leases and its keys.
var blobDataOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
// Storage Table Data Reader, Storage Blob Data Contributor: the daily export needs them. It has an identity of its own.
var tableDataReader = '76199698-9eea-4c19-bc75-cec21354c6b6'
var blobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
var exportContainerName = 'exports'
// Storage Table Data Contributor: the app needs it for the tables and rows of the state account.
var tableDataContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'

var workspaceId = empty(read.logAnalyticsWorkspaceId)
  ? idOf(groupName, 'Microsoft.OperationalInsights/workspaces', names.workspace)
  : read.logAnalyticsWorkspaceId

var isolated = profile.networkIsolation
var makesNetwork = makesNetworkOf(profile, read)
var zoneNames = {
  vault: 'privatelink.vaultcore.azure.net'
  table: 'privatelink.table.${environment().suffixes.storage}'
  blob: 'privatelink.blob.${environment().suffixes.storage}'
  sites: 'privatelink.azurewebsites.net'
}
var ownNetworkId = idOf(groupName, 'Microsoft.Network/virtualNetworks', names.virtualNetwork)
var integrationSubnetId = makesNetwork ? '${ownNetworkId}/subnets/app' : read.network.integrationSubnetId
var endpointSubnetId = makesNetwork ? '${ownNetworkId}/subnets/endpoints' : read.network.privateEndpointSubnetId
var endpoints = [
  {
    groupId: 'vault'
    targetId: idOf(groupName, 'Microsoft.KeyVault/vaults', names.vault)
    givenZoneId: read.network.vaultDnsZoneId
    wanted: isolated
  }
  {
    groupId: 'table'
    targetId: idOf(groupName, 'Microsoft.Storage/storageAccounts', names.stateStorage)
    givenZoneId: read.network.tableDnsZoneId
    wanted: isolated
  }
  {
    groupId: 'blob'
    targetId: idOf(groupName, 'Microsoft.Storage/storageAccounts', names.hostStorage)
    givenZoneId: read.network.blobDnsZoneId
    wanted: isolated
  }
  {
    groupId: 'blob'
    target: 'backup'
    targetId: idOf(groupName, 'Microsoft.Storage/storageAccounts', names.backupStorage)
    givenZoneId: read.network.blobDnsZoneId
    wanted: isolated
  }
  {
    groupId: 'sites'
    targetId: idOf(groupName, 'Microsoft.Web/sites', names.site)
    givenZoneId: read.network.siteDnsZoneId
    wanted: isolated && read.sitePrivateEndpoint
  }
]
var wantedEndpoints = filter(endpoints, endpoint => endpoint.wanted)

// The secrets on which this deployment gives the app a role. A role may need ten minutes to take effect, and Azure tries a reference to a
// secret again only after a day if it could not be read. Therefore a setting refers to a secret one provision after its role.
var readableNow = union(
  read.secretsCreated ? filter(map(items(read.vaultEntries), entry => entry.value), name => !empty(name)) : [],
  read.secretsToCome
)

var vaultUri = 'https://${names.vault}${environment().suffixes.keyvaultDns}'

// Ids and numbers that the queries of the workbook and the alerts use, as literals of the query language. Logged ids are in lower case.
var queryValues = {
  component: '\'${toLower(idOf(groupName, 'Microsoft.Insights/components', names.component))}\''
  vault: '\'${toLower(idOf(groupName, 'Microsoft.KeyVault/vaults', names.vault))}\''
  site: '\'${toLower(idOf(groupName, 'Microsoft.Web/sites', names.site))}\''
  hostAccount: '\'${toLower(idOf(groupName, 'Microsoft.Storage/storageAccounts', names.hostStorage))}\''
  stateAccount: '\'${toLower(idOf(groupName, 'Microsoft.Storage/storageAccounts', names.stateStorage))}\''
  resourceGroupName: '\'${groupName}\''
  feedFreshMinutes: string(profile.settings.CONSENT_FEED_FRESH_MINUTES)
  // With x5c no key is registered. The app itself reports the end of the certificate.
  registrationEndsOn: read.maskinportenKeyMode == 'x5c'
    ? 'datetime(9999-12-31)'
    : 'datetime(${empty(read.maskinportenRegisteredUntil) ? read.maskinportenKeyExpiresOn : read.maskinportenRegisteredUntil})'
  pinnedKeyVersion: '\'${empty(read.maskinportenKeyVersion) ? 'the first' : read.maskinportenKeyVersion}\''
  // The signatures that a vault can make in ten seconds with an RSA-HSM key of 2048 bits.
  vaultSignaturesIn10s: '2000'
  knownSigners: '\'${join(read.knownSignerIds, ',')}\''
}

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = if (!read.useExistingResourceGroup) {
  name: groupName
  location: read.location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: resourceGroup(groupName)
  params: {
    name: names.identity
    location: read.location
    tags: tags
    deleteLock: profile.deleteLocks
  }
  dependsOn: [group]
}

module signRole 'modules/sign-role.bicep' = if (empty(read.signRoleDefinitionId)) {
  scope: resourceGroup(groupName)
  params: {
    name: names.signRole
    roleName: 'Saldo studielån signer ${resourceToken}'
  }
  dependsOn: [group]
}

module monitoring 'modules/monitoring.bicep' = {
  scope: resourceGroup(groupName)
  params: {
    workspaceName: names.workspace
    existingWorkspaceId: read.logAnalyticsWorkspaceId
    componentName: names.component
    identityName: names.identity
    location: read.location
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
    location: read.location
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
    location: read.location
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

module exportIdentity 'modules/identity.bicep' = {
  scope: resourceGroup(groupName)
  params: {
    name: names.exportIdentity
    location: read.location
    tags: tags
    deleteLock: profile.deleteLocks
  }
  dependsOn: [group]
}

module tableReader 'modules/table-reader.bicep' = {
  scope: resourceGroup(groupName)
  params: {
    accountName: names.stateStorage
    identityName: names.exportIdentity
    roleId: tableDataReader
  }
  dependsOn: [stateStorage, exportIdentity]
}

module backupStorage 'modules/backup-account.bicep' = {
  scope: resourceGroup(groupName)
  params: {
    name: names.backupStorage
    location: read.backupLocation
    tags: { ...tags, data: 'personal' }
    sku: 'Standard_LRS'
    isolated: isolated
    deleteLock: profile.deleteLocks
    retentionDays: profile.exportRetentionDays
    containerName: exportContainerName
    identityName: names.exportIdentity
    roleId: blobDataContributor
    workspaceId: workspaceId
  }
  dependsOn: [monitoring, exportIdentity]
}

module subscriptionAlerts 'modules/subscription-alerts.bicep' = {
  scope: resourceGroup(groupName)
  params: {
    prefix: names.alerts
    tags: tags
    enabled: profile.alertsEnabled
    actionGroupIds: read.actionGroupIds
    runbookUrl: read.runbookUrl
  }
  dependsOn: [group]
}

module exportAlert 'modules/export-alert.bicep' = {
  scope: resourceGroup(groupName)
  params: {
    prefix: names.alerts
    location: read.location
    tags: tags
    enabled: profile.alertsEnabled
    workspaceId: workspaceId
    componentLiteral: queryValues.component
    actionGroupIds: read.actionGroupIds
    runbookUrl: read.runbookUrl
  }
  dependsOn: [monitoring]
}

module keyVault 'modules/key-vault.bicep' = {
  scope: resourceGroup(groupName)
  params: {
    name: names.vault
    location: read.location
    tags: tags
    isolated: isolated
    deleteLock: profile.deleteLocks
    keyName: read.maskinportenKeyName
    createKey: read.maskinportenKeyMode == 'kid'
    keyExpiresOn: read.maskinportenKeyExpiresOn
    signRoleDefinitionId: empty(read.signRoleDefinitionId)
      ? subscriptionResourceId('Microsoft.Authorization/roleDefinitions', names.signRole)
      : read.signRoleDefinitionId
    readableSecrets: readableNow
    softDeleteDays: environmentKind == 'dev' ? 7 : 90
    recover: read.recoverVault
    identityName: names.identity
    workspaceId: workspaceId
  }
  dependsOn: [monitoring, signRole]
}

module secretExpiryEvents 'modules/secret-expiry-events.bicep' = {
  scope: resourceGroup(groupName)
  params: {
    name: names.topic
    location: read.location
    tags: tags
    vaultName: names.vault
    workspaceId: workspaceId
    runbookUrl: read.runbookUrl
    actionGroupIds: read.actionGroupIds
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
    location: read.location
    tags: tags
    addressPrefix: read.virtualNetworkAddressPrefix
    zoneRedundant: profile.zoneRedundant
    operatorIpRanges: read.operators.ipRanges
    hubNetworkId: read.operators.hubNetworkId
    withJumpHost: !empty(read.operators.jumpHostSshKey)
    dnsZoneNames: map(
      filter(wantedEndpoints, endpoint => !contains(endpoint, 'target')),
      endpoint => zoneNames[endpoint.groupId]
    )
    workspaceId: workspaceId
  }
  dependsOn: [monitoring]
}

module jumpHost 'modules/jump-host.bicep' = if (makesNetwork && !empty(read.operators.jumpHostSshKey)) {
  scope: resourceGroup(groupName)
  params: {
    name: names.jumpHost
    bastionName: names.bastion
    location: read.location
    tags: tags
    subnetId: '${ownNetworkId}/subnets/operators'
    bastionSubnetId: '${ownNetworkId}/subnets/AzureBastionSubnet'
    sshKey: read.operators.jumpHostSshKey
    accountName: 'breakglass'
    workspaceId: workspaceId
  }
  dependsOn: [ownNetwork]
}

// Front Door, if this template creates it. Browsers then call the bank's domain, or the address that Front Door creates.
var makesFrontDoor = !empty(read.frontDoor)
var behindFrontDoor = makesFrontDoor || !empty(read.frontDoorId)
var publicBaseUrl = empty(read.publicBaseUrl) && makesFrontDoor
  ? 'https://${frontDoor!.outputs.hostName}'
  : read.publicBaseUrl

module frontDoor 'modules/front-door.bicep' = if (makesFrontDoor) {
  scope: resourceGroup(groupName)
  params: {
    name: names.frontDoor
    policyName: names.firewallPolicy
    tags: tags
    tier: read.frontDoor == 'premium' ? 'premium' : 'standard'
    callsPerMinute: profile.frontDoorCallsPerMinute
    siteName: names.site
    customHost: empty(read.publicBaseUrl) ? '' : split(read.publicBaseUrl, '/')[2]
    workspaceId: workspaceId
  }
  dependsOn: [monitoring]
}

module functionApp 'modules/function-app.bicep' = {
  scope: resourceGroup(groupName)
  params: {
    name: names.site
    planName: names.plan
    location: read.location
    tags: tags
    profile: profile
    nodeVersion: read.nodeVersion
    behindFrontDoor: behindFrontDoor
    frontDoorId: makesFrontDoor ? frontDoor!.outputs.frontDoorId : read.frontDoorId
    identityName: names.identity
    exportIdentityName: names.exportIdentity
    hostStorageName: names.hostStorage
    packageContainerName: packageContainerName
    subnetId: isolated ? integrationSubnetId : ''
    publicAccess: !(isolated && read.sitePrivateEndpoint)
    corsAllowedOrigins: read.corsAllowedOrigins
    allowedIpRanges: read.allowedIpRanges
    allowedDeployIpRanges: read.allowedDeployIpRanges
    workspaceId: workspaceId
  }
  dependsOn: [hostStorage, ownNetwork, exportIdentity]
}

module privateEndpoints 'modules/private-endpoint.bicep' = [
  for endpoint in wantedEndpoints: {
    scope: resourceGroup(groupName)
    params: {
      name: '${names.endpoints}-${endpoint.?target ?? endpoint.groupId}'
      location: read.location
      tags: tags
      subnetId: endpointSubnetId
      targetId: endpoint.targetId
      groupId: endpoint.groupId
      dnsZoneId: makesNetwork
        ? idOf(groupName, 'Microsoft.Network/privateDnsZones', zoneNames[endpoint.groupId])
        : endpoint.givenZoneId
    }
    dependsOn: [functionApp, keyVault, stateStorage, backupStorage]
  }
]

module appSettings 'modules/app-settings.bicep' = {
  scope: resourceGroup(groupName)
  params: {
    siteName: names.site
    profile: profile
    banks: read.banks
    bank: read.bank
    publicBaseUrl: publicBaseUrl
    maskinportenKeyMode: read.maskinportenKeyMode
    maskinportenKeyName: read.maskinportenKeyName
    maskinportenKeyVersion: read.maskinportenKeyVersion
    firstProvision: read.firstProvision
    maskinportenKid: read.maskinportenKid
    vaultEntries: mapValues(read.vaultEntries, name => contains(read.secretsReadable, name) ? name : '')
    vaultName: names.vault
    stateStorageName: names.stateStorage
    hostStorageName: names.hostStorage
    identityName: names.identity
    exportIdentityName: names.exportIdentity
    exportContainerUrl: 'https://${names.backupStorage}.blob.${environment().suffixes.storage}/${exportContainerName}'
    componentName: names.component
  }
  dependsOn: [privateEndpoints, keyVault, tableReader]
}

module workbook 'monitoring/workbook.bicep' = {
  scope: resourceGroup(groupName)
  params: {
    displayName: 'Saldo studielån ${read.environmentName}'
    location: read.location
    tags: tags
    workspaceId: workspaceId
    values: queryValues
    runbookUrl: read.runbookUrl
    wallDashboard: read.wallDashboard
    dashboardName: names.dashboard
  }
  dependsOn: [monitoring]
}

module alerts 'monitoring/alerts.bicep' = {
  scope: resourceGroup(groupName)
  params: {
    prefix: names.alerts
    location: read.location
    tags: tags
    enabled: profile.alertsEnabled
    workspaceId: workspaceId
    values: queryValues
    identityName: names.identity
    actionGroupIds: read.actionGroupIds
    runbookUrl: read.runbookUrl
  }
  dependsOn: [monitoring]
}

// Also sends the alerts that name a bank to the bank's own action groups.
module bankNotices 'monitoring/bank-notices.bicep' = if (!empty(bankNoticesOf(read.banks))) {
  scope: resourceGroup(groupName)
  params: {
    prefix: names.alerts
    tags: tags
    enabled: profile.alertsEnabled
    workspaceId: workspaceId
    notices: bankNoticesOf(read.banks)
  }
  dependsOn: [alerts]
}

// A test from outside, at the address that customers use: the app itself cannot see that what is in front of it fails. The test reaches every
// Front Door. It cannot reach an app without a public address, or one that only some addresses may call. Then what is in front of the app
// must test it (docs/in-front.md).
module webTest 'modules/web-test.bicep' = if (behindFrontDoor || !read.sitePrivateEndpoint && empty(read.allowedIpRanges)) {
  scope: resourceGroup(groupName)
  params: {
    name: names.webTest
    alertPrefix: names.alerts
    location: read.location
    tags: tags
    enabled: profile.alertsEnabled
    componentName: names.component
    siteName: names.site
    publicBaseUrl: publicBaseUrl
    actionGroupIds: read.actionGroupIds
    runbookUrl: read.runbookUrl
  }
  dependsOn: [monitoring, functionApp]
}

module ownBudget 'modules/budget.bicep' = if (read.budget.amount > 0) {
  scope: resourceGroup(groupName)
  params: {
    name: names.budget
    budget: read.budget
    actionGroupIds: read.actionGroupIds
  }
  dependsOn: [group]
}

module record 'modules/record.bicep' = {
  #disable-next-line no-module-name // A fixed name, so that the hook finds the record of the last provision.
  name: 'saldo-studielan-values'
  scope: resourceGroup(groupName)
  params: {
    values: givenValues
  }
  dependsOn: [appSettings]
}

@description('The resource group that has everything.')
output AZURE_RESOURCE_GROUP string = groupName
@description('Name of the app.')
output SERVICE_API_NAME string = names.site
@description('Name of the vault.')
output AZURE_KEY_VAULT_NAME string = names.vault
@description('Id of the workspace that has the telemetry (npm run bank-report).')
output TELEMETRY_WORKSPACE_ID string = workspaceId
@description('Id of the app\'s Application Insights (npm run bank-report).')
output APPLICATION_INSIGHTS_ID string = idOf(groupName, 'Microsoft.Insights/components', names.component)
@description('Vault URL for the tools (npm run secrets, npm run jwk).')
output AZURE_KEY_VAULT_ENDPOINT string = vaultUri
@description('The key version that the app is now pinned to. azd keeps it, and passes it in from the next provision on.')
output MASKINPORTEN_KEY_VERSION string = appSettings.outputs.keyVersion
@description('The key\'s name at Digdir. azd keeps it too.')
output MASKINPORTEN_KID string = appSettings.outputs.kid
@description('The key id, with version, that the app signs with.')
output MASKINPORTEN_KEY_ID string = appSettings.outputs.keyId
@description('The address that the outside parties see. Empty if this template creates no network.')
output EGRESS_ADDRESS string = makesNetwork ? ownNetwork!.outputs.egressAddress : ''
@description('The address of the Front Door. Empty if this template creates none.')
output FRONT_DOOR_HOST_NAME string = makesFrontDoor ? frontDoor!.outputs.hostName : ''
@description('Names of the secrets that the app may read from now on. azd keeps them and passes them in, so that settings refer to them from the next provision on.')
output SECRETS_READABLE string = join(readableNow, ',')
