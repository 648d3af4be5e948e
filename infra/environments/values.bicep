// azd passes values in as text (main.bicepparam). The functions here clean it, and find every value that is not valid. All faults are
// reported at once, each in a sentence.

import { isPlain, plainFaults } from 'plain-values.bicep'
import { secretNamesOf } from 'settings.bicep'

@export()
@description('The value, or a default if it is empty: a pipeline passes an unset variable as empty text.')
func given(value string, otherwise string) string => empty(trim(value)) ? otherwise : trim(value)

@export()
@description('The parts of a comma-separated list, without blanks and empty parts.')
func list(value string) string[] => filter(map(split(value, ','), part => trim(part)), part => !empty(part))

@export()
@description('The list as text, without blanks and empty parts.')
func cleanList(value string) string => join(list(value), ',')

@export()
@description('Whether the text is true, in upper or lower case. faultsOf lets no text pass but true, false and the empty text.')
func flag(value string) bool => toLower(trim(value)) == 'true'

func consistsOf(value string, letters string) bool =>
  empty(filter(range(0, length(value)), index => !contains(letters, substring(value, index, 1))))

var digits = '0123456789'

func needs(isWrong bool, words string) string => isWrong ? words : ''

func choiceFault(name string, value string, choices string[]) string =>
  needs(!contains(choices, toLower(trim(value))) && !empty(trim(value)), '${name} must be ${join(choices, ' or ')}.')

func dayIsReal(year int, month int, day int) bool =>
  year > 2000 && year < 2100 && month >= 1 && month <= 12 && day >= 1 && day <= (month == 2
    ? (year % 4 == 0 ? 29 : 28)
    : contains([4, 6, 9, 11], month) ? 30 : 31)

func isDay(parts string[]) bool =>
  length(parts) == 3 && length(parts[0]) == 4 && length(parts[1]) == 2 && length(parts[2]) == 2 && consistsOf(
      join(parts, ''),
      digits
    )
    ? dayIsReal(int(parts[0]), int(parts[1]), int(parts[2]))
    : false

func dayFault(name string, value string) string =>
  needs(!empty(trim(value)) && !isDay(split(trim(value), '-')), '${name} must be a day as YYYY-MM-DD.')

func isNumber(text string, least int, most int) bool =>
  !empty(text) && length(text) < 4 && consistsOf(text, digits) ? int(text) >= least && int(text) <= most : false

// An address range that Azure accepts: it has a mask, and is not the whole address space.
func isRange(value string) bool =>
  length(split(value, '/')) != 2
    ? false
    : contains(value, ':')
        ? consistsOf(toLower(split(value, '/')[0]), '${digits}:abcdef') && isNumber(last(split(value, '/')), 1, 128)
        : length(split(split(value, '/')[0], '.')) == 4 && empty(filter(
            split(split(value, '/')[0], '.'),
            part => !isNumber(part, 0, 255)
          )) && isNumber(last(split(value, '/')), 1, 32)

// The address space of a network: one range that begins at its mask, with room for its subnets.
func isNetwork(value string, mostMask int) bool =>
  isRange(value) && !contains(value, ':') && isNumber(last(split(value, '/')), 8, mostMask)
    ? '${parseCidr(value).network}/${parseCidr(value).cidr}' == value
    : false

func rangesFault(name string, value string) string =>
  needs(
    !empty(filter(list(value), part => !isRange(part))),
    '${name} must be address ranges with their masks, as 192.0.2.0/24; for all addresses leave it empty.'
  )

func idFault(name string, value string, kind string) string =>
  needs(
    !empty(value) && (!startsWith(toLower(value), '/subscriptions/') || !contains(toLower(value), toLower(kind))),
    '${name} must be the id of a resource (/subscriptions/…${kind}…).'
  )

@export()
@description('Whether it is the id of one action group.')
func isActionGroupId(value string) bool =>
  startsWith(toLower(value), '/subscriptions/') && contains(
    toLower(value),
    '/providers/microsoft.insights/actiongroups/'
  ) && length(split(value, '/')) == 9 && !empty(last(split(value, '/'))) && !contains(value, ',') && !contains(
    value,
    ' '
  )

