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

// RFC 8017 §9.2 note 1: what EMSA-PKCS1-v1_5 puts before the digest (DER of DigestInfo); its last byte is the digest's length.
const digestInfo = {
  RS256: Buffer.from('3031300d060960864801650304020105000420', 'hex'),
  RS384: Buffer.from('3041300d060960864801650304020205000430', 'hex'),
  RS512: Buffer.from('3051300d060960864801650304020305000440', 'hex'),
} as const;

/** Signature algorithms of the simulator. PS256–512, which the real vault has too, are left out: Maskinporten takes none. */
export const signingAlgorithms = ['RS256', 'RS384', 'RS512'] as const;

/** What `Create Key` was asked for; what is left out is as in {@link KeyStore.add}. */
export type KeyRequest = Partial<Pick<KeyVersion, 'kty' | 'keyOperations' | 'expiresAt' | 'enabled'>> & {
  bits?: number;
};

/** The public half of a version; no private member. */
export function publicHalf(key: KeyVersion): PublicRsaJwk {
  const { n = '', e = '' } = createPublicKey(key.privateKey).export({ format: 'jwk' });
  return { kty: 'RSA', n, e };
}

/** Signs a digest that was made elsewhere (RSASSA-PKCS1-v1_5), as the vault's `sign` does; `undefined` for one of another length. */
export function signDigest(
  { privateKey }: KeyVersion,
  algorithm: (typeof signingAlgorithms)[number],
  digest: Buffer,
): Buffer | undefined {
  const prefix = digestInfo[algorithm];
  if (digest.length !== prefix.at(-1)) return undefined;
  return privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.concat([prefix, digest]));
}

/** The vault's keys by name, each with its versions in the order they were made. */
export class KeyStore {
  #keys = new Map<string, KeyVersion[]>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  versions(name: string): readonly KeyVersion[] {
    return this.#keys.get(name) ?? [];
  }

  /** A version, or the newest for an empty one; `undefined` when there is none. */
  find(name: string, version: string): KeyVersion | undefined {
    return version === '' ? this.versions(name).at(-1) : this.versions(name).find((key) => key.version === version);
  }

  /** The same for the simulator's own control, where an unknown name or version is a mistake of the test: throws. */
  known(name: string, version = ''): KeyVersion {
    const key = this.find(name, version);
    if (!key) throw new Error(`The Key Vault simulator has no such key or version: ${name} ${version}`);
    return key;
  }

  /** Makes a version, which becomes the newest: unless asked otherwise RSA-2048, enabled, allowed to sign, without an end. */
  async add(name: string, { bits = 2048, ...asked }: KeyRequest = {}): Promise<KeyVersion> {
    const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: bits });
    return this.#push(name, privateKey, asked);
  }

  /** Adds a key made elsewhere, as `Import Key` takes it; for published test vectors. */
  importKey(name: string, jwk: JsonWebKey): KeyVersion {
    return this.#push(name, createPrivateKey({ key: jwk, format: 'jwk' }));
  }

  #push(name: string, privateKey: KeyObject, asked: KeyRequest = {}): KeyVersion {
    const key: KeyVersion = {
      version: randomBytes(16).toString('hex'),
      privateKey,
      kty: 'RSA',
      enabled: true,
      createdAt: this.#clock(),
      expiresAt: undefined,
      keyOperations: ['sign'],
      ...asked,
    };
    this.#keys.set(name, [...this.versions(name), key]);
    return key;
  }
}
