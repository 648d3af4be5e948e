import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Hidden } from './secret.ts';

const keys = new WeakMap<Hidden, KeyObject>();

/** A base64 secret of the settings as a key for HMAC and HKDF: made once, since every request needs several. */
export function secretKey(secret: Hidden): KeyObject {
  let key = keys.get(secret);
  if (key === undefined) {
    key = createSecretKey(Buffer.from(secret.reveal(), 'base64'));
    keys.set(secret, key);
  }
  return key;
}
