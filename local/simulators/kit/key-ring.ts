// The keys with which a party signs its tokens: one signs, earlier ones may stay published so that tokens outlive a rotation.
import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

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

/** A UUID that is the same for the same text in every run: what parties give to persons and organisations. */
export function stableUuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
