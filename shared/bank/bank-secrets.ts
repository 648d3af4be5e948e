import { hkdfSync } from 'node:crypto';
import { Secret, secretKey } from '../person/secret.ts';

/** The app's secrets, or those of one bank; the secondary ones while a secret is being rotated. */
export type BankSecrets = {
  personKey: Secret;
  personKeySecondary: Secret | undefined;
  sessionKey: Secret;
  sessionKeySecondary: Secret | undefined;
  /** For the held saldo: the first seals, all open. */
  sealing: readonly [Secret, ...Secret[]];
};

/**
 * The secrets of one bank, each derived with HKDF-SHA-256 from one of the app's, purpose and organisation number as info. So the
 * same person in two banks has nothing in common in any table, and what one bank's keys have sealed no other's open. The app's
 * secrets are rotated once for all banks: each secondary one is derived in the same way.
 */
export function bankSecrets(app: Omit<BankSecrets, 'sealing'>, organisationNumber: string): BankSecrets {
  const derive = (secret: Secret, purpose: 'person' | 'session' | 'sealing') =>
    new Secret(
      Buffer.from(hkdfSync('sha256', secretKey(secret), '', `${purpose}\0${organisationNumber}`, 32)).toString(
        'base64',
      ),
    );
  const { personKey, personKeySecondary, sessionKey, sessionKeySecondary } = app;
  return {
    personKey: derive(personKey, 'person'),
    personKeySecondary: personKeySecondary && derive(personKeySecondary, 'person'),
    sessionKey: derive(sessionKey, 'session'),
    sessionKeySecondary: sessionKeySecondary && derive(sessionKeySecondary, 'session'),
    sealing: [
      derive(sessionKey, 'sealing'),
      ...(sessionKeySecondary === undefined ? [] : [derive(sessionKeySecondary, 'sealing')]),
    ],
  };
}
