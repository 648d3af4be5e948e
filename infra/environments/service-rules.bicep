// How long things are held and how the parties want to be spoken to: one property a setting, bounds those of
// shared/settings-schema.ts, which a test compares.

@export()
@sealed()
@description('Rules of the service; each is the app setting of the same name.')
type serviceRules = {
  ALTINN_SCOPE: string
  ALTINN_CONSENT_METADATA_KEY: string
  LANEKASSEN_SCOPE: string
  LANEKASSEN_RESOURCE: string
  LANEKASSEN_CONSENT_TRANSPORT: 'consent-id-header' | 'authorization-only' | 'both'
  LANEKASSEN_SEND_CONSENT_TOKEN: 'until-200' | 'always'
  LANEKASSEN_AUTH_PREFIX: string
  @minValue(1)
  @maxValue(365)
  CONSENT_VALIDITY_DAYS: int
  @minValue(0)
  @maxValue(364)
  CONSENT_RENEW_DAYS_BEFORE: int
  @minValue(1)
  @maxValue(1440)
  CONSENT_REQUEST_TTL_MINUTES: int
  CONSENT_CHECK: 'per-look-up' | 'by-feed'
  @minValue(1)
  @maxValue(1440)
  CONSENT_FEED_FRESH_MINUTES: int
  @minValue(1)
  @maxValue(3650)
  CONSENT_LOG_RETENTION_DAYS: int
  @minValue(1)
  @maxValue(60)
  SESSION_TTL_MINUTES: int
  @minValue(1)
  @maxValue(168)
  SESSION_ENDED_HOURS: int
  @minValue(500)
  @maxValue(30000)
  SALDO_LEASE_MS: int
  @description('A word and not a bool: string(true) would be "True", which the app refuses.')
  ACCEPT_MIGRATED_CONSENTS: 'true' | 'false'
  SYNC_CONSENT_EVENTS_SCHEDULE: string
  PURGE_EXPIRED_SCHEDULE: string
  EXPORT_CONSENTS_SCHEDULE: string
}

@export()
@description('The rules of the design, for environments that have no reason to differ.')
var standardRules serviceRules = {
  ALTINN_SCOPE: 'altinn:consentrequests.write'
  ALTINN_CONSENT_METADATA_KEY: 'navn'
  LANEKASSEN_SCOPE: 'lanekassen:lan/v1/saldoopplysninger'
  LANEKASSEN_RESOURCE: ''
  LANEKASSEN_CONSENT_TRANSPORT: 'consent-id-header'
  LANEKASSEN_SEND_CONSENT_TOKEN: 'until-200'
  LANEKASSEN_AUTH_PREFIX: ''
  CONSENT_VALIDITY_DAYS: 365
  CONSENT_RENEW_DAYS_BEFORE: 30
  CONSENT_REQUEST_TTL_MINUTES: 60
  CONSENT_CHECK: 'per-look-up'
  CONSENT_FEED_FRESH_MINUTES: 15
  CONSENT_LOG_RETENTION_DAYS: 365
  SESSION_TTL_MINUTES: 60
  SESSION_ENDED_HOURS: 24
  SALDO_LEASE_MS: 2000
  ACCEPT_MIGRATED_CONSENTS: 'false'
  SYNC_CONSENT_EVENTS_SCHEDULE: '0 * * * * *'
  PURGE_EXPIRED_SCHEDULE: '0 */5 * * * *'
  EXPORT_CONSENTS_SCHEDULE: '0 30 1 * * *'
}
