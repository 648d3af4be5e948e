import { createSecretKey, type KeyObject } from 'node:crypto';
import { inspect } from 'node:util';

/** A value that cannot be printed, serialised or inspected by accident: every text that is made of it is its label. */
export abstract class Unprintable {
  readonly #label: string;

  constructor(label: string) {
    this.#label = label;
  }

  toString(): string {
    return this.#label;
  }

  toJSON(): string {
    return this.#label;
  }

  [Symbol.toPrimitive](): string {
    return this.#label;
  }

  [inspect.custom](): string {
    return this.#label;
  }
}

/** Tokens, keys, API keys. Only `reveal()` returns the value, so every place that reads it can be found by that word. */
export class Secret extends Unprintable {
  readonly #value: string;

  constructor(value: string) {
    super('[hidden]');
    this.#value = value;
  }

  /** The plain value. For the wire or a cryptographic function, never for a log. */
  reveal(): string {
    return this.#value;
  }
}

const keys = new WeakMap<Secret, KeyObject>();

/** A base64 secret of the settings as a key for HMAC and HKDF: made once, because every request needs several. */
export function secretKey(secret: Secret): KeyObject {
  let key = keys.get(secret);
  if (key === undefined) {
    key = createSecretKey(Buffer.from(secret.reveal(), 'base64'));
    keys.set(secret, key);
  }
  return key;
}
