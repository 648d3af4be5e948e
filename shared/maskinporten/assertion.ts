import { personUrn } from '../person/national-id.ts';
import type { Grant, KeyHeader } from './grant.ts';

/** Life of an assertion in seconds. Maskinporten takes at most 120 from `iat` to `exp`; a minute leaves room for a slow clock. */
export const assertionLifeSeconds = 60;

/**
 * The claims for a grant, and no others: an unknown claim makes the request fail (docs/contracts/maskinporten.md §2). `audience` is the issuer as its metadata spells it, trailing slash included.
 * `iat` is never ahead of the clock: rounded down. `jti` must be new for every attempt (MP-012).
 */
export function assertionClaims(grant: Grant, audience: string, now: number, jti: string) {
  const iat = Math.floor(now / 1000);
  return {
    aud: audience,
    iss: grant.clientId,
    scope: grant.scope,
    iat,
    exp: iat + assertionLifeSeconds,
    jti,
    ...(grant.resource === undefined ? {} : { resource: [grant.resource] }),
    ...(grant.consumerOrg === undefined ? {} : { consumer_org: grant.consumerOrg }),
    ...(grant.consent === undefined
      ? {}
      : {
          authorization_details: [
            { type: 'urn:altinn:consent', id: grant.consent.id, from: personUrn(grant.consent.from) },
          ],
        }),
  };
}

/** Signs `<header>.<claims>` with RS256: a digest goes out, a signature comes back. */
export type Signer = { sign(signingInput: string): Promise<Uint8Array> };

/**
 * The assertion: a compact JWS (RFC 7515 §7.1) with RS256, its header naming the key as Maskinporten knows it. Header and
 * payload go in as text, so that what is signed is what is in them, byte for byte.
 */
export async function signAssertion(claims: object, header: KeyHeader, signer: Signer): Promise<string> {
  return signCompact(JSON.stringify({ alg: 'RS256', ...header }), JSON.stringify(claims), signer);
}

/** A compact JWS of these very texts. */
export async function signCompact(header: string, payload: string, signer: Signer): Promise<string> {
  const encode = (text: string) => Buffer.from(text).toString('base64url');
  const signingInput = `${encode(header)}.${encode(payload)}`;
  const signature = await signer.sign(signingInput);
  return `${signingInput}.${Buffer.from(signature).toString('base64url')}`;
}
