import { oneOf, tokenFaults } from '../telemetry/dimensions.ts';

/** Endings of jose's codes, and what they mean. In order: the first that fits. */
const meanings: readonly (readonly [RegExp, (typeof tokenFaults)[number]])[] = [
  [/signature/, 'signature'],
  [/-iss$/, 'issuer'],
  [/-aud$/, 'audience'],
  [/-exp$/, 'expired'],
  [/-nbf$/, 'not-yet-valid'],
  [/alg/, 'algorithm'],
  [/jwks/, 'key-unknown'],
  [/^person-token-missing$/, 'missing'],
  [/^no-exp$|^err-/, 'malformed'],
];

/** Why a call was answered 401, as the vocabulary has it. `fault`: the exact one, as the log line names it. */
export function refusalFault(fault: string): (typeof tokenFaults)[number] {
  return meanings.find(([pattern]) => pattern.test(fault))?.[1] ?? oneOf(tokenFaults, fault, 'other');
}
