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

  @minValue(1000)
  @maxValue(300000)
  MAX_RETRY_AFTER_MS: int

  @minValue(100)
  @maxValue(60000)
  IDENTITY_TOTAL_TIMEOUT_MS: int

  @minValue(100)
  @maxValue(30000)
  IDENTITY_TRY_TIMEOUT_MS: int

  @minValue(1)
  @maxValue(5)
  IDENTITY_MAX_ATTEMPTS: int

  @minValue(1)
  @maxValue(64)
  IDENTITY_MAX_CONCURRENCY: int

  @minValue(0)
  @maxValue(10000)
  IDENTITY_MAX_QUEUE: int

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

  @minValue(1)
  @maxValue(256)
  KEY_VAULT_MAX_CONCURRENCY: int

  @minValue(0)
  @maxValue(10000)
  KEY_VAULT_MAX_QUEUE: int

  @minValue(100)
  @maxValue(30000)
  MASKINPORTEN_CONNECT_TIMEOUT_MS: int

  @minValue(100)
  @maxValue(30000)
  MASKINPORTEN_TRY_TIMEOUT_MS: int

  @minValue(100)
  @maxValue(30000)
  MASKINPORTEN_COLD_TRY_TIMEOUT_MS: int

  @minValue(100)
  @maxValue(60000)
  MASKINPORTEN_TOTAL_TIMEOUT_MS: int

  @minValue(100)
  @maxValue(120000)
  MASKINPORTEN_QUEUE_TIMEOUT_MS: int

  @minValue(1)
  @maxValue(5)
  MASKINPORTEN_MAX_ATTEMPTS: int

  @minValue(1)
  @maxValue(256)
  MASKINPORTEN_MAX_CONCURRENCY: int

  @minValue(0)
  @maxValue(10000)
  MASKINPORTEN_MAX_QUEUE: int

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

  @minValue(1)
  @maxValue(256)
  ALTINN_MAX_CONCURRENCY: int

  @minValue(0)
  @maxValue(10000)
  ALTINN_MAX_QUEUE: int

  @minValue(100)
  @maxValue(30000)
  LANEKASSEN_CONNECT_TIMEOUT_MS: int

  @minValue(100)
  @maxValue(60000)
  LANEKASSEN_TRY_TIMEOUT_MS: int

  @minValue(100)
  @maxValue(60000)
  LANEKASSEN_TOTAL_TIMEOUT_MS: int

  @minValue(100)
  @maxValue(120000)
  LANEKASSEN_QUEUE_TIMEOUT_MS: int

  @minValue(1)
  @maxValue(3)
  LANEKASSEN_MAX_ATTEMPTS: int

  @minValue(100)
  @maxValue(60000)
  LANEKASSEN_COLD_TRY_TIMEOUT_MS: int

  @minValue(1)
  @maxValue(256)
  LANEKASSEN_MAX_CONCURRENCY: int

  @minValue(0)
  @maxValue(10000)
  LANEKASSEN_MAX_QUEUE: int

  @minValue(100)
  @maxValue(30000)
  PERSON_TOKEN_CONNECT_TIMEOUT_MS: int

  @minValue(100)
  @maxValue(30000)
  PERSON_TOKEN_TRY_TIMEOUT_MS: int

  @minValue(100)
  @maxValue(30000)
  TABLE_CONNECT_TIMEOUT_MS: int

  @minValue(100)
  @maxValue(30000)
  TABLE_TRY_TIMEOUT_MS: int

  @minValue(100)
  @maxValue(60000)
  TABLE_TOTAL_TIMEOUT_MS: int

  @minValue(1)
  @maxValue(1024)
  TABLE_MAX_CONCURRENCY: int

  @minValue(0)
  @maxValue(10000)
  TABLE_MAX_QUEUE: int

  @minValue(1)
  @maxValue(5)
  TABLE_READ_MAX_ATTEMPTS: int

  @minValue(1)
  @maxValue(5)
  TABLE_WRITE_MAX_ATTEMPTS: int

  @minValue(1)
  @maxValue(10000)
  RETRY_BASE_MS: int

  @minValue(1)
  @maxValue(60000)
  RETRY_CAP_MS: int

  @minValue(1)
  @maxValue(1000)
  RETRY_BUDGET_TOKENS: int

  @minValue(0)
  @maxValue(100)
  RETRY_BUDGET_PERCENT: int

  @minValue(1000)
  @maxValue(600000)
  RETRY_FLOOR_MS: int

  @minValue(1000)
  @maxValue(600000)
  BREAKER_WINDOW_MS: int

  @minValue(1)
  @maxValue(1000)
  BREAKER_MIN_CALLS: int

  @minValue(1)
  @maxValue(100)
  BREAKER_FAILURE_PERCENT: int

  @minValue(100)
  @maxValue(600000)
  BREAKER_OPEN_MIN_MS: int

  @minValue(100)
  @maxValue(600000)
  BREAKER_OPEN_MAX_MS: int

  @minValue(1000)
  @maxValue(86400000)
  BREAKER_DELAY_MAX_MS: int

  @minValue(1)
  @maxValue(100)
  RATE_GROW_PERCENT: int

  @minValue(10)
  @maxValue(90)
  RATE_SLOW_PERCENT: int

  @minValue(1)
  @maxValue(6000)
  RATE_MIN_PER_MINUTE: int

  @minValue(1000)
  @maxValue(3600000)
  COLD_AFTER_MS: int

  @minValue(2)
  @maxValue(100)
  COLD_SLOW_FACTOR: int

  @minValue(0)
  @maxValue(30000)
  START_STAGGER_MS: int
}

