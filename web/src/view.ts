import type { Saldo } from './api-types.ts';

/** Why there is no consent to look up a saldo with. */
export type WhyConsent = 'none' | 'rejected' | 'revoked' | 'expired' | 'refused';

/**
 * Why a look-up has not come to an answer that may still come: Lånekassen is `slow`; too many ask (`busy`); a party behind the
 * service is `silent`; the service itself is not reached (`offline`).
 */
export type Trouble = 'slow' | 'busy' | 'silent' | 'offline';

/** What the customer sees, one of these at a time. No view but `saldo` holds anything of the customer's. */
export type View =
  /** `slow`: a second has passed, and the card says so. */
  | { kind: 'loading'; slow: boolean }
  | { kind: 'consent-needed'; why: WhyConsent }
  /** Lånekassen has refused the consent again: a new one may be asked for tomorrow (`refused`). Asked for too often: later (`too-many`). */
  | { kind: 'refused-today'; why: 'refused' | 'too-many' }
  | { kind: 'pending'; consentUrl?: string | undefined }
  | {
      kind: 'saldo';
      saldo: Saldo;
      now: Date;
      /** From `renewFrom` on `due`; an open renewal has the address where it waits. */
      renewal: 'no' | 'due' | { consentUrl: string };
      withdrawUrl?: string | undefined;
    }
  | { kind: 'not-a-customer'; withdrawUrl?: string | undefined }
  | { kind: 'stopped'; withdrawUrl?: string | undefined }
  /** Asks again by itself when the seconds have gone. */
  | { kind: 'waiting'; why: Trouble; seconds: number }
  /** May be gone in a moment; the customer decides when to ask again. */
  | { kind: 'unavailable'; why: Trouble; requestId?: string | undefined }
  /** Not gone by asking again. */
  | { kind: 'fault'; requestId?: string | undefined }
  | { kind: 'session-ended' }
  | { kind: 'erased' };

export type ViewKind = View['kind'];
