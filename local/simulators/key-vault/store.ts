// The vault's keys by name, each with its versions in the order they were made.
import type { JsonWebKey } from 'node:crypto';
import type { Clock } from '../kit/simulator.ts';
import { createKeyVersion, importKeyVersion, type KeyRequest, type KeyVersion } from './keys.ts';

/** Names and versions of keys. */
export type KeyStore = {
  /** A version, or the newest for an empty one; `undefined` when there is none. */
  find(name: string, version: string): KeyVersion | undefined;
  /** The same for the simulator's own control, where an unknown name or version is a mistake of the test: throws. */
  known(name: string, version?: string): KeyVersion;
  versions(name: string): readonly KeyVersion[];
  /** Adds a version, which becomes the newest. Throws for an unknown name. */
  add(name: string, asked?: KeyRequest): Promise<KeyVersion>;
  /** The same, of a key made elsewhere. */
  importKey(name: string, jwk: JsonWebKey): KeyVersion;
};

/** Makes one version of each named key. */
export async function createKeyStore(names: readonly string[], clock: Clock): Promise<KeyStore> {
  const keys = new Map<string, KeyVersion[]>();
  for (const name of names) keys.set(name, [await createKeyVersion(clock)]);

  const find = (name: string, version: string): KeyVersion | undefined =>
    version === '' ? keys.get(name)?.at(-1) : keys.get(name)?.find((key) => key.version === version);

  function known(name: string, version = ''): KeyVersion {
    const key = find(name, version);
    if (!key) throw new Error(`The Key Vault simulator has no such key or version: ${name} ${version}`);
    return key;
  }

  return {
    importKey: (name, jwk) => {
      known(name);
      const key = importKeyVersion(jwk, clock);
      keys.get(name)?.push(key);
      return key;
    },
    find,
    known,
    versions: (name) => keys.get(name) ?? [],
    add: async (name, asked) => {
      known(name);
      const key = await createKeyVersion(clock, asked);
      keys.get(name)?.push(key);
      return key;
    },
  };
}
