import { createSecretKey, type KeyObject } from 'node:crypto';
import { inspect } from 'node:util';

/**
 * A value that cannot be printed, serialised or inspected by accident: tokens, keys, API keys.
 * Only `reveal()` returns it, so every place that reads it can be found by that word.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The plain value. For the wire or a cryptographic function, never for a log. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[hidden]';
  }

  toJSON(): string {
    return '[hidden]';
  }

  [Symbol.toPrimitive](): string {
    return '[hidden]';
  }

  [inspect.custom](): string {
    return '[hidden]';
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
