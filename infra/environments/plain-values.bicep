// The values that are one name, id or address: no character that only a shell, a document or a list adds, and not too long.

// What no name, id or address contains: blanks, also wide and invisible ones, quotes as shells and documents have them, and what separates
// a list. The app has the same rule for its settings (shared/settings/kinds.ts).
var odd = [
  ' '
  '\t'
  '\r'
  '\n'
  ','
  ';'
  '"'
  '\''
  '`'
  '<'
  '>'
  '\u{a0}'
  '\u{ad}'
  '\u{200b}'
  '\u{200c}'
  '\u{200d}'
  '\u{2018}'
  '\u{2019}'
  '\u{201c}'
  '\u{201d}'
  '\u{2028}'
  '\u{2029}'
  '\u{202f}'
  '\u{2060}'
  '\u{3000}'
  '\u{feff}'
]

@export()
@description('Whether it is one name, id or address of at most so many characters. An empty text is one.')
func isPlain(value string, most int) bool =>
  length(value) <= most && empty(filter(odd, character => contains(value, character)))

// The values that are one name, id or address, and the longest that Azure or the party accepts.
var longest { *: int } = {
  AZURE_ENV_NAME: 64
  RESOURCE_GROUP_NAME: 90
  PUBLIC_BASE_URL: 255
  RUNBOOK_URL: 2000
  MASKINPORTEN_CLIENT_ID: 255
  MASKINPORTEN_KID: 255
  MASKINPORTEN_KEY_NAME: 127
  MASKINPORTEN_KEY_VERSION: 64
  ALTINN_MASKINPORTEN_CLIENT_ID: 255
  ALTINN_MASKINPORTEN_KEY_ID: 255
  ALTINN_MASKINPORTEN_KID: 255
  LANEKASSEN_API_KEY_SECRET_NAME: 127
  PERSON_KEY_SECRET_NAME: 127
  PERSON_KEY_SECRET_SECONDARY_NAME: 127
  SESSION_KEY_SECRET_NAME: 127
  SESSION_KEY_SECRET_SECONDARY_NAME: 127
  INTEGRATION_SUBNET_ID: 1000
  PRIVATE_ENDPOINT_SUBNET_ID: 1000
  VAULT_DNS_ZONE_ID: 1000
  TABLE_DNS_ZONE_ID: 1000
  BLOB_DNS_ZONE_ID: 1000
  SITE_DNS_ZONE_ID: 1000
  HUB_NETWORK_ID: 1000
  LOG_ANALYTICS_WORKSPACE_ID: 1000
  SIGN_ROLE_DEFINITION_ID: 1000
}

func faultsOfEach(v { *: string }) string[] =>
  map(
    items(longest),
    one =>
      isPlain(v[one.key], one.value)
        ? ''
        : '${one.key} must have no blanks, quotes, commas or invisible characters, and at most ${one.value} characters.'
  )

@export()
@description('The faults of these values, each in a sentence, or empty. All are looked at together first, because that takes a tenth of the time.')
func plainFaults(v { *: string }) string[] =>
  isPlain(join(map(items(longest), one => v[one.key]), ''), 100000) && empty(filter(
      items(longest),
      one => length(v[one.key]) > one.value
    ))
    ? []
    : faultsOfEach(v)
