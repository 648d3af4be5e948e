import { decodeJwt, type JWTPayload } from 'jose';
import type { Bank, Banks } from './bank.ts';

const keyOf = (issuer: string | undefined, audience: string | undefined) => JSON.stringify([issuer, audience]);

/**
 * Banks by issuer and audience, and there by the claim that tells them apart, so that a token costs the same with three hundred banks as
 * with three. A bank without a claim is under `undefined`.
 */
function bySharedTokens(banks: Banks): Map<string, { claim: string | undefined; ofClaim: Map<unknown, Bank> }[]> {
  const providers = Map.groupBy(banks, ({ identityProvider: { issuer, audience } }) => keyOf(issuer, audience));
  const byClaim = (alike: readonly Bank[]) =>
    [...Map.groupBy(alike, ({ identityProvider }) => identityProvider.bankClaim?.name)].map(([claim, some]) => ({
      claim,
      ofClaim: new Map<unknown, Bank>(some.map((bank) => [bank.identityProvider.bankClaim?.value, bank])),
    }));
  return new Map([...providers].map(([key, alike]) => [key, byClaim(alike)]));
}

/**
 * Finds the bank whose token it may be, by issuer, audience and claim as they are in the token, unverified. The token is verified
 * against that very bank's issuer, audience, claim and keys afterwards, so that nothing rests on what is read here. A list of one
 * costs nothing: its bank is the one that every token is verified against.
 */
export function createBankFinder(banks: Banks) {
  const [only, ...more] = banks;
  const sharing = bySharedTokens(banks);
  const readable = (token: string): JWTPayload => {
    try {
      return decodeJwt(token);
    } catch {
      return {};
    }
  };
  return {
    /** `ambiguous`: more than one bank's, such as a token for two audiences. */
    person(token: string): Bank | 'none' | 'ambiguous' {
      if (more.length === 0) return only;
      const payload = readable(token);
      const found = new Set<Bank>();
      for (const audience of [payload.aud].flat())
        for (const { claim, ofClaim } of sharing.get(keyOf(payload.iss, audience)) ?? []) {
          const bank = ofClaim.get(claim === undefined ? undefined : payload[claim]);
          if (bank !== undefined) found.add(bank);
        }
      const [first, second] = found;
      return second === undefined ? (first ?? 'none') : 'ambiguous';
    },
    /**
     * The banks that a logout token is for. One that carries no bank claim is for every bank of its issuer and audience: the identity
     * provider does not say which bank's session it was, and a session that has ended holds nothing.
     */
    logout(token: string): readonly Bank[] {
      if (more.length === 0) return [only];
      const payload = readable(token);
      const audiences = [payload.aud].flat();
      return banks.filter(({ identityProvider: { issuer, logoutAudience, bankClaim } }) => {
        if (issuer !== payload.iss || logoutAudience === undefined || !audiences.includes(logoutAudience)) return false;
        const claim = bankClaim && payload[bankClaim.name];
        return claim === undefined || claim === bankClaim?.value;
      });
    },
  };
}
