import type { ReturnUrlRule } from './consent/return-url.ts';
import { allowedReturnUrl } from './consent/return-url.ts';
import type { ClientKey } from './maskinporten/grant.ts';
import type { Secret } from './person/secret.ts';
import { settingSchemas } from './settings-schema.ts';

type Schemas = typeof settingSchemas;

/** Every setting by its name in the environment, parsed. `undefined` where it is optional and not set. */
export type RawSettings = { [Name in keyof Schemas]: ReturnType<Schemas[Name]['parse']> };

/** The settings as the parts of the program take them. One group a party. */
export type Settings = ReturnType<typeof group>;

/**
 * Either the settings, or every fault by name and reason; a value is never part of a reason. `unknown`: names that begin like
 * ours and are none: a misspelt setting keeps its default in silence.
 */
export type SettingsResult =
  | { ok: true; settings: Settings; unknown: string[] }
  | { ok: false; faults: string[]; unknown: string[] };

/** Where an empty variable says something: no prefix, no metadata key. Elsewhere it counts as absent. */
const emptyIsAValue = new Set(['ALTINN_CONSENT_METADATA_KEY', 'LANEKASSEN_AUTH_PREFIX']);
/** A blank at its end is part of it. */
const untrimmed = 'LANEKASSEN_AUTH_PREFIX';

/** What our names begin with. `AZURE_` and the like are the platform's. */
const prefixes = new Set(
  Object.keys(settingSchemas)
    .map((name) => name.slice(0, name.indexOf('_') + 1))
    .filter((prefix) => prefix !== 'AZURE_' && prefix !== 'APPLICATIONINSIGHTS_'),
);
/** Names of the platform, and of a developer's desktop, that begin like ours. */
const othersNames = new Set(['IDENTITY_ENDPOINT', 'IDENTITY_HEADER', 'SESSION_MANAGER']);

function unknownNames(environment: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(environment).filter((name) => {
    const spelt = name.toUpperCase();
    const isLikeOurs = prefixes.has(spelt.slice(0, spelt.indexOf('_') + 1)) && !othersNames.has(name);
    return isLikeOurs && !Object.hasOwn(settingSchemas, name);
  });
}

