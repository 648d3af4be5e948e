// From a verified assertion to an access token, and the ways a test may spoil that token on purpose.
import { type JWTPayload, UnsecuredJWT } from 'jose';
import { createKeyRing, type KeyRing } from '../kit/key-ring.ts';
import type { Clock } from '../kit/simulator.ts';
import { accessTokenClaims } from './access-token.ts';
import type { VerifiedAssertion } from './assertion.ts';
import { authorityOf } from './authority.ts';
import { lookUpConsent, namedConsent } from './consent-details.ts';
import { Refusal } from './refusal.ts';

/**
 * Who signs a token: `published` is the honest way; `unknown-kid` a key that /jwk does not have, `forged` such a key under
 * the published `kid`, `unsigned` leaves it unsigned (alg none).
 */
export type TokenSigner = 'published' | 'unknown-kid' | 'forged' | 'unsigned';

/** Alters the claims of a token before it is signed. */
export type ClaimsTamper = (claims: JWTPayload) => JWTPayload;

/** Gives out access tokens. */
export type TokenIssuer = {
  /** The 200 answer. Throws {@link Refusal} when scope, consumer or consent do not allow it. */
  issue(assertion: VerifiedAssertion): Promise<Response>;
  issued(): string[];
  tamper(change: ClaimsTamper | undefined, signer: TokenSigner): void;
  quoteTokens(quoted: boolean): void;
  setAltinnUrl(url: string): void;
};

/** `issuer` with trailing slash; `lifetimeSeconds` of the access tokens. */
export type TokenIssuerOptions = {
  issuer: () => string;
  signingKeys: KeyRing;
  altinnUrl: string | undefined;
  lifetimeSeconds: number;
  clock: Clock;
};

/** Makes the issuer; honest until a test changes it. */
export function createTokenIssuer(options: TokenIssuerOptions): TokenIssuer {
  const { lifetimeSeconds } = options;
  const issued: string[] = [];
  let change: ClaimsTamper = (claims) => claims;
  let signer: TokenSigner = 'published';
  let altinnUrl = options.altinnUrl;
  let quoted = false;
  let stranger: KeyRing | undefined;

  async function sign(claims: JWTPayload): Promise<string> {
    if (signer === 'unsigned') return new UnsecuredJWT(claims).encode();
    if (signer === 'published') return options.signingKeys.sign(claims, { typ: undefined });
    stranger ??= await createKeyRing();
    return stranger.sign(claims, signer === 'forged' ? { kid: options.signingKeys.kid() } : {});
  }

  async function consentFor(details: unknown, receiver: string): Promise<object | undefined> {
    if (details === undefined) return undefined;
    const named = namedConsent(details);
    if (altinnUrl === undefined) throw Refusal.of('MP-301', 'The simulator knows no Altinn.');
    return lookUpConsent(altinnUrl, named, receiver);
  }

  return {
    issue: async (assertion) => {
      const authority = authorityOf(assertion);
      const consent = await consentFor(assertion.claims.authorization_details, authority.consumer);
      const now = options.clock();
      const claims = accessTokenClaims({
        issuer: options.issuer(),
        assertion,
        authority,
        consent,
        now,
        lifetimeSeconds,
      });
      const accessToken = await sign(change(claims));
      issued.push(accessToken);
      const body = {
        access_token: quoted ? `"${accessToken}"` : accessToken,
        token_type: 'Bearer',
        // The whole seconds that are left, so usually 119 of 120, as in the documentation's samples.
        expires_in: Math.floor(Number(claims.exp) - now / 1000),
        scope: assertion.claims.scope,
      };
      return Response.json(body, { headers: { 'cache-control': 'no-store' } });
    },
    issued: () => [...issued],
    tamper: (newChange, newSigner) => {
      change = newChange ?? ((claims) => claims);
      signer = newChange ? newSigner : 'published';
    },
    setAltinnUrl: (url) => {
      altinnUrl = url;
    },
    quoteTokens: (value) => {
      quoted = value;
    },
  };
}
