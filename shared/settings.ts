import type { Bank, Banks } from './bank/bank.ts';
import { type BankEntries, bankOf, keysOf, readBanks } from './bank/read-banks.ts';
import { policyNumbers } from './resilience/policy-numbers.ts';
import { faultsBetween } from './settings/faults-between.ts';
import { type RawSettings, settingSchemas } from './settings/schemas.ts';
import { readSetting } from './settings/setting.ts';
import { unknownNames } from './settings/unknown-names.ts';

/** The settings as the parts of the program take them. One group a party. */
export type Settings = ReturnType<typeof group>;

/**
 * Reads the environment: either the settings, or every fault by name and reason (`docs/contracts/interface.md` §4); a value is never part
 * of a reason. `unknown`: names that have no effect, although they begin like ours or were settings once. Values lose line breaks and blanks at
 * their ends, which pasting leaves there. A name that begins like none of ours is left alone: the platform sets many.
 */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
): { unknown: string[] } & ({ ok: true; settings: Settings } | { ok: false; faults: string[] }) {
  const faults: string[] = [];
  const parsed: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(settingSchemas)) {
    const result = readSetting(name, schema, environment[name]);
    if ('data' in result) parsed[name] = result.data;
    else faults.push(...result.faults);
  }
  const raw = parsed as Partial<RawSettings>;
  faults.push(...faultsBetween(raw));
  const banks = readBanks(environment);
  faults.push(...banks.faults);
  const unknown = unknownNames(environment, banks.apiKeys);
  return faults.length > 0
    ? { ok: false, faults, unknown }
    : { ok: true, settings: group(raw as RawSettings, banks), unknown };
}

const inRotation = <S>(inUse: S, other: S | undefined): readonly [S, ...S[]] =>
  other === undefined ? [inUse] : [inUse, other];

/** Calls to Lånekassen at once, by the banks that are limited to fewer than the app. */
const limitsOf = (entries: BankEntries['entries']): ReadonlyMap<string, number> =>
  new Map(
    entries.flatMap(({ organisationNumber, limits }) =>
      limits === undefined ? [] : [[organisationNumber, limits.lanekassenMaxConcurrency]],
    ),
  );

function group(raw: RawSettings, { entries, apiKeys }: BankEntries) {
  const keys = keysOf({
    clientId: raw.MASKINPORTEN_CLIENT_ID,
    keyId: raw.MASKINPORTEN_KEY_ID,
    kid: raw.MASKINPORTEN_KID,
    certificateChain: raw.MASKINPORTEN_KEY_MODE === 'x5c' ? raw.MASKINPORTEN_CERTIFICATE_CHAIN : undefined,
    altinnClientId: raw.ALTINN_MASKINPORTEN_CLIENT_ID,
    altinnKeyId: raw.ALTINN_MASKINPORTEN_KEY_ID,
    altinnKid: raw.ALTINN_MASKINPORTEN_KID,
  });
  const app = { keys, lanekassenApiKey: raw.LANEKASSEN_API_KEY };
  return {
    publicBaseUrl: raw.PUBLIC_BASE_URL,
    banks: entries.map((entry) => bankOf(entry, apiKeys, app)) as readonly Bank[] as Banks,
    maskinporten: { issuer: raw.MASKINPORTEN_ISSUER, ...keys },
    altinn: {
      baseUrl: raw.ALTINN_BASE_URL,
      scope: raw.ALTINN_SCOPE,
      resourceIds: raw.ALTINN_CONSENT_RESOURCE_ID,
      metadataKey: raw.ALTINN_CONSENT_METADATA_KEY,
    },
    lanekassen: {
      baseUrl: raw.LANEKASSEN_BASE_URL,
      scope: raw.LANEKASSEN_SCOPE,
      resource: raw.LANEKASSEN_RESOURCE,
      consentTransport: raw.LANEKASSEN_CONSENT_TRANSPORT,
      sendConsentToken: raw.LANEKASSEN_SEND_CONSENT_TOKEN,
      authPrefix: raw.LANEKASSEN_AUTH_PREFIX,
    },
    state: {
      endpoint: raw.STATE_TABLE_ENDPOINT,
      connectionString: raw.STATE_TABLE_CONNECTION_STRING,
    },
    secrets: {
      personKey: inRotation(raw.PERSON_KEY_SECRET, raw.PERSON_KEY_SECRET_SECONDARY),
      sessionKey: inRotation(raw.SESSION_KEY_SECRET, raw.SESSION_KEY_SECRET_SECONDARY),
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
    session: { ttlMinutes: raw.SESSION_TTL_MINUTES, endedHours: raw.SESSION_ENDED_HOURS },
    identity: { clientId: raw.AZURE_CLIENT_ID },
    consentExport: { containerUrl: raw.CONSENT_EXPORT_URL, clientId: raw.CONSENT_EXPORT_CLIENT_ID },
    telemetry: { connectionString: raw.APPLICATIONINSIGHTS_CONNECTION_STRING },
    policy: policyNumbers({
      requestDeadlineMs: raw.REQUEST_DEADLINE_MS,
      keyVault: { totalMs: raw.KEY_VAULT_TOTAL_TIMEOUT_MS, concurrency: raw.KEY_VAULT_MAX_CONCURRENCY },
      maskinporten: { totalMs: raw.MASKINPORTEN_TOTAL_TIMEOUT_MS, concurrency: raw.MASKINPORTEN_MAX_CONCURRENCY },
      altinn: { totalMs: raw.ALTINN_TOTAL_TIMEOUT_MS, concurrency: raw.ALTINN_MAX_CONCURRENCY },
      lanekassen: {
        totalMs: raw.LANEKASSEN_TOTAL_TIMEOUT_MS,
        concurrency: raw.LANEKASSEN_MAX_CONCURRENCY,
        concurrencyOf: limitsOf(entries),
      },
    }),
  };
}