@export()
@description('The numbers of the design, for environments that have no reason to differ.')
var standardPolicy policyNumbers = {
  REQUEST_DEADLINE_MS: 8000
  LOOKUP_DEADLINE_MS: 80000
  MAX_RETRY_AFTER_MS: 45000
  IDENTITY_TOTAL_TIMEOUT_MS: 3000
  IDENTITY_TRY_TIMEOUT_MS: 2000
  IDENTITY_MAX_ATTEMPTS: 2
  IDENTITY_MAX_CONCURRENCY: 4
  IDENTITY_MAX_QUEUE: 256
  KEY_VAULT_CONNECT_TIMEOUT_MS: 1000
  KEY_VAULT_TRY_TIMEOUT_MS: 1500
  KEY_VAULT_TOTAL_TIMEOUT_MS: 3000
  KEY_VAULT_MAX_ATTEMPTS: 2
  KEY_VAULT_MAX_CONCURRENCY: 8
  KEY_VAULT_MAX_QUEUE: 64
  MASKINPORTEN_CONNECT_TIMEOUT_MS: 1500
  MASKINPORTEN_TRY_TIMEOUT_MS: 6500
  MASKINPORTEN_COLD_TRY_TIMEOUT_MS: 7000
  MASKINPORTEN_TOTAL_TIMEOUT_MS: 20000
  MASKINPORTEN_QUEUE_TIMEOUT_MS: 60000
  MASKINPORTEN_MAX_ATTEMPTS: 3
  MASKINPORTEN_MAX_CONCURRENCY: 16
  MASKINPORTEN_MAX_QUEUE: 64
  ALTINN_CONNECT_TIMEOUT_MS: 1500
  ALTINN_TRY_TIMEOUT_MS: 3000
  ALTINN_TOTAL_TIMEOUT_MS: 5000
  ALTINN_MAX_ATTEMPTS: 3
  ALTINN_MAX_CONCURRENCY: 8
  ALTINN_MAX_QUEUE: 64
  LANEKASSEN_CONNECT_TIMEOUT_MS: 1500
  LANEKASSEN_TRY_TIMEOUT_MS: 6500
  LANEKASSEN_TOTAL_TIMEOUT_MS: 20000
  LANEKASSEN_QUEUE_TIMEOUT_MS: 60000
  LANEKASSEN_MAX_ATTEMPTS: 2
  LANEKASSEN_COLD_TRY_TIMEOUT_MS: 7000
  LANEKASSEN_MAX_CONCURRENCY: 16
  LANEKASSEN_MAX_QUEUE: 64
  PERSON_TOKEN_CONNECT_TIMEOUT_MS: 1000
  PERSON_TOKEN_TRY_TIMEOUT_MS: 3000
  TABLE_CONNECT_TIMEOUT_MS: 500
  TABLE_TRY_TIMEOUT_MS: 1000
  TABLE_TOTAL_TIMEOUT_MS: 2000
  TABLE_MAX_CONCURRENCY: 64
  TABLE_MAX_QUEUE: 512
  TABLE_READ_MAX_ATTEMPTS: 3
  TABLE_WRITE_MAX_ATTEMPTS: 2
  RETRY_BASE_MS: 200
  RETRY_CAP_MS: 2000
  RETRY_BUDGET_TOKENS: 10
  RETRY_BUDGET_PERCENT: 10
  RETRY_FLOOR_MS: 10000
  BREAKER_WINDOW_MS: 30000
  BREAKER_MIN_CALLS: 10
  BREAKER_FAILURE_PERCENT: 50
  BREAKER_OPEN_MIN_MS: 5000
  BREAKER_OPEN_MAX_MS: 30000
  BREAKER_DELAY_MAX_MS: 3600000
  RATE_GROW_PERCENT: 25
  RATE_SLOW_PERCENT: 50
  RATE_MIN_PER_MINUTE: 30
  COLD_AFTER_MS: 60000
  COLD_SLOW_FACTOR: 3
  START_STAGGER_MS: 500
}
