import type { ConsentCheck } from '../consent/consent-check.ts';
import type { PersonAt } from '../consent/people.ts';
import type { Caller } from '../person/caller.ts';
import type { PersonKeys, SessionKey } from '../person/person-key.ts';
import { ProblemError } from '../problems.ts';
import { allInOrder } from '../resilience/all-in-order.ts';
import { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import { type Lease, type LeaseEnd, type LeaseNumbers, takeLease } from '../session/lease.ts';
import type { SessionRow } from '../session/session.ts';
import type { Admission } from '../session/sessions.ts';
import { listMarginMs } from '../session/subjects.ts';
import type { At, Documents } from '../storage/documents.ts';
import { sharesOfCall } from '../telemetry/call-shares.ts';
import type { Source } from '../telemetry/dimensions.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { type Flight, problemOfEnd } from './await-lookup.ts';
import { FetchLost } from './fetch-ports.ts';
import type { Held, HeldSaldo } from './held-saldo.ts';
import type { SaldoFetch } from './saldo-fetch.ts';

/** What a leading look-up needs. */
export type LeadPorts = {
  rows: Documents<SessionRow, SessionKey>;
  held: HeldSaldo;
  consentCheck: Pick<ConsentCheck, 'findActive' | 'register'>;
  readPerson(persons: PersonKeys, deadline: Deadline): Promise<PersonAt>;
  fetch: SaldoFetch;
  /** Adds the session to those of its subject. Throws `session-ended` when the subject was logged out. */
  enter(caller: Caller, admission: Admission, deadline: Deadline): Promise<void>;
  numbers: LeaseNumbers;
  time: Time;
  telemetry: Telemetry;
};

/** The session's row as the look-up saw it, and how it came to lead. */
export type Lead = { stored: At<SessionRow>; isTakeOver: boolean; waited: boolean };

/**
 * Takes the lease and fetches under it (docs/decisions/0007-order-of-a-look-up.md). `undefined`: another look-up was first,
 * or the lease was lost: nothing may be held, nor shown.
 */
export async function leadLookup(
  ports: LeadPorts,
  caller: Caller,
  admission: Admission,
  { stored, isTakeOver, waited }: Lead,
  flight: Flight,
  deadline: Deadline,
): Promise<Held | undefined> {
  const { rows, held, consentCheck, numbers, time, telemetry } = ports;
  const { personKey, personKeys, sessionKey } = admission.names;
  // The row as it was read at admission, unless time has passed.
  const person = waited ? undefined : admission.person;
  const at = person ?? (await ports.readPerson(personKeys, deadline));
  // Before the lease, because a customer without consent is common and should cost no row.
  const active = await consentCheck.findActive(at, sessionKey, deadline);
  // Side by side: until both lists have the session, nothing is asked of Lånekassen, and without the lease nothing is held.
  const until = time.now() + numbers.sessionMs + listMarginMs;
  const registered = allInOrder([
    ports.enter(caller, admission, deadline),
    consentCheck.register(active, until, deadline),
  ]).then(([, now]) => now);
  registered.catch(() => {});
  const session = { key: sessionKey, owner: personKey, from: stored };
  const lease = await takeLease(rows, time, numbers, session, deadline);
  if (lease === undefined) {
    await registered;
    return undefined;
  }
  if (isTakeOver) telemetry.count('leaseTakenOver');
  if (stored.doc === undefined) telemetry.count('sessionStarted');
  const onPause = (pauseMs: number) => {
    flight.pausedUntil = time.monotonic() + pauseMs;
    for (const report of flight.onPause) report();
  };
  try {
    const found = await ports.fetch(caller, active, deadline, { onPause, isLost: lease.isLost, registered });
    const expiresAt = Math.min(found.fetchedAt + numbers.sessionMs, found.heldUntil);
    const kept: Held = { ...found, heldUntil: expiresAt };
    const sealed = held.seal(kept, caller, personKey);
    const isHeld = await lease.release({ event: 'hold', sealed, expiresAt }, expiresAt, deadline.forPaidWork());
    telemetry.count('saldoFetch', { result: isHeld ? 'held' : 'lost' });
    if (!isHeld) return undefined;
    cameFrom('fetched');
    return kept;
  } catch (error) {
    await releaseFailed(ports, lease, error);
    return undefined;
  }
}

/** Ends the lease of a fetch that threw. Throws its problem, but for a fetch whose answer no caller may have. */
async function releaseFailed({ numbers, time, telemetry }: LeadPorts, lease: Lease, error: unknown): Promise<void> {
  const isLost = error instanceof FetchLost;
  const problem = error instanceof ProblemError ? error : problemOfEnd(error);
  const { code, retryAfterSeconds } = problem;
  const isLoggedOut = code === 'session-ended';
  telemetry.count('saldoFetch', { result: isLost || isLoggedOut ? 'lost' : 'failed' });
  if (isLost) return;
  // No row is left of a subject that was logged out. Callers that wait read the subject themselves.
  const end: LeaseEnd = isLoggedOut
    ? { event: 'erase' }
    : {
        event: 'fail',
        code,
        failure: { party: problem.failure.party ?? sharesOfCall()?.slowest(), kind: problem.failure.kind },
        retryAfterSeconds,
      };
  // With a little time of its own: the failed work may have used up the deadline, and the waiting callers need the result.
  await lease.release(end, time.now() + numbers.sessionMs, Deadline.after(time, 2000)).catch(() => false);
  throw problem;
}

/** Records the source of an answer for the call that this runs for, if that call is not answered yet. */
export function cameFrom(source: Source): void {
  const shares = sharesOfCall();
  if (shares) shares.source = source;
}
