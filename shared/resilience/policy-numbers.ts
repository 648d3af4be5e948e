import * as fixed from './upstream-numbers.ts';

/** What an operator sets of the policy. */
export type TunedPolicy = {
  /** How long a caller waits at most, milliseconds. */
  requestDeadlineMs: number;
} & Readonly<Record<'keyVault' | 'maskinporten' | 'altinn' | 'lanekassen', fixed.TunedNumbers>>;

/** Every number of the policy: what an operator sets, and the constants of `upstream-numbers.ts`. */
export function policyNumbers(tuned: TunedPolicy) {
  return {
    ...fixed,
    requestDeadlineMs: tuned.requestDeadlineMs,
    keyVault: { ...fixed.keyVault, ...tuned.keyVault },
    maskinporten: { ...fixed.maskinporten, ...tuned.maskinporten },
    altinn: { ...fixed.altinn, ...tuned.altinn },
    lanekassen: { ...fixed.lanekassen, ...tuned.lanekassen },
  };
}

/** The numbers as the parts of the program take them. */
export type PolicyNumbers = ReturnType<typeof policyNumbers>;
