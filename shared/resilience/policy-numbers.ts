import {
  altinnNumbers,
  commonNumbers,
  identityNumbers,
  keyVaultNumbers,
  lanekassenNumbers,
  lookupDeadlineMs,
  maskinportenNumbers,
  maxRetryAfterMs,
  personTokenIssuerNumbers,
  startStaggerMs,
  type TunedNumbers,
  tableAttempts,
  tableNumbers,
} from './upstream-numbers.ts';

/** What an operator sets of the policy. */
export type TunedPolicy = {
  /** How long a caller waits at most, milliseconds. */
  requestDeadlineMs: number;
} & Readonly<Record<'keyVault' | 'maskinporten' | 'altinn' | 'lanekassen', TunedNumbers>>;

/** Every number of the policy: what an operator sets, and the constants of `upstream-numbers.ts`. */
export function policyNumbers(tuned: TunedPolicy) {
  return {
    requestDeadlineMs: tuned.requestDeadlineMs,
    lookupDeadlineMs,
    maxRetryAfterMs,
    keyVault: { ...keyVaultNumbers, ...tuned.keyVault },
    maskinporten: { ...maskinportenNumbers, ...tuned.maskinporten },
    altinn: { ...altinnNumbers, ...tuned.altinn },
    lanekassen: { ...lanekassenNumbers, ...tuned.lanekassen },
    personTokenIssuer: personTokenIssuerNumbers,
    tables: tableNumbers,
    tableAttempts,
    identity: identityNumbers,
    common: commonNumbers,
    startStaggerMs,
  };
}

/** The numbers as the parts of the program take them. */
export type PolicyNumbers = ReturnType<typeof policyNumbers>;
