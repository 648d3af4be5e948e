import type { Saldo } from './api-types.ts';

/** Why there is no consent to look up a saldo with. */
export type WhyConsent = 'none' | 'rejected' | 'revoked' | 'expired' | 'refused';

/**
 * Why a look-up has no answer yet: Lånekassen is `slow`, there are too many calls (`busy`), a party behind the service is `silent`,
 * or the service itself is not reached (`offline`).
 */
export type Trouble = 'slow' | 'busy' | 'silent' | 'offline';

/** What the customer sees, one of these at a time. Only `saldo` holds something of the customer's. */
export type View =
  /** `slow`: a second has passed, and the card says so. */
  | { kind: 'loading'; slow: boolean }
  | { kind: 'consent-needed'; why: WhyConsent }
  /** `refused`: Lånekassen has refused the consent again, and a new one can be asked for tomorrow. `too-many`: asked for too often. */
  | { kind: 'refused-today'; why: 'refused' | 'too-many' }
  | { kind: 'pending'; consentUrl?: string | undefined }
  | {
      kind: 'saldo';
      saldo: Saldo;
      now: Date;
      /** `due` from `renewFrom` on. An open renewal has its address at Altinn. */
      renewal: 'no' | 'due' | { consentUrl: string };
      withdrawUrl?: string | undefined;
    }
  | { kind: 'not-a-customer'; withdrawUrl?: string | undefined }
  | { kind: 'stopped'; withdrawUrl?: string | undefined }
  /** The card looks again by itself after `seconds`. */
  | { kind: 'waiting'; why: Trouble; seconds: number }
  /** It may pass soon. The customer decides when to look again. */
  | { kind: 'unavailable'; why: Trouble; requestId?: string | undefined }
  /** Another look-up would not help. */
  | { kind: 'fault'; requestId?: string | undefined }
  | { kind: 'session-ended' }
  | { kind: 'erased' };

export type ViewKind = View['kind'];
