// The policy numbers (docs/deploy.md): one property a setting, its bounds those of shared/settings-schema.ts, which a test
// compares. Milliseconds unless the name says otherwise.

@export()
@sealed()
@description('Retry and time-limit numbers; each is the app setting of the same name.')
type policyNumbers = {
  @minValue(1000)
  @maxValue(60000)
  REQUEST_DEADLINE_MS: int

  @minValue(1000)
  @maxValue(120000)
  LOOKUP_DEADLINE_MS: int

  @minValue(100)
  @maxValue(60000)
  IDENTITY_TOTAL_TIMEOUT_MS: int

  @minValue(100)
  @maxValue(30000)
  KEY_VAULT_CONNECT_TIMEOUT_MS: int

  @minValue(100)
  @maxValue(30000)
  KEY_VAULT_TRY_TIMEOUT_MS: int

  @minValue(100)
  @maxValue(60000)
  KEY_VAULT_TOTAL_TIMEOUT_MS: int

  @minValue(1)
  @maxValue(5)
  KEY_VAULT_MAX_ATTEMPTS: int

  @minValue(100)
  @maxValue(30000)
  MASKINPORTEN_CONNECT_TIMEOUT_MS: int

  @minValue(100)
  @maxValue(30000)
  MASKINPORTEN_TRY_TIMEOUT_MS: int

  @minValue(100)
  @maxValue(60000)
  MASKINPORTEN_TOTAL_TIMEOUT_MS: int

  @minValue(1)
  @maxValue(5)
  MASKINPORTEN_MAX_ATTEMPTS: int

  @minValue(100)
  @maxValue(30000)
  ALTINN_CONNECT_TIMEOUT_MS: int

  @minValue(100)
  @maxValue(30000)
  ALTINN_TRY_TIMEOUT_MS: int

  @minValue(100)
  @maxValue(60000)
  ALTINN_TOTAL_TIMEOUT_MS: int

  @minValue(1)
  @maxValue(5)
  ALTINN_MAX_ATTEMPTS: int

  @minValue(100)
  @maxValue(30000)
  LANEKASSEN_CONNECT_TIMEOUT_MS: int

  @minValue(100)
  @maxValue(60000)
  LANEKASSEN_TRY_TIMEOUT_MS: int

  @minValue(1)
  @maxValue(3)
  LANEKASSEN_MAX_ATTEMPTS: int

  @minValue(100)
  @maxValue(30000)
  PERSON_TOKEN_CONNECT_TIMEOUT_MS: int

  @minValue(100)
  @maxValue(30000)
  PERSON_TOKEN_TRY_TIMEOUT_MS: int

  @minValue(100)
  @maxValue(30000)
  TABLE_TRY_TIMEOUT_MS: int

  @minValue(100)
  @maxValue(60000)
  TABLE_TOTAL_TIMEOUT_MS: int

  @minValue(1)
  @maxValue(10000)
  RETRY_BASE_MS: int

  @minValue(1)
  @maxValue(60000)
  RETRY_CAP_MS: int
}

@export()
@description('The numbers of the design, for environments that have no reason to differ.')
var standardPolicy policyNumbers = {
  REQUEST_DEADLINE_MS: 8000
  LOOKUP_DEADLINE_MS: 20000
  IDENTITY_TOTAL_TIMEOUT_MS: 3000
  KEY_VAULT_CONNECT_TIMEOUT_MS: 1000
  KEY_VAULT_TRY_TIMEOUT_MS: 1500
  KEY_VAULT_TOTAL_TIMEOUT_MS: 3000
  KEY_VAULT_MAX_ATTEMPTS: 2
  MASKINPORTEN_CONNECT_TIMEOUT_MS: 1500
  MASKINPORTEN_TRY_TIMEOUT_MS: 3000
  MASKINPORTEN_TOTAL_TIMEOUT_MS: 5000
  MASKINPORTEN_MAX_ATTEMPTS: 3
  ALTINN_CONNECT_TIMEOUT_MS: 1500
  ALTINN_TRY_TIMEOUT_MS: 3000
  ALTINN_TOTAL_TIMEOUT_MS: 5000
  ALTINN_MAX_ATTEMPTS: 3
  LANEKASSEN_CONNECT_TIMEOUT_MS: 1500
  LANEKASSEN_TRY_TIMEOUT_MS: 5000
  LANEKASSEN_MAX_ATTEMPTS: 2
  PERSON_TOKEN_CONNECT_TIMEOUT_MS: 1000
  PERSON_TOKEN_TRY_TIMEOUT_MS: 3000
  TABLE_TRY_TIMEOUT_MS: 1000
  TABLE_TOTAL_TIMEOUT_MS: 2000
  RETRY_BASE_MS: 200
  RETRY_CAP_MS: 2000
}
