// The values as the modules need them: with defaults, and with lists and flags as such. Only values without a fault (faultsOf) are read:
// a faulty flag would be read as false.

import { bankOf, bankSettings, secretNamesOf } from 'settings.bicep'
import { bank, existingNetwork, monthlyBudget, operatorAccess } from 'types.bicep'
import { flag, given, list } from 'values.bicep'

@description('The banks that the app serves.')
func banksOf(v { *: string }) bank[] => json(given(v.BANKS, '[]'))

@description('The banks\' own API keys: the name of each setting, and the secret that it refers to.')
func apiKeysOf(banks bank[]) { *: string } =>
  toObject(
    filter(map(banks, one => one.?lanekassenApiKeySetting ?? ''), name => !empty(name)),
    name => name,
    name => toLower(replace(name, '_', '-'))
  )

@description('Ids of the bank\'s subnets and private DNS zones.')
func networkOf(v { *: string }) existingNetwork => {
  integrationSubnetId: v.INTEGRATION_SUBNET_ID
  privateEndpointSubnetId: v.PRIVATE_ENDPOINT_SUBNET_ID
  vaultDnsZoneId: v.VAULT_DNS_ZONE_ID
  tableDnsZoneId: v.TABLE_DNS_ZONE_ID
  blobDnsZoneId: v.BLOB_DNS_ZONE_ID
  siteDnsZoneId: v.SITE_DNS_ZONE_ID
}

@description('Who, besides the app, may reach the private endpoints.')
func operatorsOf(v { *: string }) operatorAccess => {
  ipRanges: list(v.OPERATOR_IP_RANGES)
  hubNetworkId: v.HUB_NETWORK_ID
  jumpHostSshKey: v.JUMP_HOST_SSH_KEY
}

@description('The monthly budget of the environment.')
func budgetOf(v { *: string }) monthlyBudget => {
  amount: empty(v.MONTHLY_BUDGET) ? 0 : int(v.MONTHLY_BUDGET)
  from: v.BUDGET_FROM
}

// Azure writes a region in two ways, Norway East and norwayeast. Resources are named after it, so both must mean the same.
func region(value string, otherwise string) string => toLower(replace(given(value, otherwise), ' ', ''))

@export()
@sealed()
@description('The values as the modules need them.')
type inputs = {
  environmentName: string
  location: string
  nodeVersion: '24' | '22'
  banks: bank[]
  bank: bankSettings
  publicBaseUrl: string
  maskinportenKeyMode: 'kid' | 'x5c'
  maskinportenKeyName: string
  maskinportenKeyVersion: string
  firstProvision: bool
  maskinportenKid: string
  maskinportenKeyExpiresOn: string
  maskinportenRegisteredUntil: string
  @description('The vault secret that each secret setting refers to.')
  vaultEntries: { *: string }
  secretsCreated: bool
  secretsToCome: string[]
  secretsReadable: string[]
  recoverVault: bool
  corsAllowedOrigins: string[]
  allowedIpRanges: string[]
  allowedDeployIpRanges: string[]
  @description('The tier of the Front Door that this template creates. Empty: none.')
  frontDoor: '' | 'standard' | 'premium'
  frontDoorId: string
  sitePrivateEndpoint: bool
  network: existingNetwork
  virtualNetworkAddressPrefix: string
  operators: operatorAccess
  logAnalyticsWorkspaceId: string
  signRoleDefinitionId: string
  actionGroupIds: string[]
  @description('Object ids of identities that sign with the key on purpose, besides the app.')
  knownSignerIds: string[]
  alertsTellNobody: bool
  runbookUrl: string
  wallDashboard: bool
  budget: monthlyBudget
  resourceGroupName: string
  useExistingResourceGroup: bool
  extraTags: { *: string }
  backupLocation: string
}

@export()
@description('Reads the values. They must be trimmed and without a fault.')
func readValues(v { *: string }) inputs => {
  environmentName: given(v.AZURE_ENV_NAME, 'dev')
  location: region(v.AZURE_LOCATION, 'norwayeast')
  nodeVersion: v.NODE_VERSION == '22' ? '22' : '24'
  banks: banksOf(v)
  bank: bankOf(v)
  publicBaseUrl: v.PUBLIC_BASE_URL
  maskinportenKeyMode: toLower(v.MASKINPORTEN_KEY_MODE) == 'x5c' ? 'x5c' : 'kid'
  maskinportenKeyName: given(v.MASKINPORTEN_KEY_NAME, 'maskinporten')
  maskinportenKeyVersion: v.MASKINPORTEN_KEY_VERSION
  firstProvision: flag(v.FIRST_PROVISION)
  maskinportenKid: v.MASKINPORTEN_KID
  maskinportenKeyExpiresOn: v.MASKINPORTEN_KEY_EXPIRES_ON
  maskinportenRegisteredUntil: v.MASKINPORTEN_REGISTERED_UNTIL
  vaultEntries: union(secretNamesOf(v), apiKeysOf(banksOf(v)))
  secretsCreated: flag(v.SECRETS_CREATED)
  secretsToCome: list(v.SECRETS_TO_COME)
  secretsReadable: list(v.SECRETS_READABLE)
  recoverVault: flag(v.RECOVER_VAULT)
  corsAllowedOrigins: union(
    list(v.CORS_ALLOWED_ORIGINS),
    flatten(map(banksOf(v), one => one.?deployment.?corsAllowedOrigins ?? []))
  )
  allowedIpRanges: list(v.ALLOWED_IP_RANGES)
  allowedDeployIpRanges: list(v.ALLOWED_DEPLOY_IP_RANGES)
  frontDoor: toLower(v.FRONT_DOOR) == 'premium' ? 'premium' : toLower(v.FRONT_DOOR) == 'standard' ? 'standard' : ''
  frontDoorId: toLower(v.FRONT_DOOR_ID)
  sitePrivateEndpoint: flag(v.SITE_PRIVATE_ENDPOINT)
  network: networkOf(v)
  virtualNetworkAddressPrefix: given(v.VIRTUAL_NETWORK_ADDRESS_PREFIX, '10.60.0.0/24')
  operators: operatorsOf(v)
  logAnalyticsWorkspaceId: v.LOG_ANALYTICS_WORKSPACE_ID
  signRoleDefinitionId: v.SIGN_ROLE_DEFINITION_ID
  actionGroupIds: list(v.ACTION_GROUP_IDS)
  knownSignerIds: list(v.KNOWN_SIGNER_IDS)
  alertsTellNobody: flag(v.ALERTS_TELL_NOBODY)
  runbookUrl: given(v.RUNBOOK_URL, 'docs/runbook.md')
  wallDashboard: flag(v.WALL_DASHBOARD)
  budget: budgetOf(v)
  resourceGroupName: v.RESOURCE_GROUP_NAME
  useExistingResourceGroup: flag(v.USE_EXISTING_RESOURCE_GROUP)
  extraTags: json(given(v.EXTRA_TAGS, '{}'))
  backupLocation: region(v.BACKUP_LOCATION, 'norwaywest')
}
