// The claims of an access token (maskinporten_protocol_token).
import { randomBytes } from 'node:crypto';
import type { JWTPayload } from 'jose';
import type { VerifiedAssertion } from './assertion.ts';
import type { Authority } from './authority.ts';

const organisation = (number: string): object => ({ authority: 'iso6523-actorid-upis', ID: `0192:${number}` });

/** What a token is made of; `now` in ms since 1970, `consent` as Altinn's look-up gave it. */
export type TokenFacts = {
  issuer: string;
  assertion: VerifiedAssertion;
  authority: Authority;
  consent: object | undefined;
  now: number;
  lifetimeSeconds: number;
};

/** The claims, before a test alters them. */
export function accessTokenClaims({
  issuer,
  assertion,
  authority,
  consent,
  now,
  lifetimeSeconds,
}: TokenFacts): JWTPayload {
  const { client, claims, clientAmr } = assertion;
  const issuedAt = Math.floor(now / 1000);
  return {
    iss: issuer,
    client_id: client.clientId,
    client_amr: clientAmr,
    consumer: organisation(authority.consumer),
    ...(authority.supplier === undefined
      ? {}
      : { supplier: organisation(authority.supplier), delegation_source: 'https://tt02.altinn.no/' }),
    scope: claims.scope,
    token_type: 'Bearer',
    iat: issuedAt,
    exp: issuedAt + lifetimeSeconds,
    jti: randomBytes(32).toString('base64url'),
    ...(claims.resource === undefined
      ? {}
      : { aud: claims.resource.length === 1 ? String(claims.resource[0]) : claims.resource }),
    ...(consent === undefined ? {} : { authorization_details: [consent] }),
  };
}
