import type { settingSchemas } from '../../shared/settings-schema.ts';

/** What a setting is for, in a sentence, and a value that shows its form. Empty: optional, or has a default that suits most. */
export type SettingWords = { words: string; example: string };

const policy = (words: string): SettingWords => ({
  words: `${words} Empty: the default (shared/settings-schema.ts).`,
  example: '',
});

/** A word on every setting; the order and the names are the schema's. */
export const settingWords: Record<keyof typeof settingSchemas, SettingWords> = {
  PUBLIC_BASE_URL: {
    words: 'Where Altinn sends the browser back: scheme and host of this app, without /api.',
    example: 'http://127.0.0.1:7071',
  },
  ALLOWED_RETURN_URLS: {
    words:
      'Pages of the bank (or app links) that a customer may be sent back to, comma-separated; each covers what lies below it.',
    example: 'http://127.0.0.1:3000/,mybank://studielan',
  },
  DEFAULT_RETURN_URL: {
    words: 'One of them: for a browser that comes back with nothing we know.',
    example: 'http://127.0.0.1:3000/',
  },
  PERSON_TOKEN_ISSUER: {
    words: "iss of the customer's token: the bank's identity provider.",
    example: 'http://127.0.0.1:7105',
  },
  PERSON_TOKEN_AUDIENCE: { words: 'aud that the token must carry.', example: 'studielan-api' },
  PERSON_TOKEN_JWKS_URI: {
    words: "Where the identity provider's public keys are.",
    example: 'http://127.0.0.1:7105/jwks',
  },
  PERSON_TOKEN_NATIONAL_ID_CLAIM: { words: 'Claim with the national id.', example: 'pid' },
  PERSON_TOKEN_SESSION_CLAIM: {
    words: "Claim with the login session; must carry what the logout token's sid carries.",
    example: 'sid',
  },
  PERSON_TOKEN_ALGORITHMS: { words: 'Signature algorithms that are accepted.', example: 'RS256,PS256,ES256' },
  LOGOUT_TOKEN_AUDIENCE: {
    words: "The bank's client id at its identity provider; empty: back-channel logout is off.",
    example: '',
  },
  BANK_ORGANISATION_NUMBER: { words: 'Nine digits.', example: '310000019' },
  BANK_NAME: { words: 'As in Enhetsregisteret: the customer reads it in the consent.', example: 'Eksempelbanken ASA' },
  MASKINPORTEN_ISSUER: {
    words: 'https://test.maskinporten.no or https://maskinporten.no; endpoints come from its metadata.',
    example: 'http://127.0.0.1:7101',
  },
  MASKINPORTEN_CLIENT_ID: {
    words: 'Client id (integration id) at Digdir.',
    example: '00000000-0000-0000-0000-000000000000',
  },
  MASKINPORTEN_KEY_ID: {
    words: 'Key Vault key id with version; the app may read it and sign with it, nothing else.',
    example: 'http://127.0.0.1:7104/keys/maskinporten/00000000000000000000000000000000',
  },
  MASKINPORTEN_KEY_MODE: {
    words: 'kid: a public key is registered on the client; x5c: its certificate is sent along.',
    example: 'kid',
  },
  MASKINPORTEN_KID: { words: 'kid of the registered public key.', example: 'eksempelbanken-saldo-1' },
  MASKINPORTEN_CERTIFICATE_CHAIN: { words: 'With x5c: the public chain, PEM, leaf first.', example: '' },
  MASKINPORTEN_CONSUMER_ORG: {
    words: "Supplier mode: the bank's organisation number, when the client is a supplier's.",
    example: '',
  },
  ALTINN_MASKINPORTEN_CLIENT_ID: { words: "If Altinn's scope sits on another client.", example: '' },
  ALTINN_MASKINPORTEN_KEY_ID: { words: 'Its Key Vault key id with version.', example: '' },
  ALTINN_MASKINPORTEN_KID: { words: 'Its kid.', example: '' },
  ALTINN_BASE_URL: {
    words: 'https://platform.tt02.altinn.no or https://platform.altinn.no.',
    example: 'http://127.0.0.1:7102',
  },
  ALTINN_SCOPE: { words: 'Scope of the consent API.', example: 'altinn:consentrequests.write' },
  ALTINN_CONSENT_RESOURCE_ID: {
    words:
      "Resource ids of Lånekassen's consent, separated by commas: the first is asked for, all are accepted. Not public: ask Lånekassen or Bits.",
    example: 'slk_5498_1',
  },
  ALTINN_CONSENT_METADATA_KEY: {
    words: "Metadata key that carries the bank's name; empty: none is sent.",
    example: 'navn',
  },
  LANEKASSEN_BASE_URL: {
    words: 'https://ekstern01.api.test.lanekassen.no or https://ekstern01.api.lanekassen.no.',
    example: 'http://127.0.0.1:7103',
  },
  LANEKASSEN_API_KEY: {
    words: 'SECRET. The API key that Lånekassen gave this bank; a Key Vault reference on Azure.',
    example: 'not-a-real-key',
  },
  LANEKASSEN_SCOPE: { words: 'Scope of the saldo API.', example: 'lanekassen:lan/v1/saldoopplysninger' },
  LANEKASSEN_RESOURCE: { words: 'resource claim of the assertion, if Lånekassen ever asks for one.', example: '' },
  LANEKASSEN_CONSENT_TRANSPORT: {
    words: 'How the consent token travels: consent-id-header, authorization-only or both.',
    example: 'consent-id-header',
  },
  LANEKASSEN_SEND_CONSENT_TOKEN: { words: 'until-200 (duty C-2) or always.', example: 'until-200' },
  LANEKASSEN_AUTH_PREFIX: { words: 'What precedes the token in Authorization; empty: nothing.', example: '' },
  STATE_TABLE_ENDPOINT: {
    words: "Table endpoint, reached with the app's identity: https://<account>.table.core.windows.net.",
    example: '',
  },
  STATE_TABLE_CONNECTION_STRING: {
    words: 'Only for an emulator on this machine, instead of the endpoint.',
    example: 'UseDevelopmentStorage=true',
  },
  PERSON_KEY_SECRET: {
    words: 'SECRET. Base64 of 32 random bytes: names persons in tables. openssl rand -base64 32',
    example: '',
  },
  PERSON_KEY_SECRET_SECONDARY: { words: 'SECRET. During a rotation: the other one, read too.', example: '' },
  SESSION_KEY_SECRET: {
    words: 'SECRET. Base64 of 32 random bytes: names sessions and seals the held saldo. Another than the one above.',
    example: '',
  },
  SESSION_KEY_SECRET_SECONDARY: { words: 'SECRET. During a rotation: the other one, read too.', example: '' },
  CONSENT_VALIDITY_DAYS: { words: 'For how long a consent is asked, days; never beyond a year.', example: '365' },
  CONSENT_RENEW_DAYS_BEFORE: { words: 'From how many days before its end a new one may be asked for.', example: '30' },
  CONSENT_REQUEST_TTL_MINUTES: {
    words: 'How long an unanswered request, and its callback, is good for.',
    example: '60',
  },
  CONSENT_CHECK: {
    words: 'per-look-up: Altinn is read before every look-up; by-feed: a fresh event feed is enough.',
    example: 'per-look-up',
  },
  CONSENT_FEED_FRESH_MINUTES: {
    words: 'How old the last run of sync-consent-events may be to count as evidence.',
    example: '15',
  },
  CONSENT_LOG_RETENTION_DAYS: { words: 'How long a finished consent stays on record.', example: '365' },
  SESSION_TTL_MINUTES: { words: 'The longest a saldo is held, logged out or not.', example: '60' },
  SESSION_ENDED_HOURS: {
    words: 'How long a logged-out session is remembered; at least the longest login session.',
    example: '24',
  },
  SALDO_LEASE_MS: { words: 'How long a look-up holds its session without a sign of life.', example: '2000' },
  ACCEPT_MIGRATED_CONSENTS: { words: 'Whether consents moved from Altinn 2 count.', example: 'false' },
  AZURE_CLIENT_ID: { words: "Client id of the app's user-assigned identity.", example: '' },
  APPLICATIONINSIGHTS_CONNECTION_STRING: { words: 'Where telemetry goes; empty: nowhere.', example: '' },
  SYNC_CONSENT_EVENTS_SCHEDULE: { words: 'NCRONTAB: when withdrawals are read from Altinn.', example: '0 * * * * *' },
  PURGE_EXPIRED_SCHEDULE: { words: 'NCRONTAB: when what has run out is swept.', example: '0 */5 * * * *' },
  EXPORT_CONSENTS_SCHEDULE: { words: 'NCRONTAB: when the table of consents is exported.', example: '0 30 1 * * *' },
  CONSENT_EXPORT_URL: {
    words: 'Blob container that the table of consents is exported to every day; empty: no export.',
    example: '',
  },
  CONSENT_EXPORT_CLIENT_ID: {
    words: 'Client id of the identity that exports; empty: that of the app.',
    example: '',
  },
  REQUEST_DEADLINE_MS: policy('How long a caller waits at most.'),
  LOOKUP_DEADLINE_MS: policy('How long a look-up may go on after its caller got "not ready".'),
  MAX_RETRY_AFTER_MS: policy('The longest `Retry-After` that a caller gets because of the queue before an upstream.'),
  IDENTITY_TOTAL_TIMEOUT_MS: policy('Identity endpoint: all tries together.'),
  KEY_VAULT_CONNECT_TIMEOUT_MS: policy('Key Vault: connecting.'),
  KEY_VAULT_TRY_TIMEOUT_MS: policy('Key Vault: one try.'),
  KEY_VAULT_TOTAL_TIMEOUT_MS: policy('Key Vault: all tries together.'),
  KEY_VAULT_MAX_ATTEMPTS: policy('Key Vault: tries.'),
  MASKINPORTEN_CONNECT_TIMEOUT_MS: policy('Maskinporten: connecting.'),
  MASKINPORTEN_TRY_TIMEOUT_MS: policy('Maskinporten: one try.'),
  MASKINPORTEN_COLD_TRY_TIMEOUT_MS: policy('Maskinporten: one try while it is known to be cold.'),
  MASKINPORTEN_TOTAL_TIMEOUT_MS: policy('Maskinporten: all tries together, once there was a place.'),
  MASKINPORTEN_QUEUE_TIMEOUT_MS: policy('Maskinporten: longest wait in line before the first try.'),
  MASKINPORTEN_MAX_ATTEMPTS: policy('Maskinporten: tries.'),
  ALTINN_CONNECT_TIMEOUT_MS: policy('Altinn: connecting.'),
  ALTINN_TRY_TIMEOUT_MS: policy('Altinn: one try.'),
  ALTINN_TOTAL_TIMEOUT_MS: policy('Altinn: all tries together.'),
  ALTINN_MAX_ATTEMPTS: policy('Altinn: tries.'),
  LANEKASSEN_CONNECT_TIMEOUT_MS: policy('Lånekassen: connecting.'),
  LANEKASSEN_TRY_TIMEOUT_MS: policy(
    'Lånekassen: the first try; long, because a server that scales up is hurt by a second one.',
  ),
  LANEKASSEN_TOTAL_TIMEOUT_MS: policy('Lånekassen: all tries together, once there was a place.'),
  LANEKASSEN_QUEUE_TIMEOUT_MS: policy('Lånekassen: longest wait in line before the first try.'),
  LANEKASSEN_MAX_ATTEMPTS: policy('Lånekassen: tries.'),
  PERSON_TOKEN_CONNECT_TIMEOUT_MS: policy("The identity provider's keys: connecting."),
  PERSON_TOKEN_TRY_TIMEOUT_MS: policy("The identity provider's keys: one try."),
  TABLE_CONNECT_TIMEOUT_MS: policy('Table Storage: connecting.'),
  TABLE_TRY_TIMEOUT_MS: policy('Table Storage: one try.'),
  TABLE_TOTAL_TIMEOUT_MS: policy('Table Storage: all tries together.'),
  RETRY_BASE_MS: policy('First back-off before jitter.'),
  RETRY_CAP_MS: policy('Longest back-off.'),
  LANEKASSEN_COLD_TRY_TIMEOUT_MS: policy(
    'Lånekassen: the first try while it is known to be cold (silent for long, or much slower than usual).',
  ),
  LANEKASSEN_MAX_CONCURRENCY: policy('Lånekassen: calls at once from one instance.'),
  LANEKASSEN_MAX_QUEUE: policy('Lånekassen: calls that may wait for a place; what does not fit is upstream-busy.'),
  MASKINPORTEN_MAX_CONCURRENCY: policy('Maskinporten: calls at once from one instance.'),
  MASKINPORTEN_MAX_QUEUE: policy('Maskinporten: calls that may wait for a place.'),
  ALTINN_MAX_CONCURRENCY: policy('Altinn: calls at once from one instance.'),
  ALTINN_MAX_QUEUE: policy('Altinn: calls that may wait for a place.'),
  KEY_VAULT_MAX_CONCURRENCY: policy('Key Vault: calls at once from one instance.'),
  KEY_VAULT_MAX_QUEUE: policy('Key Vault: calls that may wait for a place.'),
  TABLE_MAX_CONCURRENCY: policy('Table Storage: calls at once from one instance.'),
  TABLE_MAX_QUEUE: policy('Table Storage: calls that may wait for a place.'),
  IDENTITY_MAX_CONCURRENCY: policy('Identity endpoint: calls at once from one instance.'),
  IDENTITY_MAX_QUEUE: policy('Identity endpoint: calls that may wait for a place.'),
  TABLE_READ_MAX_ATTEMPTS: policy('Table Storage: tries of a read.'),
  TABLE_WRITE_MAX_ATTEMPTS: policy('Table Storage: tries of a write.'),
  IDENTITY_TRY_TIMEOUT_MS: policy('Identity endpoint: one try.'),
  IDENTITY_MAX_ATTEMPTS: policy('Identity endpoint: tries.'),
  RETRY_BUDGET_TOKENS: policy(
    'Retry budget, one an upstream: what the bucket holds; no retries while it is half empty.',
  ),
  RETRY_BUDGET_PERCENT: policy('Retry budget: hundredths of a token that a success gives back.'),
  RETRY_FLOOR_MS: policy('Retry budget: one retry in this time is allowed with the bucket empty.'),
  BREAKER_WINDOW_MS: policy('Breaker, one an upstream: the time it looks back.'),
  BREAKER_MIN_CALLS: policy('Breaker: fewer calls than this say nothing.'),
  BREAKER_FAILURE_PERCENT: policy('Breaker: share of failures that opens it.'),
  BREAKER_OPEN_MIN_MS: policy('Breaker: shortest time open after failures.'),
  BREAKER_OPEN_MAX_MS: policy('Breaker: longest time open after failures.'),
  BREAKER_DELAY_MAX_MS: policy('Breaker: longest time that a Retry-After may keep it open.'),
  RATE_GROW_PERCENT: policy('Pace of calls to an upstream that has throttled: what an answer adds to it.'),
  RATE_SLOW_PERCENT: policy('Pace: what a 429 leaves of it.'),
  RATE_MIN_PER_MINUTE: policy('Pace: the slowest, calls a minute from one instance.'),
  COLD_AFTER_MS: policy('An upstream without a success for this long counts as cold.'),
  COLD_SLOW_FACTOR: policy('An upstream whose last answers took this many times what is usual counts as cold.'),
  START_STAGGER_MS: policy('New instances spread their first calls to Maskinporten and the vault over this time.'),
};
