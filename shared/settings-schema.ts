import * as z from 'zod';
import { isLoopback, parseReturnUrl, parseReturnUrlRule, type ReturnUrlRule } from './consent/return-url.ts';
import { parseCertificateChain } from './key-vault/certificate-chain.ts';
import { Secret } from './person/secret.ts';

// One schema a setting, keyed by its name in the environment. Messages say what is wrong and never repeat the value.

function parsedUrl(value: string): URL | undefined {
  try {
    return new URL(value);
  } catch {
    return undefined;
  }
}

/** Blanks, control and invisible characters, and what surrounds a value in documents: none of it is part of an identifier. */
const odd = /[\s\p{C}"'`<>]/u;

function isSafeUrl(url: URL): boolean {
  if (url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}

/** Scheme and host only; https, or http on loopback. Without a trailing slash. */
const origin = z.string().transform((value, context) => {
  const url = parsedUrl(value);
  if (!url || !isSafeUrl(url) || odd.test(value))
    context.addIssue('must be an https URL (http for loopback addresses only)');
  else if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || /[?#]/.test(value))
    context.addIssue('must be scheme and host only, without a path');
  else return url.origin;
  return z.NEVER;
});

/** A full URL, to the letter as given, since some are compared as strings (an issuer). */
const fullUrl = z.string().refine((value) => {
  const url = parsedUrl(value);
  return url !== undefined && isSafeUrl(url) && !odd.test(value);
}, 'must be an https URL (http for loopback addresses only)');

/** A blob container. A signature in its query would be a secret in clear, so there is none. */
const containerUrl = fullUrl.refine((value) => {
  const url = parsedUrl(value);
  return url?.search === '' && url.hash === '' && url.pathname.length > 1;
}, 'must be the address of a container, without a query');

const keyId = fullUrl.refine(
  (value) => /^\/keys\/[0-9A-Za-z-]{1,127}\/[0-9A-Za-z]{1,64}$/.test(parsedUrl(value)?.pathname ?? ''),
  'must be a Key Vault key id with version: https://<vault>/keys/<name>/<version>',
);

/** Nine digits with the control digit of Enhetsregisteret (modulus 11). */
const organisationNumber = z.string().refine((value) => {
  if (!/^[0-9]{9}$/.test(value)) return false;
  const digits = [...value].map(Number);
  const sum = [3, 2, 7, 6, 5, 4, 3, 2].reduce((total, weight, index) => total + weight * (digits[index] ?? 0), 0);
  return (11 - (sum % 11)) % 11 === digits[8];
}, 'must be 9 digits with a right control digit');

const returnUrlRules = z.string().transform((value, context): readonly ReturnUrlRule[] => {
  const entries = value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const rules = entries.map(parseReturnUrlRule);
  if (rules.length === 0) context.addIssue('must name at least one URL');
  rules.forEach((rule, index) => {
    if (!rule) context.addIssue(`entry ${index + 1} is not a URL that may be returned to`);
  });
  return rules.filter((rule) => rule !== undefined);
});

/** Resource ids, separated by commas: letters, digits, `_` and `-`, as Altinn's resource registry has them. */
const resourceIds = z.string().transform((value, context): readonly [string, ...string[]] => {
  const [first, ...others] = value.split(',').map((id) => id.trim());
  const isSound = (id: string | undefined): id is string => id !== undefined && /^[\w-]{1,256}$/.test(id);
  if (isSound(first) && others.every(isSound) && new Set([first, ...others]).size === others.length + 1)
    return [first, ...others];
  context.addIssue('must name one resource id, or several separated by commas');
  return z.NEVER;
});

/** Base64 of at least 32 random bytes. */
const secretKey = z
  .string()
  .refine(
    (value) => /^[A-Za-z0-9+/]+={0,2}$/.test(value) && Buffer.from(value, 'base64').length >= 32,
    'must be base64 of at least 32 random bytes',
  )
  .transform((value) => new Secret(value));

/** Goes into a header: what cannot be sent would look like an upstream that is down. */
const secretText = z
  .string()
  .refine((value) => /^[\x21-\x7e]+$/.test(value), 'must be visible ASCII without blanks or line breaks')
  .refine(
    (value) => !value.startsWith('@Microsoft.KeyVault('),
    'is a Key Vault reference that the platform has not resolved',
  )
  .transform((value) => new Secret(value));

/** For an emulator only: a connection string holds a key, so it may name nothing beyond this machine. */
const emulatorConnection = z
  .string()
  .refine((value) => {
    if (/^UseDevelopmentStorage=true;?$/i.test(value)) return true;
    const endpoint = parsedUrl(/(?:^|;)TableEndpoint=([^;]+)/i.exec(value)?.[1] ?? '');
    return endpoint !== undefined && isLoopback(endpoint.hostname);
  }, 'must be a connection string whose TableEndpoint is on a loopback address; elsewhere use STATE_TABLE_ENDPOINT')
  .transform((value) => new Secret(value));

/** Words for people. */
const text = z
  .string()
  .refine((value) => value.trim() !== '', 'must not be blank')
  .refine((value) => !/\p{Cc}/u.test(value), 'must not hold control characters or line breaks');

/** Compared to the letter, or sent: what cannot be seen in it would be found out by a refusal at every call. */
const identifier = z
  .string()
  .refine((value) => value !== '' && !odd.test(value), 'must not hold blanks, quotes, <, > or invisible characters');

/** Public certificates in PEM, leaf first; as the header `x5c` has them. */
const certificateChain = z.string().transform((value, context): readonly string[] => {
  const chain = parseCertificateChain(value);
  if ('x5c' in chain) return chain.x5c;
  context.addIssue(chain.fault);
  return z.NEVER;
});

const flag = z.enum(['true', 'false'], 'must be true or false').transform((value) => value === 'true');

/** A whole number within bounds, or its default. */
function whole(standard: number, least: number, most: number) {
  return z
    .string()
    .default(String(standard))
    .refine(
      (value) => /^\d{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most,
      `must be a whole number from ${least} to ${most}`,
    )
    .transform(Number);
}

/** NCRONTAB with six fields (seconds first). Field by field it is checked by the Functions host. */
function schedule(standard: string) {
  return z
    .string()
    .default(standard)
    .refine((value) => /^(\S+ ){5}\S+$/.test(value.trim()), 'must be an NCRONTAB expression of six fields');
}

const scope = (standard: string) =>
  z
    .string()
    .default(standard)
    .refine((value) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(value), 'must be one scope');

const algorithms = z
  .string()
  .default('RS256,PS256,ES256')
  .transform((value) => value.split(',').map((entry) => entry.trim()))
  .refine(
    (list) => list.every((entry) => /^(RS|PS|ES)(256|384|512)$|^EdDSA$/.test(entry)),
    'must list asymmetric JWS algorithms, comma-separated',
  );

/** Every setting (`docs/contracts/interface.md` §4): name → schema. Nothing else in the program reads the environment for them. */
export const settingSchemas = {
  PUBLIC_BASE_URL: origin,
  ALLOWED_RETURN_URLS: returnUrlRules,
  DEFAULT_RETURN_URL: z
    .string()
    .refine((value) => parseReturnUrl(value) !== undefined, 'is not a URL that may be returned to'),
  PERSON_TOKEN_ISSUER: fullUrl,
  PERSON_TOKEN_AUDIENCE: identifier,
  PERSON_TOKEN_JWKS_URI: fullUrl,
  PERSON_TOKEN_NATIONAL_ID_CLAIM: identifier.default('pid'),
  PERSON_TOKEN_SESSION_CLAIM: identifier.default('sid'),
  PERSON_TOKEN_ALGORITHMS: algorithms,
  LOGOUT_TOKEN_AUDIENCE: identifier.optional(),
  BANK_ORGANISATION_NUMBER: organisationNumber,
  BANK_NAME: text,
  MASKINPORTEN_ISSUER: origin,
  MASKINPORTEN_CLIENT_ID: identifier,
  MASKINPORTEN_KEY_ID: keyId,
  MASKINPORTEN_KEY_MODE: z.enum(['kid', 'x5c'], 'must be kid or x5c').default('kid'),
  MASKINPORTEN_KID: identifier.optional(),
  MASKINPORTEN_CERTIFICATE_CHAIN: certificateChain.optional(),
  MASKINPORTEN_CONSUMER_ORG: organisationNumber.optional(),
  ALTINN_MASKINPORTEN_CLIENT_ID: identifier.optional(),
  ALTINN_MASKINPORTEN_KEY_ID: keyId.optional(),
  ALTINN_MASKINPORTEN_KID: identifier.optional(),
  ALTINN_BASE_URL: origin,
  ALTINN_SCOPE: scope('altinn:consentrequests.write'),
  // The first is asked for; all are accepted.
  ALTINN_CONSENT_RESOURCE_ID: resourceIds,
  // Empty: the resource defines no key, so none is sent (docs/contracts/open-questions.md U2).
  ALTINN_CONSENT_METADATA_KEY: z.literal('').or(identifier).default('navn'),
  LANEKASSEN_BASE_URL: origin,
  LANEKASSEN_API_KEY: secretText,
  LANEKASSEN_SCOPE: scope('lanekassen:lan/v1/saldoopplysninger'),
  LANEKASSEN_RESOURCE: identifier.optional(),
  LANEKASSEN_CONSENT_TRANSPORT: z
    .enum(['consent-id-header', 'authorization-only', 'both'], 'must be consent-id-header, authorization-only or both')
    .default('consent-id-header'),
  LANEKASSEN_SEND_CONSENT_TOKEN: z.enum(['until-200', 'always'], 'must be until-200 or always').default('until-200'),
  // Not trimmed as the others are, but app settings lose trailing blanks on the way: one is added if it ends in none.
  LANEKASSEN_AUTH_PREFIX: z
    .string()
    .default('')
    .refine((value) => /^[\x20-\x7e]*$/.test(value), 'must be ASCII without line breaks')
    .transform((value) => (value === '' || value.endsWith(' ') ? value : `${value} `)),
  STATE_TABLE_ENDPOINT: origin.optional(),
  STATE_TABLE_CONNECTION_STRING: emulatorConnection.optional(),
  PERSON_KEY_SECRET: secretKey,
  PERSON_KEY_SECRET_SECONDARY: secretKey.optional(),
  SESSION_KEY_SECRET: secretKey,
  SESSION_KEY_SECRET_SECONDARY: secretKey.optional(),
  CONSENT_VALIDITY_DAYS: whole(365, 1, 365),
  CONSENT_RENEW_DAYS_BEFORE: whole(30, 0, 364),
  CONSENT_REQUEST_TTL_MINUTES: whole(60, 1, 1440),
  CONSENT_CHECK: z.enum(['per-look-up', 'by-feed'], 'must be per-look-up or by-feed').default('per-look-up'),
  CONSENT_FEED_FRESH_MINUTES: whole(15, 1, 1440),
  CONSENT_LOG_RETENTION_DAYS: whole(365, 1, 3650),
  SESSION_TTL_MINUTES: whole(60, 1, 60),
  SESSION_ENDED_HOURS: whole(24, 1, 168),
  SALDO_LEASE_MS: whole(2000, 500, 30_000),
  ACCEPT_MIGRATED_CONSENTS: z.string().default('false').pipe(flag),
  AZURE_CLIENT_ID: identifier.optional(),
  APPLICATIONINSIGHTS_CONNECTION_STRING: text.optional(),
  SYNC_CONSENT_EVENTS_SCHEDULE: schedule('0 * * * * *'),
  PURGE_EXPIRED_SCHEDULE: schedule('0 */5 * * * *'),
  EXPORT_CONSENTS_SCHEDULE: schedule('0 30 1 * * *'),
  CONSENT_EXPORT_URL: containerUrl.optional(),
  CONSENT_EXPORT_CLIENT_ID: text.optional(),
  // Policy numbers, milliseconds unless said (`docs/contracts/resilience.md` §5.1, §5.3).
  REQUEST_DEADLINE_MS: whole(8000, 1000, 60_000),
  LOOKUP_DEADLINE_MS: whole(80_000, 1000, 120_000),
  MAX_RETRY_AFTER_MS: whole(45_000, 1000, 300_000),
  IDENTITY_TOTAL_TIMEOUT_MS: whole(3000, 100, 60_000),
  KEY_VAULT_CONNECT_TIMEOUT_MS: whole(1000, 100, 30_000),
  KEY_VAULT_TRY_TIMEOUT_MS: whole(1500, 100, 30_000),
  KEY_VAULT_TOTAL_TIMEOUT_MS: whole(3000, 100, 60_000),
  KEY_VAULT_MAX_ATTEMPTS: whole(2, 1, 5),
  MASKINPORTEN_CONNECT_TIMEOUT_MS: whole(1500, 100, 30_000),
  MASKINPORTEN_TRY_TIMEOUT_MS: whole(6500, 100, 30_000),
  MASKINPORTEN_COLD_TRY_TIMEOUT_MS: whole(7000, 100, 30_000),
  MASKINPORTEN_TOTAL_TIMEOUT_MS: whole(20_000, 100, 60_000),
  MASKINPORTEN_QUEUE_TIMEOUT_MS: whole(60_000, 100, 120_000),
  MASKINPORTEN_MAX_ATTEMPTS: whole(3, 1, 5),
  ALTINN_CONNECT_TIMEOUT_MS: whole(1500, 100, 30_000),
  ALTINN_TRY_TIMEOUT_MS: whole(3000, 100, 30_000),
  ALTINN_TOTAL_TIMEOUT_MS: whole(5000, 100, 60_000),
  ALTINN_MAX_ATTEMPTS: whole(3, 1, 5),
  LANEKASSEN_CONNECT_TIMEOUT_MS: whole(1500, 100, 30_000),
  LANEKASSEN_TRY_TIMEOUT_MS: whole(6500, 100, 60_000),
  LANEKASSEN_TOTAL_TIMEOUT_MS: whole(20_000, 100, 60_000),
  LANEKASSEN_QUEUE_TIMEOUT_MS: whole(60_000, 100, 120_000),
  LANEKASSEN_MAX_ATTEMPTS: whole(2, 1, 3),
  PERSON_TOKEN_CONNECT_TIMEOUT_MS: whole(1000, 100, 30_000),
  PERSON_TOKEN_TRY_TIMEOUT_MS: whole(3000, 100, 30_000),
  TABLE_CONNECT_TIMEOUT_MS: whole(500, 100, 30_000),
  TABLE_TRY_TIMEOUT_MS: whole(1000, 100, 30_000),
  TABLE_TOTAL_TIMEOUT_MS: whole(2000, 100, 60_000),
  RETRY_BASE_MS: whole(200, 1, 10_000),
  RETRY_CAP_MS: whole(2000, 1, 60_000),
  LANEKASSEN_COLD_TRY_TIMEOUT_MS: whole(7000, 100, 60_000),
  LANEKASSEN_MAX_CONCURRENCY: whole(16, 1, 256),
  LANEKASSEN_MAX_QUEUE: whole(64, 0, 10_000),
  MASKINPORTEN_MAX_CONCURRENCY: whole(16, 1, 256),
  MASKINPORTEN_MAX_QUEUE: whole(64, 0, 10_000),
  ALTINN_MAX_CONCURRENCY: whole(8, 1, 256),
  ALTINN_MAX_QUEUE: whole(64, 0, 10_000),
  KEY_VAULT_MAX_CONCURRENCY: whole(8, 1, 256),
  KEY_VAULT_MAX_QUEUE: whole(64, 0, 10_000),
  TABLE_MAX_CONCURRENCY: whole(64, 1, 1024),
  TABLE_MAX_QUEUE: whole(512, 0, 10_000),
  TABLE_READ_MAX_ATTEMPTS: whole(3, 1, 5),
  TABLE_WRITE_MAX_ATTEMPTS: whole(2, 1, 5),
  IDENTITY_TRY_TIMEOUT_MS: whole(2000, 100, 30_000),
  IDENTITY_MAX_ATTEMPTS: whole(2, 1, 5),
  IDENTITY_MAX_CONCURRENCY: whole(4, 1, 64),
  IDENTITY_MAX_QUEUE: whole(256, 0, 10_000),
  // Each upstream has a budget, a breaker and a cold detector of its own, by the same numbers.
  RETRY_BUDGET_TOKENS: whole(10, 1, 1000),
  RETRY_BUDGET_PERCENT: whole(10, 0, 100),
  RETRY_FLOOR_MS: whole(10_000, 1000, 600_000),
  BREAKER_WINDOW_MS: whole(30_000, 1000, 600_000),
  BREAKER_MIN_CALLS: whole(10, 1, 1000),
  BREAKER_FAILURE_PERCENT: whole(50, 1, 100),
  BREAKER_OPEN_MIN_MS: whole(5000, 100, 600_000),
  BREAKER_OPEN_MAX_MS: whole(30_000, 100, 600_000),
  BREAKER_DELAY_MAX_MS: whole(3_600_000, 1000, 86_400_000),
  RATE_GROW_PERCENT: whole(25, 1, 100),
  RATE_SLOW_PERCENT: whole(50, 10, 90),
  RATE_MIN_PER_MINUTE: whole(30, 1, 6000),
  COLD_AFTER_MS: whole(60_000, 1000, 3_600_000),
  COLD_SLOW_FACTOR: whole(3, 2, 100),
  START_STAGGER_MS: whole(500, 0, 30_000),
};
