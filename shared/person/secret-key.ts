import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Secret } from './secret.ts';

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
