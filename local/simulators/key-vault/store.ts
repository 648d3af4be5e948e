// The vault's keys by name, each with its versions in the order they were made.
import type { JsonWebKey } from 'node:crypto';
import type { Clock } from '../kit/simulator.ts';
import { createKeyVersion, importKeyVersion, type KeyRequest, type KeyVersion } from './keys.ts';

/** Names and versions of keys. */
export class KeyStore {
  #keys = new Map<string, KeyVersion[]>();
  readonly #clock: Clock;

  private constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Makes one version of each named key. */
  static async of(names: readonly string[], clock: Clock): Promise<KeyStore> {
    const store = new KeyStore(clock);
    for (const name of names) store.#keys.set(name, [await createKeyVersion(clock)]);
    return store;
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

  /** Adds a version, which becomes the newest. Throws for an unknown name. */
  async add(name: string, asked?: KeyRequest): Promise<KeyVersion> {
    return this.#push(name, await createKeyVersion(this.#clock, asked));
  }

  /** The same, of a key made elsewhere. */
  importKey(name: string, jwk: JsonWebKey): KeyVersion {
    return this.#push(name, importKeyVersion(jwk, this.#clock));
  }

  #push(name: string, key: KeyVersion): KeyVersion {
    this.known(name);
    this.#keys.get(name)?.push(key);
    return key;
  }
}
