// What Bicep knows of the app settings. Written by `npm run docs` from the declarations in shared/settings/; a test compares.

@export()
@sealed()
@description('What the bank decides or is given; each is the app setting of the same name. Empty: the setting is off or has its default.')
type bankSettings = {
  @description('The client id (integration id) at Digdir.')
  MASKINPORTEN_CLIENT_ID: string
  @description('With x5c: the public certificate chain as PEM, leaf first.')
  MASKINPORTEN_CERTIFICATE_CHAIN: string
  @description('The client id of the client that has Altinn\'s scope, if it is another client.')
  ALTINN_MASKINPORTEN_CLIENT_ID: string
  @description('The Key Vault key id, with version, of that client.')
  ALTINN_MASKINPORTEN_KEY_ID: string
  @description('The kid of that client.')
  ALTINN_MASKINPORTEN_KID: string
  @description('The resource ids of Lånekassen\'s consent, separated by commas. The first is used for new requests; all are accepted. They are not public: ask Lånekassen or Bits.')
  ALTINN_CONSENT_RESOURCE_ID: string
}

@export()
@description('What the bank decides or is given, from the azd environment variables of the same names.')
func bankOf(v { *: string }) bankSettings => {
  MASKINPORTEN_CLIENT_ID: v.MASKINPORTEN_CLIENT_ID
  MASKINPORTEN_CERTIFICATE_CHAIN: v.MASKINPORTEN_CERTIFICATE_CHAIN
  ALTINN_MASKINPORTEN_CLIENT_ID: v.ALTINN_MASKINPORTEN_CLIENT_ID
  ALTINN_MASKINPORTEN_KEY_ID: v.ALTINN_MASKINPORTEN_KEY_ID
  ALTINN_MASKINPORTEN_KID: v.ALTINN_MASKINPORTEN_KID
  ALTINN_CONSENT_RESOURCE_ID: v.ALTINN_CONSENT_RESOURCE_ID
}

@export()
@sealed()
@description('The outside parties; each is the app setting of the same name.')
type partyAddresses = {
  @description('https://test.maskinporten.no or https://maskinporten.no. Its metadata names the endpoints.')
  MASKINPORTEN_ISSUER: string
  @description('https://platform.tt02.altinn.no or https://platform.altinn.no.')
  ALTINN_BASE_URL: string
  @description('https://ekstern01.api.test.lanekassen.no or https://ekstern01.api.lanekassen.no.')
  LANEKASSEN_BASE_URL: string
}

@export()
@sealed()
@description('Which vault secret each secret setting refers to. Another name, not another version, takes a new secret into use; empty: the setting is off.')
type secretNames = {
  @description('The API key that Lånekassen gave this bank; a Key Vault reference on Azure.')
  LANEKASSEN_API_KEY: string
  @description('Base64 of 32 random bytes, from which the names of persons in the tables are made. openssl rand -base64 32')
  PERSON_KEY_SECRET: string
  @description('During a rotation: the other secret. The app also looks for rows under it.')
  PERSON_KEY_SECRET_SECONDARY: string
  @description('Base64 of 32 random bytes, for the names of sessions and for sealing the held saldo. It must differ from PERSON_KEY_SECRET.')
  SESSION_KEY_SECRET: string
  @description('During a rotation: the other secret. The app also looks for rows under it.')
  SESSION_KEY_SECRET_SECONDARY: string
}

@export()
@description('The secrets that settings refer to, from the azd environment variables that name them. The values are trimmed.')
func secretNamesOf(v { *: string }) secretNames => {
  LANEKASSEN_API_KEY: empty(v.LANEKASSEN_API_KEY_SECRET_NAME) ? 'lanekassen-api-key' : v.LANEKASSEN_API_KEY_SECRET_NAME
  PERSON_KEY_SECRET: empty(v.PERSON_KEY_SECRET_NAME) ? 'person-key-1' : v.PERSON_KEY_SECRET_NAME
  PERSON_KEY_SECRET_SECONDARY: v.PERSON_KEY_SECRET_SECONDARY_NAME
  SESSION_KEY_SECRET: empty(v.SESSION_KEY_SECRET_NAME) ? 'session-key-1' : v.SESSION_KEY_SECRET_NAME
  SESSION_KEY_SECRET_SECONDARY: v.SESSION_KEY_SECRET_SECONDARY_NAME
}