/**
 * Reads the environment. All faults are listed at once (`docs/contracts/interface.md` §4). Values lose line breaks and blanks at
 * their ends, which pasting leaves there. A name that begins like none of ours is left alone: the platform sets many.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): SettingsResult {
  const faults: string[] = [];
  const parsed: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(settingSchemas)) {
    const set = environment[name] === '' && !emptyIsAValue.has(name) ? undefined : environment[name];
    const given = name === untrimmed ? set : set?.trim();
    const result = schema.safeParse(given);
    if (given === '' && set !== '') faults.push(`${name}: must not be blank`);
    else if (result.success) parsed[name] = result.data;
    else if (given === undefined) faults.push(`${name}: is missing`);
    else for (const issue of result.error.issues) faults.push(`${name}: ${issue.message}`);
  }
  const raw = parsed as Partial<RawSettings>;
  faults.push(...faultsBetween(raw));
  const unknown = unknownNames(environment);
  return faults.length > 0
    ? { ok: false, faults, unknown }
    : { ok: true, settings: group(raw as RawSettings), unknown };
}

/** Rules that hold between settings; each looks only at those that parsed, so that one fault is not reported twice. */
function faultsBetween(raw: Partial<RawSettings>): string[] {
  const faults: string[] = [];
  const rules = raw.ALLOWED_RETURN_URLS;
  if (rules && raw.DEFAULT_RETURN_URL !== undefined && allowedReturnUrl(raw.DEFAULT_RETURN_URL, rules) === undefined)
    faults.push('DEFAULT_RETURN_URL: is not covered by ALLOWED_RETURN_URLS');
  if (raw.MASKINPORTEN_KEY_MODE === 'kid' && raw.MASKINPORTEN_KID === undefined)
    faults.push('MASKINPORTEN_KID: is missing (MASKINPORTEN_KEY_MODE is kid)');
  if (
    raw.MASKINPORTEN_KEY_MODE === 'x5c' &&
    'MASKINPORTEN_CERTIFICATE_CHAIN' in raw &&
    raw.MASKINPORTEN_CERTIFICATE_CHAIN === undefined
  )
    faults.push('MASKINPORTEN_CERTIFICATE_CHAIN: is missing (MASKINPORTEN_KEY_MODE is x5c)');
  // A kid, and a certificate, belong to one key.
  if (
    raw.ALTINN_MASKINPORTEN_KEY_ID !== undefined &&
    raw.ALTINN_MASKINPORTEN_KEY_ID !== raw.MASKINPORTEN_KEY_ID &&
    raw.ALTINN_MASKINPORTEN_KID === undefined
  )
    faults.push('ALTINN_MASKINPORTEN_KID: is missing (ALTINN_MASKINPORTEN_KEY_ID is a key of its own)');
  if (raw.MASKINPORTEN_CONSUMER_ORG !== undefined && raw.MASKINPORTEN_CONSUMER_ORG !== raw.BANK_ORGANISATION_NUMBER)
    faults.push('MASKINPORTEN_CONSUMER_ORG: must be the bank itself, BANK_ORGANISATION_NUMBER');
  const table = [raw.STATE_TABLE_ENDPOINT, raw.STATE_TABLE_CONNECTION_STRING].filter((value) => value !== undefined);
  if ('STATE_TABLE_ENDPOINT' in raw && 'STATE_TABLE_CONNECTION_STRING' in raw && table.length !== 1)
    faults.push('STATE_TABLE_ENDPOINT: set either this or STATE_TABLE_CONNECTION_STRING, and not both');
  if (
    raw.PERSON_KEY_SECRET &&
    raw.SESSION_KEY_SECRET &&
    raw.PERSON_KEY_SECRET.reveal() === raw.SESSION_KEY_SECRET.reveal()
  )
    faults.push('SESSION_KEY_SECRET: must differ from PERSON_KEY_SECRET');
  // Otherwise a consent would be due for renewal from its first day on, and every press would ask for another one.
  if ((raw.CONSENT_RENEW_DAYS_BEFORE ?? 0) >= (raw.CONSENT_VALIDITY_DAYS ?? Number.POSITIVE_INFINITY))
    faults.push('CONSENT_RENEW_DAYS_BEFORE: must be less than CONSENT_VALIDITY_DAYS');
  if ((raw.BREAKER_OPEN_MAX_MS ?? Number.POSITIVE_INFINITY) < (raw.BREAKER_OPEN_MIN_MS ?? 0))
    faults.push('BREAKER_OPEN_MAX_MS: must not be less than BREAKER_OPEN_MIN_MS');
  return faults;
}

