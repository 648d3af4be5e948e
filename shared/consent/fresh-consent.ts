import type { SessionKey } from '../person/person-key.ts';
import { ProblemError } from '../problems.ts';
import { type Deadline, DeadlineExceeded } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { ConsentCheck } from './consent-check.ts';
import type { PersonAt } from './people.ts';

/** How often a session may have Altinn read, milliseconds. Browsers send the header by themselves too. */
const pauseMs = 10_000;
/** Altinn's answer is not waited for longer, milliseconds: what is known without it can be answered still. */
const maxCheckMs = 3000;
/** Sessions whose last reading is remembered. The oldest goes first; it may then read a little sooner than in ten seconds. */
const most = 10_000;

/**
 * `Cache-Control: no-cache`: the customer may have withdrawn the consent in Altinn just now, so it is read there before anything is
 * shown. Withdrawn or run out: what is held goes, and the consent problem is given. Altinn silent, or asked too often: nothing is
 * given, and the call goes on as if Altinn had not been asked.
 */
export type FreshConsent = (at: PersonAt, session: SessionKey, deadline: Deadline) => Promise<ProblemError | undefined>;

export function createFreshConsent({
  consentCheck,
  time,
}: {
  consentCheck: Pick<ConsentCheck, 'findActive' | 'verifyInAltinn'>;
  time: Time;
}): FreshConsent {
  const readAt = new Map<string, number>();

  const mayRead = (session: string): boolean => {
    const now = time.monotonic();
    if (now - (readAt.get(session) ?? Number.NEGATIVE_INFINITY) < pauseMs) return false;
    // Put in again, so that the map is in the order of time.
    readAt.delete(session);
    readAt.set(session, now);
    for (const [oldest, at] of readAt) {
      if (readAt.size <= most && now - at < pauseMs) break;
      readAt.delete(oldest);
    }
    return true;
  };

  return async (at, session, deadline) => {
    if (!mayRead(session)) return undefined;
    const own = deadline.atMost(maxCheckMs);
    try {
      const active = await own.within(() => consentCheck.findActive(at, session, own));
      if (!active.verified) await own.within(() => consentCheck.verifyInAltinn(active, own));
      return undefined;
    } catch (error) {
      if (error instanceof DeadlineExceeded) return undefined;
      if (error instanceof ProblemError) return isWord(error) ? error : undefined;
      throw error;
    }
  };
}

/** Whether Altinn, or our books, have said what became of the consent; all else is met by the call itself. */
const isWord = ({ code }: ProblemError) => code.startsWith('consent-') && code !== 'consent-unverifiable';