@export()
@description('Whether it is an origin as browsers send it: scheme and host in lower case, without a default port, and no pattern.')
func isOrigin(value string) bool =>
  consistsOf(value, 'abcdefghijklmnopqrstuvwxyz${digits}-.:/') && length(split(value, '/')) == 3 && !empty(last(split(
    value,
    '/'
  ))) && (startsWith(value, 'https://')
    ? !endsWith(value, ':443')
    : value == 'http://localhost' || startsWith(value, 'http://localhost:') && !endsWith(value, ':80'))

func nameFault(name string, value string) string =>
  needs(
    !empty(filter(
      list(value),
      one => length(one) > 127 || !consistsOf(toLower(one), 'abcdefghijklmnopqrstuvwxyz${digits}-')
    )),
    '${name}: a secret\'s name is of at most 127 letters, digits and hyphens.'
  )

func isGuid(value string) bool =>
  length(value) == 36 && length(split(value, '-')) == 5 && consistsOf(toLower(value), '${digits}abcdef-')

func regionFault(name string, value string) string =>
  needs(
    length(value) > 40 || !consistsOf(toLower(value), 'abcdefghijklmnopqrstuvwxyz${digits} '),
    '${name} must be the name of a region, as norwayeast.'
  )

// A pair of values: the second has no meaning, or another meaning, without the first.
func partnerFault(v { *: string }, one string, other string) string =>
  needs(!empty(trim(v[other])) && empty(trim(v[one])), '${other} is given without ${one}: give both or neither.')

func flagFaults(v { *: string }) string[] =>
  map(
    [
      'FIRST_PROVISION'
      'SECRETS_CREATED'
      'SITE_PRIVATE_ENDPOINT'
      'WALL_DASHBOARD'
      'USE_EXISTING_RESOURCE_GROUP'
      'ALERTS_TELL_NOBODY'
      'RECOVER_VAULT'
    ],
    name => choiceFault(name, v[name], ['true', 'false'])
  )

func partnerFaults(v { *: string }) string[] => [
  partnerFault(v, 'INTEGRATION_SUBNET_ID', 'PRIVATE_ENDPOINT_SUBNET_ID')
  partnerFault(v, 'PRIVATE_ENDPOINT_SUBNET_ID', 'INTEGRATION_SUBNET_ID')
  needs(
    !empty(v.INTEGRATION_SUBNET_ID) && toLower(v.INTEGRATION_SUBNET_ID) == toLower(v.PRIVATE_ENDPOINT_SUBNET_ID),
    'INTEGRATION_SUBNET_ID and PRIVATE_ENDPOINT_SUBNET_ID are the same subnet: a delegated one takes no private endpoint.'
  )
  partnerFault(v, 'RESOURCE_GROUP_NAME', 'USE_EXISTING_RESOURCE_GROUP')
  partnerFault(v, 'ALTINN_MASKINPORTEN_KID', 'ALTINN_MASKINPORTEN_KEY_ID')
  needs(
    empty(v.INTEGRATION_SUBNET_ID) && !empty('${v.VAULT_DNS_ZONE_ID}${v.TABLE_DNS_ZONE_ID}${v.BLOB_DNS_ZONE_ID}${v.SITE_DNS_ZONE_ID}'),
    'VAULT_, TABLE_, BLOB_ and SITE_DNS_ZONE_ID belong to the bank\'s own network: give INTEGRATION_SUBNET_ID too.'
  )
  needs(
    !empty(v.INTEGRATION_SUBNET_ID) && !empty('${v.HUB_NETWORK_ID}${v.JUMP_HOST_SSH_KEY}'),
    'HUB_NETWORK_ID and JUMP_HOST_SSH_KEY are for the network that is made here; in the bank\'s own subnets the bank decides.'
  )
  needs(
    toLower(v.MASKINPORTEN_KEY_MODE) == 'x5c' && empty(v.MASKINPORTEN_CERTIFICATE_CHAIN),
    'MASKINPORTEN_KEY_MODE is x5c, so MASKINPORTEN_CERTIFICATE_CHAIN must be set.'
  )
  needs(
    !empty(v.MASKINPORTEN_CERTIFICATE_CHAIN) && toLower(v.MASKINPORTEN_KEY_MODE) != 'x5c',
    'MASKINPORTEN_CERTIFICATE_CHAIN is given, so MASKINPORTEN_KEY_MODE must be x5c.'
  )
  needs(
    secretNamesOf(v).PERSON_KEY_SECRET == secretNamesOf(v).PERSON_KEY_SECRET_SECONDARY,
    'PERSON_KEY_SECRET_SECONDARY_NAME names the same secret as PERSON_KEY_SECRET_NAME.'
  )
  needs(
    secretNamesOf(v).SESSION_KEY_SECRET == secretNamesOf(v).SESSION_KEY_SECRET_SECONDARY,
    'SESSION_KEY_SECRET_SECONDARY_NAME names the same secret as SESSION_KEY_SECRET_NAME.'
  )
  needs(
    !empty(v.FRONT_DOOR) && !empty(v.FRONT_DOOR_ID),
    'FRONT_DOOR makes a Front Door, FRONT_DOOR_ID names one of the bank: give one of them.'
  )
  needs(
    !empty(v.FRONT_DOOR) && flag(v.SITE_PRIVATE_ENDPOINT),
    'FRONT_DOOR reaches the app by its public address: leave SITE_PRIVATE_ENDPOINT out.'
  )
  needs(
    !empty(v.FRONT_DOOR_ID) && empty(v.PUBLIC_BASE_URL),
    'FRONT_DOOR_ID lets nothing else in, so PUBLIC_BASE_URL must be the address that Front Door serves.'
  )
  partnerFault(v, 'BUDGET_FROM', 'MONTHLY_BUDGET')
  partnerFault(v, 'OPERATOR_IP_RANGES', 'HUB_NETWORK_ID')
]

