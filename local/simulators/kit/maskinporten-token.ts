// The checks that an API owner makes on a Maskinporten access token. Altinn and Lånekassen both make them, each with its own clock.
// Rules: https://docs.digdir.no/docs/Maskinporten/maskinporten_protocol_token
import type { JWTPayload } from 'jose';
import { z } from 'zod';
import { createVerifier } from './key-ring.ts';
import type { Clock } from './simulator.ts';

/** The number of an organisation as Maskinporten writes it: ISO 6523, `0192:` and nine digits. */
const organisation = z
  .object({ authority: z.literal('iso6523-actorid-upis'), ID: z.string().regex(/^0192:\d{9}$/) })
  .transform(({ ID }) => ID.slice('0192:'.length))
  .optional()
  .catch(undefined);
const read = z.object({ consumer: organisation, supplier: organisation, scope: z.string().catch('') });

/** A token whose signature, issuer and lifetime are valid. Organisation numbers are nine digits without prefix. */
export type AccessToken = {
  /** `undefined`: the claim is missing or not in Maskinporten's form. */
  consumer: string | undefined;
  supplier: string | undefined;
  scopes: readonly string[];
  claims: JWTPayload;
};

/** Verifies one token. `undefined` if it is not a valid token of this Maskinporten now. */
export type VerifyAccessToken = (token: string) => Promise<AccessToken | undefined>;

/** Verifies with the keys at `{maskinportenUrl}/jwk`, like {@link createVerifier}. */
export function createVerifyAccessToken(maskinportenUrl: string, clock: Clock): VerifyAccessToken {
  const rules = { issuer: `${maskinportenUrl}/`, requiredClaims: ['exp'] };
  const verify = createVerifier(`${maskinportenUrl}/jwk`, rules, clock);
  return async (token) => {
    const claims = await verify(token);
    if (!claims) return undefined;
    const { consumer, supplier, scope } = read.parse(claims);
    return { consumer, supplier, scopes: scope.split(' '), claims };
  };
}

/** The content of the bearer token in an `Authorization` header; `undefined` if there is none or it is not valid. */
export async function bearerOf(
  authorization: string | undefined,
  verify: VerifyAccessToken,
): Promise<AccessToken | undefined> {
  const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
  return token === undefined ? undefined : verify(token);
}
