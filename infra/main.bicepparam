// What azd passes in: every value is an azd environment variable (azd env set NAME value). What it means and where it comes
// from: docs/deploy.md. Lists are comma-separated.
using 'main.bicep'
import { profiles } from 'environments/profiles.bicep'

var kind = readEnvironmentVariable('ENVIRONMENT_KIND', 'dev')
var kinds = ['dev', 'test', 'prod']
var cors = readEnvironmentVariable('CORS_ALLOWED_ORIGINS', '')
var callers = readEnvironmentVariable('ALLOWED_IP_RANGES', '')
var deployers = readEnvironmentVariable('ALLOWED_DEPLOY_IP_RANGES', '')
var actionGroups = readEnvironmentVariable('ACTION_GROUP_IDS', '')

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'dev')
param location = readEnvironmentVariable('AZURE_LOCATION', 'norwayeast')
param environmentKind = contains(kinds, kind) ? kind : fail('ENVIRONMENT_KIND must be dev, test or prod.')
param profile = profiles[kind]

param bank = {
  ALLOWED_RETURN_URLS: readEnvironmentVariable('ALLOWED_RETURN_URLS', '')
  DEFAULT_RETURN_URL: readEnvironmentVariable('DEFAULT_RETURN_URL', '')
  PERSON_TOKEN_ISSUER: readEnvironmentVariable('PERSON_TOKEN_ISSUER', '')
  PERSON_TOKEN_AUDIENCE: readEnvironmentVariable('PERSON_TOKEN_AUDIENCE', '')
  PERSON_TOKEN_JWKS_URI: readEnvironmentVariable('PERSON_TOKEN_JWKS_URI', '')
  PERSON_TOKEN_NATIONAL_ID_CLAIM: readEnvironmentVariable('PERSON_TOKEN_NATIONAL_ID_CLAIM', 'pid')
  PERSON_TOKEN_SESSION_CLAIM: readEnvironmentVariable('PERSON_TOKEN_SESSION_CLAIM', 'sid')
  PERSON_TOKEN_ALGORITHMS: readEnvironmentVariable('PERSON_TOKEN_ALGORITHMS', 'RS256,PS256,ES256')
  LOGOUT_TOKEN_AUDIENCE: readEnvironmentVariable('LOGOUT_TOKEN_AUDIENCE', '')
  BANK_ORGANISATION_NUMBER: readEnvironmentVariable('BANK_ORGANISATION_NUMBER', '')
  BANK_NAME: readEnvironmentVariable('BANK_NAME', '')
  MASKINPORTEN_CLIENT_ID: readEnvironmentVariable('MASKINPORTEN_CLIENT_ID', '')
  MASKINPORTEN_CERTIFICATE_CHAIN: readEnvironmentVariable('MASKINPORTEN_CERTIFICATE_CHAIN', '')
  MASKINPORTEN_CONSUMER_ORG: readEnvironmentVariable('MASKINPORTEN_CONSUMER_ORG', '')
  ALTINN_MASKINPORTEN_CLIENT_ID: readEnvironmentVariable('ALTINN_MASKINPORTEN_CLIENT_ID', '')
  ALTINN_MASKINPORTEN_KEY_ID: readEnvironmentVariable('ALTINN_MASKINPORTEN_KEY_ID', '')
  ALTINN_MASKINPORTEN_KID: readEnvironmentVariable('ALTINN_MASKINPORTEN_KID', '')
  ALTINN_CONSENT_RESOURCE_ID: readEnvironmentVariable('ALTINN_CONSENT_RESOURCE_ID', '')
}
param publicBaseUrl = readEnvironmentVariable('PUBLIC_BASE_URL', '')

param maskinportenKeyMode = readEnvironmentVariable('MASKINPORTEN_KEY_MODE', 'kid') == 'x5c' ? 'x5c' : 'kid'
param maskinportenKeyName = readEnvironmentVariable('MASKINPORTEN_KEY_NAME', 'maskinporten')
param maskinportenKeyVersion = readEnvironmentVariable('MASKINPORTEN_KEY_VERSION', '')
param maskinportenKid = readEnvironmentVariable('MASKINPORTEN_KID', '')
param maskinportenKeyExpiresOn = readEnvironmentVariable('MASKINPORTEN_KEY_EXPIRES_ON', '')
param firstProvision = bool(readEnvironmentVariable('FIRST_PROVISION', 'false'))

param vaultEntries = {
  LANEKASSEN_API_KEY: readEnvironmentVariable('LANEKASSEN_API_KEY_SECRET_NAME', 'lanekassen-api-key')
  PERSON_KEY_SECRET: readEnvironmentVariable('PERSON_KEY_SECRET_NAME', 'person-key-1')
  PERSON_KEY_SECRET_SECONDARY: readEnvironmentVariable('PERSON_KEY_SECRET_SECONDARY_NAME', '')
  SESSION_KEY_SECRET: readEnvironmentVariable('SESSION_KEY_SECRET_NAME', 'session-key-1')
  SESSION_KEY_SECRET_SECONDARY: readEnvironmentVariable('SESSION_KEY_SECRET_SECONDARY_NAME', '')
}
param secretsCreated = bool(readEnvironmentVariable('SECRETS_CREATED', 'false'))

param corsAllowedOrigins = empty(cors) ? [] : split(cors, ',')
param allowedIpRanges = empty(callers) ? [] : split(callers, ',')
param allowedDeployIpRanges = empty(deployers) ? [] : split(deployers, ',')
param sitePrivateEndpoint = bool(readEnvironmentVariable('SITE_PRIVATE_ENDPOINT', 'false'))
param network = {
  integrationSubnetId: readEnvironmentVariable('INTEGRATION_SUBNET_ID', '')
  privateEndpointSubnetId: readEnvironmentVariable('PRIVATE_ENDPOINT_SUBNET_ID', '')
  vaultDnsZoneId: readEnvironmentVariable('VAULT_DNS_ZONE_ID', '')
  tableDnsZoneId: readEnvironmentVariable('TABLE_DNS_ZONE_ID', '')
  blobDnsZoneId: readEnvironmentVariable('BLOB_DNS_ZONE_ID', '')
  siteDnsZoneId: readEnvironmentVariable('SITE_DNS_ZONE_ID', '')
}
param virtualNetworkAddressPrefix = readEnvironmentVariable('VIRTUAL_NETWORK_ADDRESS_PREFIX', '10.60.0.0/24')

param logAnalyticsWorkspaceId = readEnvironmentVariable('LOG_ANALYTICS_WORKSPACE_ID', '')
param signRoleDefinitionId = readEnvironmentVariable('SIGN_ROLE_DEFINITION_ID', '')
param actionGroupIds = empty(actionGroups) ? [] : split(actionGroups, ',')
param runbookUrl = readEnvironmentVariable('RUNBOOK_URL', 'docs/runbook.md')
param wallDashboard = bool(readEnvironmentVariable('WALL_DASHBOARD', 'false'))
param maskinportenRegisteredUntil = readEnvironmentVariable('MASKINPORTEN_REGISTERED_UNTIL', '')
param resourceGroupName = readEnvironmentVariable('RESOURCE_GROUP_NAME', '')
param useExistingResourceGroup = bool(readEnvironmentVariable('USE_EXISTING_RESOURCE_GROUP', 'false'))
param extraTags = json(readEnvironmentVariable('EXTRA_TAGS', '{}'))
