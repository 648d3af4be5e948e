import { hkdfSync } from 'node:crypto';
import { type NameSecrets, type Secrets, underEach } from '../person/caller-keys.ts';
import { Secret, secretKey } from '../person/secret.ts';

/** The secrets of one bank. `sealing`: for the held saldo; the first seals, all open. */
export type BankSecrets = NameSecrets & { sealing: Secrets };

/**
 * The secrets of one bank, each derived with HKDF-SHA-256 from one of the app's, purpose and organisation number as info. So the
 * same person in two banks has nothing in common in any table, and what one bank's keys have sealed no other's open. The app's
 * secrets are rotated once for all banks: each secondary one is derived in the same way.
 */
export function bankSecrets({ personKey, sessionKey }: NameSecrets, organisationNumber: string): BankSecrets {
  const derived = (secrets: Secrets, purpose: 'person' | 'session' | 'sealing') =>
    underEach(secrets, (secret) => {
      const key = hkdfSync('sha256', secretKey(secret), '', `${purpose}\0${organisationNumber}`, 32);
      return new Secret(Buffer.from(key).toString('base64'));
    });
  return {
    personKey: derived(personKey, 'person'),
    sessionKey: derived(sessionKey, 'session'),
    sealing: derived(sessionKey, 'sealing'),
  };
}