@export()
@sealed()
@description('How the service behaves; each is the app setting of the same name.')
type serviceSettings = {
  @description('The time for all attempts of a grant together, milliseconds. The wait in the queue before the first is not included.')
  @minValue(100)
  @maxValue(60000)
  MASKINPORTEN_TOTAL_TIMEOUT_MS: int
  @description('Grants at once from one instance. Lower it when the alert `throttled` names Maskinporten.')
  @minValue(1)
  @maxValue(256)
  MASKINPORTEN_MAX_CONCURRENCY: int
  @description('The time for all attempts of a signature together, milliseconds.')
  @minValue(100)
  @maxValue(60000)
  KEY_VAULT_TOTAL_TIMEOUT_MS: int
  @description('Signatures at once from one instance. Lower it when the alert `throttled` names the vault.')
  @minValue(1)
  @maxValue(256)
  KEY_VAULT_MAX_CONCURRENCY: int
  @description('Scope of the consent API.')
  ALTINN_SCOPE: string
  @description('The metadata key for the bank\'s name. If it is empty, no metadata is sent.')
  ALTINN_CONSENT_METADATA_KEY: string
  @description('The time for all attempts of a call to Altinn together, milliseconds.')
  @minValue(100)
  @maxValue(60000)
  ALTINN_TOTAL_TIMEOUT_MS: int
  @description('Calls at once from one instance. Lower it when the alert `throttled` names Altinn.')
  @minValue(1)
  @maxValue(256)
  ALTINN_MAX_CONCURRENCY: int
  @description('Scope of the saldo API.')
  LANEKASSEN_SCOPE: string
  @description('The resource claim of the assertion, if Lånekassen should ask for one.')
  LANEKASSEN_RESOURCE: string
  @description('The header that carries the consent token: consent-id-header, authorization-only or both.')
  LANEKASSEN_CONSENT_TRANSPORT: 'consent-id-header' | 'authorization-only' | 'both'
  @description('When a call carries a consent token: until-200 (until the first 200 for the consent, duty C-2) or always.')
  LANEKASSEN_SEND_CONSENT_TOKEN: 'until-200' | 'always'
  @description('The text before the token in the Authorization header. It may be empty.')
  LANEKASSEN_AUTH_PREFIX: string
  @description('The time for all attempts of a look-up at Lånekassen together, milliseconds. The wait in the queue before the first is not included.')
  @minValue(100)
  @maxValue(60000)
  LANEKASSEN_TOTAL_TIMEOUT_MS: int
  @description('Calls at once from one instance. Lånekassen can get this number times the number of instances. Lower it when the alert `throttled` names Lånekassen.')
  @minValue(1)
  @maxValue(256)
  LANEKASSEN_MAX_CONCURRENCY: int
  @description('The validity of a new consent request, days. It is never longer than a year.')
  @minValue(1)
  @maxValue(365)
  CONSENT_VALIDITY_DAYS: int
  @description('How many days before the end of a consent a new one may be requested.')
  @minValue(0)
  @maxValue(364)
  CONSENT_RENEW_DAYS_BEFORE: int
  @description('How long an unanswered request and its callback are valid, minutes.')
  @minValue(1)
  @maxValue(1440)
  CONSENT_REQUEST_TTL_MINUTES: int
  @description('per-look-up: the app reads Altinn before every look-up. by-feed: a fresh event feed is enough.')
  CONSENT_CHECK: 'per-look-up' | 'by-feed'
  @description('How old the last complete run of sync-consent-events may be for the event feed to count as evidence, minutes.')
  @minValue(1)
  @maxValue(1440)
  CONSENT_FEED_FRESH_MINUTES: int
  @description('How long an ended consent and the log are kept, days.')
  @minValue(1)
  @maxValue(3650)
  CONSENT_LOG_RETENTION_DAYS: int
  @description('Whether consents that were migrated from Altinn 2 are accepted.')
  ACCEPT_MIGRATED_CONSENTS: 'true' | 'false'
  @description('The longest time that a saldo is held, minutes; a logout erases it earlier.')
  @minValue(1)
  @maxValue(60)
  SESSION_TTL_MINUTES: int
  @description('How long a logged-out session is remembered; at least the longest login session.')
  @minValue(1)
  @maxValue(168)
  SESSION_ENDED_HOURS: int
  @description('The longest time that a caller waits for an answer, milliseconds.')
  @minValue(1000)
  @maxValue(60000)
  REQUEST_DEADLINE_MS: int
  @description('NCRONTAB: when the app reads withdrawals from Altinn.')
  SYNC_CONSENT_EVENTS_SCHEDULE: string
  @description('NCRONTAB: when the app deletes rows past their time.')
  PURGE_EXPIRED_SCHEDULE: string
  @description('NCRONTAB: when the app exports the table of consents.')
  EXPORT_CONSENTS_SCHEDULE: string
}

@export()
@description('The defaults of the app, for environments that have no reason to differ.')
var standardSettings serviceSettings = {
  MASKINPORTEN_TOTAL_TIMEOUT_MS: 20000
  MASKINPORTEN_MAX_CONCURRENCY: 16
  KEY_VAULT_TOTAL_TIMEOUT_MS: 3000
  KEY_VAULT_MAX_CONCURRENCY: 8
  ALTINN_SCOPE: 'altinn:consentrequests.write'
  ALTINN_CONSENT_METADATA_KEY: 'navn'
  ALTINN_TOTAL_TIMEOUT_MS: 5000
  ALTINN_MAX_CONCURRENCY: 8
  LANEKASSEN_SCOPE: 'lanekassen:lan/v1/saldoopplysninger'
  LANEKASSEN_RESOURCE: ''
  LANEKASSEN_CONSENT_TRANSPORT: 'consent-id-header'
  LANEKASSEN_SEND_CONSENT_TOKEN: 'until-200'
  LANEKASSEN_AUTH_PREFIX: ''
  LANEKASSEN_TOTAL_TIMEOUT_MS: 20000
  LANEKASSEN_MAX_CONCURRENCY: 16
  CONSENT_VALIDITY_DAYS: 365
  CONSENT_RENEW_DAYS_BEFORE: 30
  CONSENT_REQUEST_TTL_MINUTES: 60
  CONSENT_CHECK: 'per-look-up'
  CONSENT_FEED_FRESH_MINUTES: 15
  CONSENT_LOG_RETENTION_DAYS: 365
  ACCEPT_MIGRATED_CONSENTS: 'false'
  SESSION_TTL_MINUTES: 60
  SESSION_ENDED_HOURS: 24
  REQUEST_DEADLINE_MS: 8000
  SYNC_CONSENT_EVENTS_SCHEDULE: '0 * * * * *'
  PURGE_EXPIRED_SCHEDULE: '0 */5 * * * *'
  EXPORT_CONSENTS_SCHEDULE: '0 30 1 * * *'
}
