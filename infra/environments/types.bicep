import { partyAddresses, serviceSettings } from 'settings.bicep'

@export()
@sealed()
@description('What differs between dev, test and prod. Each environment is one object, so that it can be read in one place.')
type environmentProfile = {
  @description('Private endpoints, closed firewalls and a fixed egress address. Off: the firewalls are open, and only RBAC protects the resources.')
  networkIsolation: bool
  zoneRedundant: bool
  @description('CanNotDelete locks on the vault, the storage accounts of personal data, and the identities.')
  deleteLocks: bool
  instanceMemoryMB: 512 | 2048 | 4096
  @minValue(1)
  @maxValue(1000)
  httpConcurrencyPerInstance: int
  @minValue(0)
  @maxValue(100)
  alwaysReadyHttpInstances: int
  @minValue(1)
  @maxValue(1000)
  @description('The most instances. The platform may exceed it for a while, so the app must not rely on it.')
  maximumInstances: int
  @minValue(10)
  @maxValue(1000000)
  @description('Calls that one address may make in a minute, if this template creates Front Door. Customers of one mobile network share addresses.')
  frontDoorCallsPerMinute: int
  @description('true: RollingUpdate, which lets running requests end before an instance stops (a preview of Microsoft\'s). false: Recreate, which ends running requests at each deployment.')
  rollingUpdate: bool
  storageSku: 'Standard_LRS' | 'Standard_ZRS' | 'Standard_GZRS'
  @minValue(1)
  @maxValue(90)
  @description('Days that an export of the consents is kept. A consent that is ended or erased stays in older exports for as long.')
  exportRetentionDays: int
  @minValue(30)
  @maxValue(730)
  logRetentionDays: int
  @minValue(-1)
  @description('Daily cap of the logs, GB. -1: no cap.')
  logDailyCapGb: int
  @description('Whether alerts are on. Off where no one is on call.')
  alertsEnabled: bool
  parties: partyAddresses
  settings: serviceSettings
}

@export()
@sealed()
@description('A claim that tells banks apart if their tokens have the same issuer and audience.')
type bankClaim = {
  name: string
  value: string
}

@export()
@sealed()
@description('The form of the person tokens of a bank\'s customers. The app\'s defaults apply to what is left out.')
type identityProvider = {
  issuer: string
  audience: string
  jwksUri: string
  nationalIdClaim: string?
  sessionClaim: string?
  algorithms: string[]?
  logoutAudience: string?
  bankClaim: bankClaim?
}

@export()
@sealed()
@description('A Maskinporten client of a bank\'s own.')
type bankClient = {
  clientId: string
  keyId: string
  kid: string?
  certificateChain: string?
  altinnClientId: string?
  altinnKeyId: string?
  altinnKid: string?
}

@export()
@sealed()
@description('Limits of one bank. They are lower than those of the app.')
type bankLimits = {
  @minValue(1)
  @maxValue(256)
  @description('Calls to Lånekassen at once from one instance.')
  lanekassenMaxConcurrency: int
}

@export()
@sealed()
@description('What these templates create for one bank. The app itself does not use it.')
type bankDeployment = {
  @description('Origins of the bank\'s pages whose scripts call the app, in addition to CORS_ALLOWED_ORIGINS.')
  corsAllowedOrigins: string[]?
  @description('Action groups that get the alerts that name the bank, in addition to ACTION_GROUP_IDS.')
  actionGroupIds: string[]?
}

@export()
@sealed()
@description('A bank that the app serves: an entry of its setting BANKS (docs/contracts/interface.md §4).')
type bank = {
  @minLength(9)
  @maxLength(9)
  organisationNumber: string
  name: string
  allowedReturnUrls: string[]
  defaultReturnUrl: string
  identityProvider: identityProvider
  isSupplierCustomer: bool?
  maskinporten: bankClient?
  @description('Name of the setting with an API key of the bank\'s own. It refers to the vault\'s secret of that name, in lower case and with hyphens.')
  lanekassenApiKeySetting: string?
  isPaused: bool?
  limits: bankLimits?
  deployment: bankDeployment?
}

