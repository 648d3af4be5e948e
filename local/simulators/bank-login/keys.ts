// The signing keys of the bank's identity provider: one signs, earlier ones stay published so that tokens outlive a rotation.
import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose';

/** A key ring that signs RS256. */
export type SigningKeys = {
  /** Public keys, newest first. */
  published(): JWK[];
  /** A new key signs from now on; `forgetOld` takes the earlier ones out of the published set. */
  rotate(forgetOld?: boolean): Promise<void>;
  /** Signs exactly these claims. `header` replaces members of `{alg, kid, typ}`; `alg` must stay an RSA one. */
  sign(claims: JWTPayload, header?: Record<string, unknown>): Promise<string>;
};

/** A ring with one fresh key. */
export async function createSigningKeys(): Promise<SigningKeys> {
  const ring: { jwk: JWK; kid: string; privateKey: CryptoKey }[] = [];
  async function rotate(forgetOld = false): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair('RS256');
    const publicJwk = await exportJWK(publicKey);
    const kid = await calculateJwkThumbprint(publicJwk);
    if (forgetOld) ring.length = 0;
    ring.unshift({ jwk: { ...publicJwk, kid, use: 'sig', alg: 'RS256' }, kid, privateKey });
  }
  await rotate();
  return {
    published: () => ring.map(({ jwk }) => jwk),
    rotate,
    sign(claims, header) {
      const [key] = ring;
      if (!key) throw new Error('The key ring is empty.');
      return new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', kid: key.kid, typ: 'JWT', ...header })
        .sign(key.privateKey);
    },
  };
}
