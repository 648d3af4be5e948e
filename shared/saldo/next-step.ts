import { isAboutConsent } from '../problem-catalogue.ts';
import type { FailedLookup, SessionRow } from '../session/session.ts';

/** What a look-up knows of its session's row, besides the row itself. Durations in milliseconds. */
export type Seen = {
  /** The row holds an answer that can be opened and has not run out. */
  opens: boolean;
  /** How old the row is by the Table service's clock. */
  ageMs: number;
  /** For how long the row has not changed while this look-up was reading it. */
  sameForMs: number;
  /** This look-up has waited for another one. */
  waited: boolean;
  leaseMs: number;
};

/** What a look-up does next. `lead`: fetch under a lease. `isTakeOver`: the former holder of the lease is dead. */
export type NextStep =
  | { do: 'refuse' }
  | { do: 'show' }
  | ({ do: 'share-failure' } & FailedLookup)
  | { do: 'wait' }
  | { do: 'lead'; isTakeOver: boolean };

/** How long a failure is the answer for callers that waited for it, and for those that come right after it, milliseconds. */
export const failureMs = 2000;

/** Decides by the session's row. Pure. */
export function nextStep(
  session: SessionRow | undefined,
  { opens, ageMs, sameForMs, waited, leaseMs }: Seen,
): NextStep {
  switch (session?.state) {
    case 'ended':
      return { do: 'refuse' };
    case 'held':
      return opens ? { do: 'show' } : { do: 'lead', isTakeOver: false };
    case 'failed': {
      // A problem of consent is decided by the consent, which the customer may have changed in between.
      const isAnswer = ageMs < failureMs && (waited || !isAboutConsent(session.code));
      const { code, failure, retryAfterSeconds } = session;
      return isAnswer ? { do: 'share-failure', code, failure, retryAfterSeconds } : { do: 'lead', isTakeOver: false };
    }
    case 'leased': {
      // By the Table service's clock, whose times are whole seconds, or by our own stopwatch.
      const isDead = ageMs > leaseMs + 1000 || sameForMs > leaseMs;
      return isDead ? { do: 'lead', isTakeOver: true } : { do: 'wait' };
    }
    case undefined:
      return { do: 'lead', isTakeOver: false };
  }
}
