// The keys with which a party signs its tokens, and how another party verifies them. One key signs; earlier ones may stay published, so
// that tokens outlive a rotation.
import { createHash } from 'node:crypto';
import {
  calculateJwkThumbprint,
  createRemoteJWKSet,
  errors,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  type JWTVerifyOptions,
  jwtVerify,
  SignJWT,
} from 'jose';
import type { Clock } from './simulator.ts';

/** A ring of RS256 keys. */
export type KeyRing = Awaited<ReturnType<typeof createKeyRing>>;

async function createKey() {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { jwk: { ...jwk, kid, use: 'sig', alg: 'RS256' }, kid, privateKey };
}

/** A ring with one fresh key. */
export async function createKeyRing() {
  let current = await createKey();
  let published: JWK[] = [current.jwk];
  return {
    /** Public keys, newest first. */
    published: () => published,
    /** `kid` of the key that signs. */
    kid: () => current.kid,
    /** A new key signs from now on; the earlier ones stay published only if `keepOld`. Resolves to the new `kid`. */
    async rotate(keepOld: boolean): Promise<string> {
      current = await createKey();
      published = keepOld ? [current.jwk, ...published] : [current.jwk];
      return current.kid;
    },
    /**
     * Signs exactly these claims; one that is `undefined` is left out. `header` replaces members of `{alg, kid, typ}`; `alg` must
     * stay an RSA one.
     */
    sign: (claims: JWTPayload, header?: Record<string, unknown>): Promise<string> =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', kid: current.kid, typ: 'JWT', ...header })
        .sign(current.privateKey),
  };
}

/** True for a fault of the token. False for a key set that cannot be fetched, because that says nothing about the token. */
function isFaultOfToken(error: unknown): boolean {
  return (
    error instanceof errors.JOSEError &&
    !(error instanceof errors.JWKSTimeout) &&
    !(error instanceof errors.JWKSInvalid) &&
    error.code !== errors.JOSEError.code
  );
}

/**
 * Verifies RS256 tokens with the key set at `jwksUrl`. For an unknown `kid` the key set is fetched again at once, so a rotated key works in
 * the next request. Returns the claims, or `undefined` for a token that is not valid now. Throws if the key set cannot be fetched: that is
 * a fault of the local world, not a simulated one.
 */
export function createVerifier(jwksUrl: string, rules: JWTVerifyOptions, clock: Clock) {
  const keys = createRemoteJWKSet(new URL(jwksUrl), { cooldownDuration: 0 });
  return async (token: string): Promise<JWTPayload | undefined> => {
    try {
      return (await jwtVerify(token, keys, { algorithms: ['RS256'], currentDate: new Date(clock()), ...rules }))
        .payload;
    } catch (error) {
      if (isFaultOfToken(error)) return undefined;
      throw error;
    }
  };
}

/** A UUID that is the same for the same text in every run. Parties use such ids for persons and organisations. */
export function stableUuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
