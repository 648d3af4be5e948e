import type { SessionKey } from '../person/person-key.ts';
import { isConsentProblem, ProblemError } from '../problems.ts';
import { type Deadline, DeadlineExceeded } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { ConsentCheck } from './consent-check.ts';
import type { PersonAt } from './people.ts';

/**
 * A session has Altinn read at most once in this time, milliseconds, on each instance. Browsers send the header by themselves too.
 * Instances do not share the limit, because that would cost a table write on each such call (docs/contracts/interface.md §1).
 */
const pauseMs = 10_000;
/** The longest wait for Altinn's answer, milliseconds. After it the call continues with what is known without Altinn. */
const maxCheckMs = 3000;
/** How many sessions' last readings are remembered. The oldest is dropped first; that session may then read sooner. */
const most = 10_000;

/**
 * `Cache-Control: no-cache`: the customer may have withdrawn the consent in Altinn just now, so Altinn is read before anything is
 * shown. If the consent is withdrawn or has run out, the held saldo is erased and the consent problem is returned. If Altinn is
 * silent, or was read too recently, the result is `undefined` and the call continues as without the header.
 */
export function createFreshConsent(ports: {
  consentCheck: Pick<ConsentCheck, 'findActive' | 'verifyInAltinn'>;
  time: Time;
}) {
  const { consentCheck, time } = ports;
  const readAt = new Map<string, number>();

  const mayRead = (session: string): boolean => {
    const now = time.monotonic();
    if (now - (readAt.get(session) ?? Number.NEGATIVE_INFINITY) < pauseMs) return false;
    // Deleted and set again, so that the map is in the order of time.
    readAt.delete(session);
    readAt.set(session, now);
    for (const [oldest, at] of readAt) {
      if (readAt.size <= most && now - at < pauseMs) break;
      readAt.delete(oldest);
    }
    return true;
  };

  return async (at: PersonAt, session: SessionKey, deadline: Deadline): Promise<ProblemError | undefined> => {
    if (!mayRead(session)) return undefined;
    const own = deadline.atMost(maxCheckMs);
    try {
      const active = await own.within(() => consentCheck.findActive(at, session, own));
      if (!active.verified) await own.within(() => consentCheck.verifyInAltinn(active, own));
      return undefined;
    } catch (error) {
      if (isConsentProblem(error)) return error;
      // The call itself meets every other problem again.
      if (error instanceof ProblemError || error instanceof DeadlineExceeded) return undefined;
      throw error;
    }
  };
}