func shapeFaults(v { *: string }) string[] => [
  choiceFault('ENVIRONMENT_KIND', v.ENVIRONMENT_KIND, ['dev', 'test', 'prod'])
  choiceFault('MASKINPORTEN_KEY_MODE', v.MASKINPORTEN_KEY_MODE, ['kid', 'x5c'])
  choiceFault('FRONT_DOOR', v.FRONT_DOOR, ['standard', 'premium'])
  choiceFault('NODE_VERSION', v.NODE_VERSION, ['24', '22'])
  dayFault('MASKINPORTEN_KEY_EXPIRES_ON', v.MASKINPORTEN_KEY_EXPIRES_ON)
  dayFault('MASKINPORTEN_REGISTERED_UNTIL', v.MASKINPORTEN_REGISTERED_UNTIL)
  dayFault('BUDGET_FROM', v.BUDGET_FROM)
  needs(
    toLower(v.MASKINPORTEN_KEY_MODE) != 'x5c' && empty(v.MASKINPORTEN_KEY_EXPIRES_ON),
    'MASKINPORTEN_KEY_EXPIRES_ON is missing: the day on which the first version of the key expires, YYYY-MM-DD, less than a year ahead. The preprovision hook sets it.'
  )
  needs(
    !empty(v.BANKS) && !(startsWith(v.BANKS, '[') && endsWith(v.BANKS, ']')),
    'BANKS must be a JSON list of banks (docs/contracts/interface.md §4).'
  )
  needs(
    !empty(filter(list(v.CORS_ALLOWED_ORIGINS), origin => !isOrigin(origin))),
    'CORS_ALLOWED_ORIGINS must name each origin as browsers send it (https://host in lower case, without a path or a default port), never *.'
  )
  rangesFault('ALLOWED_IP_RANGES', v.ALLOWED_IP_RANGES)
  rangesFault('ALLOWED_DEPLOY_IP_RANGES', v.ALLOWED_DEPLOY_IP_RANGES)
  rangesFault('OPERATOR_IP_RANGES', v.OPERATOR_IP_RANGES)
  needs(
    !empty(v.VIRTUAL_NETWORK_ADDRESS_PREFIX) && !isNetwork(
      v.VIRTUAL_NETWORK_ADDRESS_PREFIX,
      empty(v.JUMP_HOST_SSH_KEY) ? 25 : 24
    ),
    'VIRTUAL_NETWORK_ADDRESS_PREFIX must be one address range that begins at its mask, at least a /25 and with a jump host a /24, as 10.60.0.0/24.'
  )
  needs(
    length(list(v.ALTINN_CONSENT_RESOURCE_ID)) < length(split(v.ALTINN_CONSENT_RESOURCE_ID, ',')) && !empty(v.ALTINN_CONSENT_RESOURCE_ID) || !empty(filter(
      list(v.ALTINN_CONSENT_RESOURCE_ID),
      id => !isPlain(id, 256)
    )),
    'ALTINN_CONSENT_RESOURCE_ID must name one resource id, or several separated by commas.'
  )
  regionFault('AZURE_LOCATION', v.AZURE_LOCATION)
  regionFault('BACKUP_LOCATION', v.BACKUP_LOCATION)
  needs(
    !empty(v.PUBLIC_BASE_URL) && !isOrigin(toLower(v.PUBLIC_BASE_URL)),
    'PUBLIC_BASE_URL must be scheme and host only, as https://saldo.bank.example.'
  )
  needs(
    !empty(v.JUMP_HOST_SSH_KEY) && (!(startsWith(v.JUMP_HOST_SSH_KEY, 'ssh-rsa ') || startsWith(
      v.JUMP_HOST_SSH_KEY,
      'ssh-ed25519 '
    )) || !isPlain(replace(v.JUMP_HOST_SSH_KEY, ' ', ''), 4000)),
    'JUMP_HOST_SSH_KEY must be a public key of one line, ssh-rsa or ssh-ed25519.'
  )
  needs(
    !empty(filter(list(v.KNOWN_SIGNER_IDS), id => !isGuid(id))),
    'KNOWN_SIGNER_IDS must be object ids (00000000-0000-0000-0000-000000000000) of identities.'
  )
  needs(
    !empty(filter(list(v.ACTION_GROUP_IDS), id => !isActionGroupId(id) || !isPlain(id, 1000))),
    'ACTION_GROUP_IDS must be ids of action groups (/subscriptions/…/actionGroups/…).'
  )
  idFault('INTEGRATION_SUBNET_ID', v.INTEGRATION_SUBNET_ID, '/subnets/')
  idFault('PRIVATE_ENDPOINT_SUBNET_ID', v.PRIVATE_ENDPOINT_SUBNET_ID, '/subnets/')
  idFault('HUB_NETWORK_ID', v.HUB_NETWORK_ID, '/virtualNetworks/')
  idFault('LOG_ANALYTICS_WORKSPACE_ID', v.LOG_ANALYTICS_WORKSPACE_ID, '/workspaces/')
  idFault('SIGN_ROLE_DEFINITION_ID', v.SIGN_ROLE_DEFINITION_ID, '/roleDefinitions/')
  idFault('VAULT_DNS_ZONE_ID', v.VAULT_DNS_ZONE_ID, '/privateDnsZones/')
  idFault('TABLE_DNS_ZONE_ID', v.TABLE_DNS_ZONE_ID, '/privateDnsZones/')
  idFault('BLOB_DNS_ZONE_ID', v.BLOB_DNS_ZONE_ID, '/privateDnsZones/')
  idFault('SITE_DNS_ZONE_ID', v.SITE_DNS_ZONE_ID, '/privateDnsZones/')
  nameFault('LANEKASSEN_API_KEY_SECRET_NAME', v.LANEKASSEN_API_KEY_SECRET_NAME)
  nameFault('PERSON_KEY_SECRET_NAME', v.PERSON_KEY_SECRET_NAME)
  nameFault('PERSON_KEY_SECRET_SECONDARY_NAME', v.PERSON_KEY_SECRET_SECONDARY_NAME)
  nameFault('SESSION_KEY_SECRET_NAME', v.SESSION_KEY_SECRET_NAME)
  nameFault('SESSION_KEY_SECRET_SECONDARY_NAME', v.SESSION_KEY_SECRET_SECONDARY_NAME)
  nameFault('SECRETS_TO_COME', v.SECRETS_TO_COME)
  nameFault('SECRETS_READABLE', v.SECRETS_READABLE)
  needs(
    !empty(v.EXTRA_TAGS) && !(startsWith(v.EXTRA_TAGS, '{') && endsWith(v.EXTRA_TAGS, '}')),
    'EXTRA_TAGS must be a JSON object, as {"owner":"payments"}.'
  )
  needs(
    !empty(v.MONTHLY_BUDGET) && (!consistsOf(v.MONTHLY_BUDGET, digits) || startsWith(v.MONTHLY_BUDGET, '0')),
    'MONTHLY_BUDGET must be a whole number, in the currency of the subscription.'
  )
  needs(
    !empty(v.FRONT_DOOR_ID) && !isGuid(v.FRONT_DOOR_ID),
    'FRONT_DOOR_ID must be the frontDoorId of the profile, a GUID.'
  )
]

@export()
@description('The faults of the values, each in a sentence. None: the values can be used. The values must be trimmed.')
func faultsOf(v { *: string }) string[] =>
  filter(concat(shapeFaults(v), plainFaults(v), flagFaults(v), partnerFaults(v)), fault => !empty(fault))
