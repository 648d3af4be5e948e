// The keys of the Key Vault simulator: real RSA keys with versions, in memory only.
import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type JsonWebKey,
  type KeyObject,
  privateEncrypt,
  randomBytes,
} from 'node:crypto';
import { promisify } from 'node:util';
import type { Clock } from '../kit/simulator.ts';

/** One version of a key. Instants are ms since 1970 by the simulator's clock. */
export type KeyVersion = {
  /** 32 hex digits, as Key Vault makes them. */
  version: string;
  privateKey: KeyObject;
  /** `RSA-HSM`: in hardware, as the vault says it; here it is the same key. */
  kty: 'RSA' | 'RSA-HSM';
  enabled: boolean;
  createdAt: number;
  /** The key may not sign from here on; `undefined`: never expires. */
  expiresAt: number | undefined;
  /** JSON web key operations that the key allows, e.g. `sign`. */
  keyOperations: readonly string[];
};

/** The public half as a JWK holds it; base64url. */
export type PublicRsaJwk = { kty: 'RSA'; n: string; e: string };

// RFC 8017 §9.2 note 1: what EMSA-PKCS1-v1_5 puts before the digest (DER of DigestInfo).
const digestInfo = {
  RS256: { length: 32, prefix: Buffer.from('3031300d060960864801650304020105000420', 'hex') },
  RS384: { length: 48, prefix: Buffer.from('3041300d060960864801650304020205000430', 'hex') },
  RS512: { length: 64, prefix: Buffer.from('3051300d060960864801650304020305000440', 'hex') },
} as const;

/** Signature algorithms of the simulator. PS256–512, which the real vault has too, are left out: Maskinporten takes none. */
export type SigningAlgorithm = keyof typeof digestInfo;

/** True for the algorithms that {@link signDigest} knows. */
export const isSigningAlgorithm = (value: unknown): value is SigningAlgorithm =>
  typeof value === 'string' && Object.hasOwn(digestInfo, value);

/** The digest length in bytes that an algorithm signs. */
export const digestLength = (algorithm: SigningAlgorithm): number => digestInfo[algorithm].length;

/** What `Create Key` was asked for; what is left out is as in {@link createKeyVersion}. */
export type KeyRequest = Partial<Pick<KeyVersion, 'kty' | 'keyOperations' | 'expiresAt' | 'enabled'>> & {
  bits?: number;
};

/** Makes a new version: unless asked otherwise RSA-2048, enabled, allowed to sign, without an end. */
export async function createKeyVersion(clock: Clock, { bits = 2048, ...asked }: KeyRequest = {}): Promise<KeyVersion> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: bits });
  return { ...versionOf(privateKey, clock), ...asked };
}

/** A version of a key made elsewhere, as `Import Key` takes it; for published test vectors. */
export function importKeyVersion(jwk: JsonWebKey, clock: Clock): KeyVersion {
  return versionOf(createPrivateKey({ key: jwk, format: 'jwk' }), clock);
}

function versionOf(privateKey: KeyObject, clock: Clock): KeyVersion {
  return {
    version: randomBytes(16).toString('hex'),
    privateKey,
    kty: 'RSA',
    enabled: true,
    createdAt: clock(),
    expiresAt: undefined,
    keyOperations: ['sign'],
  };
}

/** The public half of a version; no private member. */
export function publicHalf(key: KeyVersion): PublicRsaJwk {
  const { n = '', e = '' } = createPublicKey(key.privateKey).export({ format: 'jwk' });
  return { kty: 'RSA', n, e };
}

/** Signs a digest that was made elsewhere (RSASSA-PKCS1-v1_5), which is what the vault's `sign` does. */
export function signDigest(key: KeyVersion, algorithm: SigningAlgorithm, digest: Buffer): Buffer {
  return privateEncrypt(
    { key: key.privateKey, padding: constants.RSA_PKCS1_PADDING },
    Buffer.concat([digestInfo[algorithm].prefix, digest]),
  );
}
