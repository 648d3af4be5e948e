import type { ProblemCode } from '../problems.ts';
import type { Session } from '../session/session.ts';
import type { Failure } from '../telemetry/failure.ts';

/** What a look-up has seen of its session's row, beside the row itself. Durations in milliseconds. */
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

/** What a look-up does next. `lead`: fetch under a lease; `isTakeOver`: of a holder that is dead. */
export type NextStep =
  | { do: 'refuse' }
  | { do: 'show' }
  | { do: 'share-failure'; code: ProblemCode; failure: Failure | undefined; retryAfterSeconds: number | undefined }
  | { do: 'wait' }
  | { do: 'lead'; isTakeOver: boolean };

/** For this long a failure is the answer of those who waited for it, and of those who come right after. Milliseconds. */
export const failureMs = 2000;

/** Decides by the session's row. Pure. */
export function nextStep(session: Session, { opens, ageMs, sameForMs, waited, leaseMs }: Seen): NextStep {
  switch (session.state) {
    case 'ended':
      return { do: 'refuse' };
    case 'held':
      return opens ? { do: 'show' } : { do: 'lead', isTakeOver: false };
    case 'failed': {
      // A problem of consent is judged on the consent, which may have changed with the customer's answer in between.
      const isAnswer = ageMs < failureMs && (waited || !session.code.startsWith('consent-'));
      const { code, failure, retryAfterSeconds } = session;
      return isAnswer ? { do: 'share-failure', code, failure, retryAfterSeconds } : { do: 'lead', isTakeOver: false };
    }
    case 'leased': {
      // By the Table service's clock, whose times are whole seconds, or by our own stopwatch.
      const isDead = ageMs > leaseMs + 1000 || sameForMs > leaseMs;
      return isDead ? { do: 'lead', isTakeOver: true } : { do: 'wait' };
    }
    case 'absent':
      return { do: 'lead', isTakeOver: false };
  }
}
