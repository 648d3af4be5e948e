// The keys of the Key Vault simulator: real RSA keys with versions, in memory only.
import { constants, createPublicKey, generateKeyPair, type KeyObject, privateEncrypt, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { Clock } from '../kit/simulator.ts';

/** The properties of a version, and those that may change. */
type KeyTraits = {
  /** `RSA-HSM`: in hardware, in the vault's words. Here it is the same key. */
  kty: 'RSA' | 'RSA-HSM';
  enabled: boolean;
  /** The key may not sign from this time on, ms since 1970; `undefined`: never expires. */
  expiresAt: number | undefined;
  /** JSON web key operations that the key allows, e.g. `sign`. */
  keyOperations: readonly string[];
};

/** One version of a key. `version`: 32 hex digits, as Key Vault makes them; `createdAt`: ms since 1970 by the simulator's clock. */
export type KeyVersion = KeyTraits & { name: string; version: string; privateKey: KeyObject; createdAt: number };

/** The public half as a JWK holds it; base64url. */
export type PublicRsaJwk = { kty: 'RSA'; n: string; e: string };

/** The parameters of `Create Key`. Defaults: RSA-2048, enabled, allowed to sign, without an end. */
export type KeyRequest = Partial<KeyTraits> & { bits?: number };

// RFC 8017 §9.2 note 1: the bytes that EMSA-PKCS1-v1_5 puts before the digest (DER of DigestInfo). The last byte is the digest's length.
const digestInfo = {
  RS256: Buffer.from('3031300d060960864801650304020105000420', 'hex'),
  RS384: Buffer.from('3041300d060960864801650304020205000430', 'hex'),
  RS512: Buffer.from('3051300d060960864801650304020305000440', 'hex'),
} as const;

/** Signature algorithms of the simulator. The real vault also has PS256–512. They are left out, because Maskinporten accepts none. */
export const signingAlgorithms = ['RS256', 'RS384', 'RS512'] as const;

/** The public half of a version; no private member. */
export function publicHalf(key: KeyVersion): PublicRsaJwk {
  const { n = '', e = '' } = createPublicKey(key.privateKey).export({ format: 'jwk' });
  return { kty: 'RSA', n, e };
}

/** Signs a given digest (RSASSA-PKCS1-v1_5), like the vault's `sign`; `undefined` for a digest of another length. */
export function signDigest(
  { privateKey }: KeyVersion,
  algorithm: (typeof signingAlgorithms)[number],
  digest: Buffer,
): Buffer | undefined {
  const prefix = digestInfo[algorithm];
  if (digest.length !== prefix.at(-1)) return undefined;
  return privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.concat([prefix, digest]));
}

/** The vault's keys by name, each with its versions in the order they were made. `url`: the vault's, without a slash at the end. */
export function createKeyStore(clock: Clock, url: () => string) {
  const all = new Map<string, KeyVersion[]>();
  const versions = (name: string): readonly KeyVersion[] => all.get(name) ?? [];
  const find = (name: string, version: string): KeyVersion | undefined =>
    version === '' ? versions(name).at(-1) : versions(name).find((key) => key.version === version);
  /** Adds a version, which becomes the newest. */
  function add(name: string, privateKey: KeyObject, asked: Partial<KeyTraits> = {}): KeyVersion {
    const version = randomBytes(16).toString('hex');
    const traits = { kty: 'RSA', enabled: true, expiresAt: undefined, keyOperations: ['sign'], ...asked } as const;
    const key = { ...traits, name, version, privateKey, createdAt: clock() };
    all.set(name, [...versions(name), key]);
    return key;
  }
  return {
    versions,
    /** A version, or the newest for an empty one; `undefined` when there is none. */
    find,
    /** The same for the simulator's own control. It throws, because an unknown name or version is a mistake of the test. */
    known(name: string, version = ''): KeyVersion {
      const key = find(name, version);
      if (!key) throw new Error(`The Key Vault simulator has no such key or version: ${name} ${version}`);
      return key;
    },
    add,
    /** Creates a version. */
    async create(name: string, { bits = 2048, ...asked }: KeyRequest = {}): Promise<KeyVersion> {
      const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: bits });
      return add(name, privateKey, asked);
    },
    /** Full id of a version. */
    idOf: ({ name, version }: KeyVersion): string => `${url()}/keys/${name}/${version}`,
  };
}

/** The keys of one vault. */
export type KeyStore = ReturnType<typeof createKeyStore>;
