// What an API owner checks in a Maskinporten access token. Altinn and Lånekassen both do it, each with its own clock.
// Rules: https://docs.digdir.no/docs/Maskinporten/maskinporten_protocol_token
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Clock } from './simulator.ts';

/** The number of an organisation as Maskinporten writes it: ISO 6523, `0192:` and nine digits. */
const organisation = z
  .object({ authority: z.literal('iso6523-actorid-upis'), ID: z.string().regex(/^0192:\d{9}$/) })
  .transform(({ ID }) => ID.slice('0192:'.length))
  .optional()
  .catch(undefined);
const read = z.object({ consumer: organisation, supplier: organisation, scope: z.string().catch('') });

/** A token whose signature, issuer and lifetime hold. Organisation numbers are nine digits without prefix. */
export type AccessToken = {
  /** `undefined`: the claim is missing or not in Maskinporten's form. */
  consumer: string | undefined;
  supplier: string | undefined;
  scopes: readonly string[];
  claims: JWTPayload;
};

/** Verifies one token; `undefined` when it is not a valid token of this Maskinporten now. */
export type VerifyAccessToken = (token: string) => Promise<AccessToken | undefined>;

/** True for what is wrong with a token; false for a key set that can't be had, which says nothing about the token. */
function isFaultOfToken(error: unknown): boolean {
  return (
    error instanceof errors.JOSEError &&
    !(error instanceof errors.JWKSTimeout) &&
    !(error instanceof errors.JWKSInvalid) &&
    error.code !== errors.JOSEError.code
  );
}

/**
 * Verifies by the keys at `{maskinportenUrl}/jwk`, fetched again for an unknown `kid` at once, so that a rotated key works
 * in the next request. Throws when the key set can't be had: that is a fault of the local world, not a simulated one.
 */
export function createVerifyAccessToken(maskinportenUrl: string, clock: Clock): VerifyAccessToken {
  const keys = createRemoteJWKSet(new URL(`${maskinportenUrl}/jwk`), { cooldownDuration: 0 });
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: `${maskinportenUrl}/`,
        algorithms: ['RS256'],
        requiredClaims: ['exp'],
        currentDate: new Date(clock()),
      });
      const { consumer, supplier, scope } = read.parse(payload);
      return { consumer, supplier, scopes: scope.split(' '), claims: payload };
    } catch (error) {
      if (isFaultOfToken(error)) return undefined;
      throw error;
    }
  };
}

/** What the bearer token of an `Authorization` header says; `undefined` when there is none or it does not verify. */
export async function bearerOf(
  authorization: string | undefined,
  verify: VerifyAccessToken,
): Promise<AccessToken | undefined> {
  const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
  return token === undefined ? undefined : verify(token);
}
