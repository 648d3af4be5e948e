import { settingSchemas } from './schemas.ts';

// Names that were settings once. A later version that takes a setting away adds it here.
const membersOfBanks = [
  /^(ALLOWED_RETURN_URLS|DEFAULT_RETURN_URL|LOGOUT_TOKEN_AUDIENCE|BANK_ORGANISATION_NUMBER|BANK_NAME)$/,
  /^PERSON_TOKEN_(ISSUER|AUDIENCE|JWKS_URI|NATIONAL_ID_CLAIM|SESSION_CLAIM|ALGORITHMS)$/,
  /^MASKINPORTEN_CONSUMER_ORG$/,
];
const upstream = '^(IDENTITY|KEY_VAULT|MASKINPORTEN|ALTINN|LANEKASSEN|PERSON_TOKEN|TABLE)';
const constants = [
  new RegExp(`${upstream}_((CONNECT|TRY|COLD_TRY|QUEUE)_TIMEOUT_MS|MAX_ATTEMPTS|MAX_QUEUE)$`),
  /^(IDENTITY|TABLE)_(TOTAL_TIMEOUT_MS|MAX_CONCURRENCY)$/,
  /^TABLE_(READ|WRITE)_MAX_ATTEMPTS$/,
  /^RETRY_(BASE_MS|CAP_MS|BUDGET_TOKENS|BUDGET_PERCENT|FLOOR_MS)$/,
  /^BREAKER_(WINDOW_MS|MIN_CALLS|FAILURE_PERCENT|OPEN_MIN_MS|OPEN_MAX_MS|DELAY_MAX_MS)$/,
  /^(RATE_(GROW_PERCENT|SLOW_PERCENT|MIN_PER_MINUTE)|COLD_(AFTER_MS|SLOW_FACTOR))$/,
  /^(LOOKUP_DEADLINE_MS|MAX_RETRY_AFTER_MS|START_STAGGER_MS|SALDO_LEASE_MS)$/,
];
const isOneOf = (names: readonly RegExp[], name: string) => names.some((pattern) => pattern.test(name));

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
    const isOurs = isLikeOurs || isOneOf([...membersOfBanks, ...constants], spelt);
    return isOurs && !Object.hasOwn(settingSchemas, name) && !named.has(name);
  });
}

/** What an operator does about one of `unknownNames`. */
export function adviceOn(name: string): string {
  const spelt = name.toUpperCase();
  if (isOneOf(membersOfBanks, spelt)) return 'It is a member of the bank in BANKS now and has no effect: remove it.';
  if (isOneOf(constants, spelt)) return 'It is a constant now and has no effect: remove it.';
  return 'It has no effect: look for the right spelling.';
}
