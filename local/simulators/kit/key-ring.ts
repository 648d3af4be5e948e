// The keys with which a party signs its tokens: one signs, earlier ones may stay published so that tokens outlive a rotation.
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

/** A ring of RS256 keys. */
export type KeyRing = {
  /** Public keys, newest first. */
  published(): JWK[];
  /** `kid` of the key that signs. */
  kid(): string;
  /** A new key signs from now on; the earlier ones stay published only if `keepOld`. Resolves to the new `kid`. */
  rotate(keepOld: boolean): Promise<string>;
  /** Signs exactly these claims. `header` replaces members of `{alg, kid, typ}`; `alg` must stay an RSA one. */
  sign(claims: JWTPayload, header?: Record<string, unknown>): Promise<string>;
};

async function createKey() {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { jwk: { ...jwk, kid, use: 'sig', alg: 'RS256' }, kid, privateKey };
}

/** A ring with one fresh key. */
export async function createKeyRing(): Promise<KeyRing> {
  let current = await createKey();
  let published: JWK[] = [current.jwk];
  return {
    published: () => [...published],
    kid: () => current.kid,
    async rotate(keepOld) {
      current = await createKey();
      published = keepOld ? [current.jwk, ...published] : [current.jwk];
      return current.kid;
    },
    sign: (claims, header) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', kid: current.kid, typ: 'JWT', ...header })
        .sign(current.privateKey),
  };
}
