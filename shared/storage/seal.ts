import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { type Secret, secretKey } from '../person/secret.ts';

/** A sealed text: row salt, nonce, and ciphertext with its tag, each base64. */
export type Sealed = { salt: string; nonce: string; box: string };

/**
 * What opens a seal, besides the row: the server secret, and what only the customer's own token brings (issuer and
 * session id, stored nowhere). `owner` is the person key, bound to the text so that a row cannot be moved to another.
 */
export type SealKey = { secret: Secret; issuer: string; sessionId: string; owner: string };

function deriveKey({ secret, issuer, sessionId }: SealKey, salt: Buffer): KeyObject {
  const info = Buffer.from(`held-saldo\0${Buffer.byteLength(issuer)}:${issuer}\0${sessionId}`);
  // A key object: Node 24 takes seven times as long over a cipher whose key is bytes.
  return createSecretKey(Buffer.from(hkdfSync('sha256', secretKey(secret), salt, info, 32)));
}

const saltBytes = 32;

/** Seals `text` with AES-256-GCM under a key of HKDF-SHA-256; salt and nonce are new each time. */
export function seal(text: string, key: SealKey): Sealed {
  const salt = randomBytes(saltBytes);
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', deriveKey(key, salt), nonce);
  cipher.setAAD(Buffer.from(key.owner));
  const box = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return { salt: salt.toString('base64'), nonce: nonce.toString('base64'), box: box.toString('base64') };
}

/** The text, or `undefined` when any part of the key, or the row, is not the one it was sealed with. */
export function open(sealed: Sealed, key: SealKey): string | undefined {
  try {
    const salt = Buffer.from(sealed.salt, 'base64');
    // HKDF takes a salt and the same one without its trailing zero bytes for one.
    if (salt.length !== saltBytes) return undefined;
    const box = Buffer.from(sealed.box, 'base64');
    const tagAt = box.length - 16;
    const decipher = createDecipheriv('aes-256-gcm', deriveKey(key, salt), Buffer.from(sealed.nonce, 'base64'), {
      authTagLength: 16,
    });
    decipher.setAAD(Buffer.from(key.owner));
    decipher.setAuthTag(box.subarray(tagAt));
    return decipher.update(box.subarray(0, tagAt), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    // A wrong key and a damaged row look alike, and mean the same: there is nothing to show.
    return undefined;
  }
}
