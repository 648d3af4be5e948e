import { settingSchemas } from './schemas.ts';

/** Endings of names that were settings of an upstream, and are constants now. */
const constants = [
  'CONNECT_TIMEOUT_MS',
  'TRY_TIMEOUT_MS',
  'COLD_TRY_TIMEOUT_MS',
  'QUEUE_TIMEOUT_MS',
  'MAX_ATTEMPTS',
  'MAX_QUEUE',
];
const upstreams = ['IDENTITY', 'KEY_VAULT', 'MASKINPORTEN', 'ALTINN', 'LANEKASSEN', 'PERSON_TOKEN', 'TABLE'];

/** Settings of the one bank of earlier versions. */
const ofOneBank = [
  'ALLOWED_RETURN_URLS',
  'DEFAULT_RETURN_URL',
  'PERSON_TOKEN_ISSUER',
  'PERSON_TOKEN_AUDIENCE',
  'PERSON_TOKEN_JWKS_URI',
  'PERSON_TOKEN_NATIONAL_ID_CLAIM',
  'PERSON_TOKEN_SESSION_CLAIM',
  'PERSON_TOKEN_ALGORITHMS',
  'LOGOUT_TOKEN_AUDIENCE',
  'BANK_ORGANISATION_NUMBER',
  'BANK_NAME',
  'MASKINPORTEN_CONSUMER_ORG',
];

/** Names that were settings once, with what has become of them. A later version that takes a setting away adds it here. */
const removed: ReadonlyMap<string, string> = new Map([
  ...ofOneBank.map((name): [string, string] => [
    name,
    'It is a member of the bank in BANKS now and has no effect: remove it.',
  ]),
  ...[
    ...upstreams.flatMap((upstream) => constants.map((ending) => `${upstream}_${ending}`)),
    ...['IDENTITY_TOTAL_TIMEOUT_MS', 'IDENTITY_MAX_CONCURRENCY', 'TABLE_TOTAL_TIMEOUT_MS', 'TABLE_MAX_CONCURRENCY'],
    ...['TABLE_READ_MAX_ATTEMPTS', 'TABLE_WRITE_MAX_ATTEMPTS', 'LOOKUP_DEADLINE_MS', 'MAX_RETRY_AFTER_MS'],
    ...['RETRY_BASE_MS', 'RETRY_CAP_MS', 'RETRY_BUDGET_TOKENS', 'RETRY_BUDGET_PERCENT', 'RETRY_FLOOR_MS'],
    ...['BREAKER_WINDOW_MS', 'BREAKER_MIN_CALLS', 'BREAKER_FAILURE_PERCENT', 'BREAKER_OPEN_MIN_MS'],
    ...['BREAKER_OPEN_MAX_MS', 'BREAKER_DELAY_MAX_MS', 'RATE_GROW_PERCENT', 'RATE_SLOW_PERCENT', 'RATE_MIN_PER_MINUTE'],
    ...['COLD_AFTER_MS', 'COLD_SLOW_FACTOR', 'START_STAGGER_MS', 'SALDO_LEASE_MS'],
  ].map((name): [string, string] => [name, 'It is a constant now and has no effect: remove it.']),
]);

/** What our names begin with. `AZURE_` and the like are the platform's. */
const prefixes = new Set(
  Object.keys(settingSchemas)
    .map((name) => name.slice(0, name.indexOf('_') + 1))
    .filter((prefix) => !['', 'AZURE_', 'APPLICATIONINSIGHTS_'].includes(prefix)),
);
/** Names of a developer's desktop that begin like ours. */
const othersNames = new Set(['SESSION_MANAGER']);

/**
 * Names in the environment that begin like ours, or were settings once, and are none: their values have no effect. `named`: settings that
 * BANKS names.
 */
export function unknownNames(
  environment: Readonly<Record<string, string | undefined>>,
  named: { has(name: string): boolean },
): string[] {
  return Object.keys(environment).filter((name) => {
    const spelt = name.toUpperCase();
    const isLikeOurs = prefixes.has(spelt.slice(0, spelt.indexOf('_') + 1)) && !othersNames.has(name);
    return (isLikeOurs || removed.has(spelt)) && !Object.hasOwn(settingSchemas, name) && !named.has(name);
  });
}

/** What an operator does about one of `unknownNames`. */
export const adviceOn = (name: string): string =>
  removed.get(name.toUpperCase()) ?? 'It has no effect: look for the right spelling.';