@export()
@sealed()
@description('Ids of the bank\'s subnets and private DNS zones. Empty subnets: this template creates a network. An empty zone: a policy of the bank\'s landing zone makes the DNS records.')
type existingNetwork = {
  integrationSubnetId: string
  privateEndpointSubnetId: string
  vaultDnsZoneId: string
  tableDnsZoneId: string
  blobDnsZoneId: string
  siteDnsZoneId: string
}

@export()
@sealed()
@description('Who, besides the app, may reach the private endpoints of the network that this template creates.')
type operatorAccess = {
  @description('Address ranges of machines that are joined to this network (the hub, a VPN, a self-hosted runner).')
  ipRanges: string[]
  @description('Id of the bank\'s hub network. Empty: none.')
  hubNetworkId: string
  @description('Public SSH key of a jump host behind Bastion. Empty: no jump host.')
  jumpHostSshKey: string
}

@export()
@sealed()
@description('The monthly cost at which the action groups are notified.')
type monthlyBudget = {
  @minValue(0)
  @description('The amount, in the currency of the subscription. 0: no budget.')
  amount: int
  @description('The first day of the month in which the budget begins, YYYY-MM-DD.')
  from: string
}

@export()
@sealed()
@description('Every azd environment variable that is read, as it was given. Empty: not given. docs/deploy.md describes each. `npm run docs` writes main.bicepparam from this type.')
type azdValues = {
  AZURE_ENV_NAME: string
  AZURE_LOCATION: string
  ENVIRONMENT_KIND: string
  BANKS: string
  PUBLIC_BASE_URL: string
  CORS_ALLOWED_ORIGINS: string
  MASKINPORTEN_CLIENT_ID: string
  MASKINPORTEN_CERTIFICATE_CHAIN: string
  ALTINN_MASKINPORTEN_CLIENT_ID: string
  ALTINN_MASKINPORTEN_KEY_ID: string
  ALTINN_MASKINPORTEN_KID: string
  ALTINN_CONSENT_RESOURCE_ID: string
  MASKINPORTEN_KEY_MODE: string
  MASKINPORTEN_KEY_NAME: string
  MASKINPORTEN_KEY_VERSION: string
  MASKINPORTEN_KID: string
  MASKINPORTEN_KEY_EXPIRES_ON: string
  MASKINPORTEN_REGISTERED_UNTIL: string
  FIRST_PROVISION: string
  RECOVER_VAULT: string
  SIGN_ROLE_DEFINITION_ID: string
  LANEKASSEN_API_KEY_SECRET_NAME: string
  PERSON_KEY_SECRET_NAME: string
  PERSON_KEY_SECRET_SECONDARY_NAME: string
  SESSION_KEY_SECRET_NAME: string
  SESSION_KEY_SECRET_SECONDARY_NAME: string
  SECRETS_CREATED: string
  SECRETS_TO_COME: string
  SECRETS_READABLE: string
  ALLOWED_IP_RANGES: string
  ALLOWED_DEPLOY_IP_RANGES: string
  FRONT_DOOR: string
  FRONT_DOOR_ID: string
  SITE_PRIVATE_ENDPOINT: string
  INTEGRATION_SUBNET_ID: string
  PRIVATE_ENDPOINT_SUBNET_ID: string
  VAULT_DNS_ZONE_ID: string
  TABLE_DNS_ZONE_ID: string
  BLOB_DNS_ZONE_ID: string
  SITE_DNS_ZONE_ID: string
  VIRTUAL_NETWORK_ADDRESS_PREFIX: string
  OPERATOR_IP_RANGES: string
  HUB_NETWORK_ID: string
  JUMP_HOST_SSH_KEY: string
  LOG_ANALYTICS_WORKSPACE_ID: string
  ACTION_GROUP_IDS: string
  KNOWN_SIGNER_IDS: string
  ALERTS_TELL_NOBODY: string
  RUNBOOK_URL: string
  WALL_DASHBOARD: string
  MONTHLY_BUDGET: string
  BUDGET_FROM: string
  RESOURCE_GROUP_NAME: string
  USE_EXISTING_RESOURCE_GROUP: string
  EXTRA_TAGS: string
  NODE_VERSION: string
  BACKUP_LOCATION: string
}
