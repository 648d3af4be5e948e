// What Bicep knows of the app settings. Written by `npm run docs` from the declarations in shared/settings/; a test compares.

@export()
@sealed()
@description('What the bank decides or is given; each is the app setting of the same name. Empty: the setting is off or has its default.')
type bankSettings = {
  @description('Client id (integration id) at Digdir.')
  MASKINPORTEN_CLIENT_ID: string
  @description('With x5c: the public chain, PEM, leaf first.')
  MASKINPORTEN_CERTIFICATE_CHAIN: string
  @description('If Altinn\'s scope is on another client: its client id.')
  ALTINN_MASKINPORTEN_CLIENT_ID: string
  @description('Its Key Vault key id with version.')
  ALTINN_MASKINPORTEN_KEY_ID: string
  @description('Its kid.')
  ALTINN_MASKINPORTEN_KID: string
  @description('Resource ids of Lånekassen\'s consent, separated by commas: the first is asked for, all are accepted. Not public: ask Lånekassen or Bits.')
  ALTINN_CONSENT_RESOURCE_ID: string
}

@export()
@sealed()
@description('The outside parties; each is the app setting of the same name.')
type partyAddresses = {
  @description('https://test.maskinporten.no or https://maskinporten.no; endpoints come from its metadata.')
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
  @description('Base64 of 32 random bytes: names persons in tables. openssl rand -base64 32')
  PERSON_KEY_SECRET: string
  @description('During a rotation: the other one, read too.')
  PERSON_KEY_SECRET_SECONDARY: string
  @description('Base64 of 32 random bytes: names sessions and seals the held saldo. Another than the one above.')
  SESSION_KEY_SECRET: string
  @description('During a rotation: the other one, read too.')
  SESSION_KEY_SECRET_SECONDARY: string
}

@export()
@sealed()
@description('How the service behaves; each is the app setting of the same name.')
type serviceSettings = {
  @description('A grant, all attempts together, milliseconds; the wait in the queue before the first comes on top.')
  @minValue(100)
  @maxValue(60000)
  MASKINPORTEN_TOTAL_TIMEOUT_MS: int
  @description('Grants at once from one instance. Lower it when the alert `throttled` names Maskinporten.')
  @minValue(1)
  @maxValue(256)
  MASKINPORTEN_MAX_CONCURRENCY: int
  @description('A signature, all attempts together, milliseconds.')
  @minValue(100)
  @maxValue(60000)
  KEY_VAULT_TOTAL_TIMEOUT_MS: int
  @description('Signatures at once from one instance. Lower it when the alert `throttled` names the vault.')
  @minValue(1)
  @maxValue(256)
  KEY_VAULT_MAX_CONCURRENCY: int
  @description('Scope of the consent API.')
  ALTINN_SCOPE: string
  @description('Metadata key that carries the bank\'s name; empty: none is sent.')
  ALTINN_CONSENT_METADATA_KEY: string
  @description('A call to Altinn, all attempts together, milliseconds.')
  @minValue(100)
  @maxValue(60000)
  ALTINN_TOTAL_TIMEOUT_MS: int
  @description('Calls at once from one instance. Lower it when the alert `throttled` names Altinn.')
  @minValue(1)
  @maxValue(256)
  ALTINN_MAX_CONCURRENCY: int
  @description('Scope of the saldo API.')
  LANEKASSEN_SCOPE: string
  @description('resource claim of the assertion, if Lånekassen ever asks for one.')
  LANEKASSEN_RESOURCE: string
  @description('How the consent token travels: consent-id-header, authorization-only or both.')
  LANEKASSEN_CONSENT_TRANSPORT: 'consent-id-header' | 'authorization-only' | 'both'
  @description('until-200 (duty C-2) or always.')
  LANEKASSEN_SEND_CONSENT_TOKEN: 'until-200' | 'always'
  @description('What precedes the token in Authorization; empty: nothing.')
  LANEKASSEN_AUTH_PREFIX: string
  @description('A look-up at Lånekassen, all attempts together, milliseconds; the wait in the queue before the first comes on top.')
  @minValue(100)
  @maxValue(60000)
  LANEKASSEN_TOTAL_TIMEOUT_MS: int
  @description('Calls at once from one instance; times the instances it is what Lånekassen sees. Lower it when the alert `throttled` names it.')
  @minValue(1)
  @maxValue(256)
  LANEKASSEN_MAX_CONCURRENCY: int
  @description('For how long a consent is asked, days; never beyond a year.')
  @minValue(1)
  @maxValue(365)
  CONSENT_VALIDITY_DAYS: int
  @description('From how many days before its end a new one may be asked for.')
  @minValue(0)
  @maxValue(364)
  CONSENT_RENEW_DAYS_BEFORE: int
  @description('How long an unanswered request, and its callback, is good for.')
  @minValue(1)
  @maxValue(1440)
  CONSENT_REQUEST_TTL_MINUTES: int
  @description('per-look-up: Altinn is read before every look-up; by-feed: a fresh event feed is enough.')
  CONSENT_CHECK: 'per-look-up' | 'by-feed'
  @description('How old the last run of sync-consent-events may be to count as evidence.')
  @minValue(1)
  @maxValue(1440)
  CONSENT_FEED_FRESH_MINUTES: int
  @description('How long a finished consent stays on record.')
  @minValue(1)
  @maxValue(3650)
  CONSENT_LOG_RETENTION_DAYS: int
  @description('Whether consents moved from Altinn 2 count.')
  ACCEPT_MIGRATED_CONSENTS: 'true' | 'false'
  @description('The longest a saldo is held, logged out or not.')
  @minValue(1)
  @maxValue(60)
  SESSION_TTL_MINUTES: int
  @description('How long a logged-out session is remembered; at least the longest login session.')
  @minValue(1)
  @maxValue(168)
  SESSION_ENDED_HOURS: int
  @description('How long a caller waits at most, milliseconds.')
  @minValue(1000)
  @maxValue(60000)
  REQUEST_DEADLINE_MS: int
  @description('NCRONTAB: when withdrawals are read from Altinn.')
  SYNC_CONSENT_EVENTS_SCHEDULE: string
  @description('NCRONTAB: when what has run out is swept.')
  PURGE_EXPIRED_SCHEDULE: string
  @description('NCRONTAB: when the table of consents is exported.')
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
