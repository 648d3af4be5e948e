// The keys that sign access tokens: the current one, those still published at /jwk, and strangers for tests of reply checks.
import { randomUUID } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';

/**
 * Who signs a token: `published` is the honest way; `unknown-kid` a key that /jwk does not have, `forged` such a key under
 * the published `kid`, `unsigned` leaves it unsigned (alg none).
 */
export type TokenSigner = 'published' | 'unknown-kid' | 'forged' | 'unsigned';

/** The simulator's signing keys, current and published. */
export type SigningKeys = {
  /** What /jwk answers. */
  published(): JWK[];
  sign(claims: JWTPayload, signer: TokenSigner): Promise<string>;
  /** A new key signs from now on; the old ones stay at /jwk only if `keepOld`. Resolves to the new `kid`. */
  rotate(keepOld: boolean): Promise<string>;
};

type SigningKey = { kid: string; privateKey: CryptoKey; jwk: JWK };

async function createSigningKey(): Promise<SigningKey> {
  const kid = randomUUID();
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'RS256' } };
}

/** Starts with one published key. */
export async function createSigningKeys(): Promise<SigningKeys> {
  let current = await createSigningKey();
  let published = [current.jwk];
  let stranger: SigningKey | undefined;
  return {
    published: () => [...published],
    sign: async (claims, signer) => {
      if (signer === 'unsigned') return new UnsecuredJWT(claims).encode();
      stranger ??= signer === 'published' ? undefined : await createSigningKey();
      const key = signer === 'published' ? current : (stranger ?? current);
      const kid = signer === 'unknown-kid' ? key.kid : current.kid;
      return new SignJWT(claims).setProtectedHeader({ kid, alg: 'RS256' }).sign(key.privateKey);
    },
    rotate: async (keepOld) => {
      current = await createSigningKey();
      published = keepOld ? [current.jwk, ...published] : [current.jwk];
      return current.kid;
    },
  };
}
