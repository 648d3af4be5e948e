// An issuer of signed tokens, with a key set that serves its public key.
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import type { KeySet } from '../../../shared/upstream/key-set.ts';

/** An issuer with one key. Its key set may leave out the algorithm. `sign` takes any header, so tests can forge tokens. */
export async function startIssuer(alg: 'RS256' | 'ES256' | 'PS256' = 'RS256', kid = 'key-1', namesAlgorithm = true) {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey)), kid, ...(namesAlgorithm ? { alg } : {}) };
  const local = createLocalJWKSet({ keys: [publicJwk] });
  const keys: KeySet = { getKey: (header, token) => local(header, token), warm() {} };
  const sign = (claims: JWTPayload, header: Record<string, unknown> = {}) =>
    new SignJWT(claims).setProtectedHeader({ alg, kid, ...header }).sign(privateKey);
  return { keys, sign, publicJwk };
}

/** `token` with one of its three parts changed. It is still well-formed. */
export function tampered(token: string, part: 0 | 1 | 2, change: (text: string) => string): string {
  const parts = token.split('.');
  const text = Buffer.from(parts[part] ?? '', 'base64url').toString('latin1');
  parts[part] = Buffer.from(change(text), 'latin1').toString('base64url');
  return parts.join('.');
}