function group(raw: RawSettings) {
  const maskinportenKey: ClientKey = {
    clientId: raw.MASKINPORTEN_CLIENT_ID,
    keyId: raw.MASKINPORTEN_KEY_ID,
    header:
      raw.MASKINPORTEN_KEY_MODE === 'x5c'
        ? { x5c: raw.MASKINPORTEN_CERTIFICATE_CHAIN ?? [] }
        : { kid: raw.MASKINPORTEN_KID ?? '' },
  };
  const altinnKey: ClientKey = {
    clientId: raw.ALTINN_MASKINPORTEN_CLIENT_ID ?? maskinportenKey.clientId,
    keyId: raw.ALTINN_MASKINPORTEN_KEY_ID ?? maskinportenKey.keyId,
    // A kid of its own is a registered key, whatever the mode of the other client.
    header: raw.ALTINN_MASKINPORTEN_KID === undefined ? maskinportenKey.header : { kid: raw.ALTINN_MASKINPORTEN_KID },
  };
  return {
    publicBaseUrl: raw.PUBLIC_BASE_URL,
    allowedReturnUrls: raw.ALLOWED_RETURN_URLS as readonly ReturnUrlRule[],
    // As the rules' parser spells it, as every other return URL: what is in a Location header must be ASCII.
    defaultReturnUrl: new URL(raw.DEFAULT_RETURN_URL).href,
    bank: { organisationNumber: raw.BANK_ORGANISATION_NUMBER, name: raw.BANK_NAME },
    personToken: {
      issuer: raw.PERSON_TOKEN_ISSUER,
      audience: raw.PERSON_TOKEN_AUDIENCE,
      jwksUri: raw.PERSON_TOKEN_JWKS_URI,
      nationalIdClaim: raw.PERSON_TOKEN_NATIONAL_ID_CLAIM,
      sessionClaim: raw.PERSON_TOKEN_SESSION_CLAIM,
      algorithms: raw.PERSON_TOKEN_ALGORITHMS,
      logoutTokenAudience: raw.LOGOUT_TOKEN_AUDIENCE,
    },
    maskinporten: {
      issuer: raw.MASKINPORTEN_ISSUER,
      consumerOrg: raw.MASKINPORTEN_CONSUMER_ORG,
      lanekassenKey: maskinportenKey,
      altinnKey,
    },
    altinn: {
      baseUrl: raw.ALTINN_BASE_URL,
      scope: raw.ALTINN_SCOPE,
      resourceIds: raw.ALTINN_CONSENT_RESOURCE_ID,
      metadataKey: raw.ALTINN_CONSENT_METADATA_KEY,
    },
    lanekassen: {
      baseUrl: raw.LANEKASSEN_BASE_URL,
      apiKey: raw.LANEKASSEN_API_KEY,
      scope: raw.LANEKASSEN_SCOPE,
      resource: raw.LANEKASSEN_RESOURCE,
      consentTransport: raw.LANEKASSEN_CONSENT_TRANSPORT,
      sendConsentToken: raw.LANEKASSEN_SEND_CONSENT_TOKEN,
      authPrefix: raw.LANEKASSEN_AUTH_PREFIX,
    },
    state: {
      endpoint: raw.STATE_TABLE_ENDPOINT,
      connectionString: raw.STATE_TABLE_CONNECTION_STRING as Secret | undefined,
    },
    secrets: {
      personKey: raw.PERSON_KEY_SECRET,
      personKeySecondary: raw.PERSON_KEY_SECRET_SECONDARY,
      sessionKey: raw.SESSION_KEY_SECRET,
      sessionKeySecondary: raw.SESSION_KEY_SECRET_SECONDARY,
    },
    consent: {
      validityDays: raw.CONSENT_VALIDITY_DAYS,
      renewDaysBefore: raw.CONSENT_RENEW_DAYS_BEFORE,
      requestTtlMinutes: raw.CONSENT_REQUEST_TTL_MINUTES,
      check: raw.CONSENT_CHECK,
      feedFreshMinutes: raw.CONSENT_FEED_FRESH_MINUTES,
      logRetentionDays: raw.CONSENT_LOG_RETENTION_DAYS,
      acceptMigrated: raw.ACCEPT_MIGRATED_CONSENTS,
    },
    session: { ttlMinutes: raw.SESSION_TTL_MINUTES, endedHours: raw.SESSION_ENDED_HOURS, leaseMs: raw.SALDO_LEASE_MS },
    identity: { clientId: raw.AZURE_CLIENT_ID },
    consentExport: { containerUrl: raw.CONSENT_EXPORT_URL, clientId: raw.CONSENT_EXPORT_CLIENT_ID },
    telemetry: { connectionString: raw.APPLICATIONINSIGHTS_CONNECTION_STRING },
    policy: {
      requestDeadlineMs: raw.REQUEST_DEADLINE_MS,
      lookupDeadlineMs: raw.LOOKUP_DEADLINE_MS,
      maxRetryAfterMs: raw.MAX_RETRY_AFTER_MS,
      keyVault: {
        tryMs: raw.KEY_VAULT_TRY_TIMEOUT_MS,
        totalMs: raw.KEY_VAULT_TOTAL_TIMEOUT_MS,
        connectMs: raw.KEY_VAULT_CONNECT_TIMEOUT_MS,
        maxAttempts: raw.KEY_VAULT_MAX_ATTEMPTS,
        concurrency: raw.KEY_VAULT_MAX_CONCURRENCY,
        queue: raw.KEY_VAULT_MAX_QUEUE,
      },
      maskinporten: {
        tryMs: raw.MASKINPORTEN_TRY_TIMEOUT_MS,
        coldTryMs: raw.MASKINPORTEN_COLD_TRY_TIMEOUT_MS,
        totalMs: raw.MASKINPORTEN_TOTAL_TIMEOUT_MS,
        queueMs: raw.MASKINPORTEN_QUEUE_TIMEOUT_MS,
        maxRetryAfterMs: raw.MAX_RETRY_AFTER_MS,
        connectMs: raw.MASKINPORTEN_CONNECT_TIMEOUT_MS,
        maxAttempts: raw.MASKINPORTEN_MAX_ATTEMPTS,
        concurrency: raw.MASKINPORTEN_MAX_CONCURRENCY,
        queue: raw.MASKINPORTEN_MAX_QUEUE,
      },
      altinn: {
        tryMs: raw.ALTINN_TRY_TIMEOUT_MS,
        totalMs: raw.ALTINN_TOTAL_TIMEOUT_MS,
        connectMs: raw.ALTINN_CONNECT_TIMEOUT_MS,
        maxAttempts: raw.ALTINN_MAX_ATTEMPTS,
        concurrency: raw.ALTINN_MAX_CONCURRENCY,
        queue: raw.ALTINN_MAX_QUEUE,
      },
      lanekassen: {
        tryMs: raw.LANEKASSEN_TRY_TIMEOUT_MS,
        coldTryMs: raw.LANEKASSEN_COLD_TRY_TIMEOUT_MS,
        totalMs: raw.LANEKASSEN_TOTAL_TIMEOUT_MS,
        queueMs: raw.LANEKASSEN_QUEUE_TIMEOUT_MS,
        maxRetryAfterMs: raw.MAX_RETRY_AFTER_MS,
        connectMs: raw.LANEKASSEN_CONNECT_TIMEOUT_MS,
        maxAttempts: raw.LANEKASSEN_MAX_ATTEMPTS,
        concurrency: raw.LANEKASSEN_MAX_CONCURRENCY,
        queue: raw.LANEKASSEN_MAX_QUEUE,
      },
      personTokenIssuer: {
        tryMs: raw.PERSON_TOKEN_TRY_TIMEOUT_MS,
        totalMs: raw.PERSON_TOKEN_TRY_TIMEOUT_MS,
        connectMs: raw.PERSON_TOKEN_CONNECT_TIMEOUT_MS,
        maxAttempts: 1,
        // One fetch at a time serves all callers.
        concurrency: 1,
        queue: 1,
      },
      tables: {
        tryMs: raw.TABLE_TRY_TIMEOUT_MS,
        connectMs: raw.TABLE_CONNECT_TIMEOUT_MS,
        totalMs: raw.TABLE_TOTAL_TIMEOUT_MS,
        maxAttempts: Math.max(raw.TABLE_READ_MAX_ATTEMPTS, raw.TABLE_WRITE_MAX_ATTEMPTS),
        concurrency: raw.TABLE_MAX_CONCURRENCY,
        queue: raw.TABLE_MAX_QUEUE,
        quiet: true,
      },
      tableAttempts: { read: raw.TABLE_READ_MAX_ATTEMPTS, write: raw.TABLE_WRITE_MAX_ATTEMPTS },
      identity: {
        tryMs: raw.IDENTITY_TRY_TIMEOUT_MS,
        totalMs: raw.IDENTITY_TOTAL_TIMEOUT_MS,
        maxAttempts: raw.IDENTITY_MAX_ATTEMPTS,
        concurrency: raw.IDENTITY_MAX_CONCURRENCY,
        queue: raw.IDENTITY_MAX_QUEUE,
      },
      common: {
        backoff: { baseMs: raw.RETRY_BASE_MS, capMs: raw.RETRY_CAP_MS },
        budget: {
          tokens: raw.RETRY_BUDGET_TOKENS,
          perSuccess: raw.RETRY_BUDGET_PERCENT / 100,
          floorMs: raw.RETRY_FLOOR_MS,
        },
        breaker: {
          windowMs: raw.BREAKER_WINDOW_MS,
          minCalls: raw.BREAKER_MIN_CALLS,
          failureShare: raw.BREAKER_FAILURE_PERCENT / 100,
          minOpenMs: raw.BREAKER_OPEN_MIN_MS,
          maxOpenMs: raw.BREAKER_OPEN_MAX_MS,
          maxDelayMs: raw.BREAKER_DELAY_MAX_MS,
        },
        rateLimiter: {
          growShare: raw.RATE_GROW_PERCENT / 100,
          slowShare: raw.RATE_SLOW_PERCENT / 100,
          minPerMinute: raw.RATE_MIN_PER_MINUTE,
        },
        cold: { silentMs: raw.COLD_AFTER_MS, slowFactor: raw.COLD_SLOW_FACTOR },
      },
      startStaggerMs: raw.START_STAGGER_MS,
    },
  };
}
