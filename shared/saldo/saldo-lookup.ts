import type { Caller } from '../person/caller.ts';
import { ProblemError } from '../problems.ts';
import { Deadline, DeadlineExceeded } from '../resilience/deadline.ts';
import type { QueueWait } from '../resilience/queue-wait.ts';
import type { LeaseNumbers } from '../session/lease.ts';
import type { SessionRow } from '../session/session-document.ts';
import type { Admission } from '../session/sessions.ts';
import type { At } from '../storage/documents.ts';
import { sharesOfCall } from '../telemetry/call-shares.ts';
import { awaitLookup, type Flight } from './await-lookup.ts';
import type { Held } from './held-saldo.ts';
import { nextStep } from './next-step.ts';
import { shownSaldo } from './saldo.ts';
import { cameFrom, createLead, type LeadPorts } from './saldo-lead.ts';
import type { ShownSaldo } from './shown-saldo.ts';

/**
 * `GET /saldo`: once a login session from Lånekassen, then from the session's own row (docs/architecture.md#how-a-saldo-is-found,
 * duty C-4).
 */
export type SaldoLookup = {
  /** Throws `not-a-customer`, `session-ended`, `saldo-not-ready`, and every problem of consent and upstreams. */
  lookUp(caller: Caller, admission: Admission, deadline: Deadline): Promise<ShownSaldo>;
  /** Waits for look-ups in the background, at most until the deadline, because the process is about to end. Never throws. */
  drain(deadline: Deadline): Promise<void>;
};

export type LookupNumbers = LeaseNumbers & {
  lookupDeadlineMs: number;
  renewBeforeMs: number;
  /** The longest `Retry-After` that a caller gets while its look-up is in a queue. */
  maxRetryAfterMs: number;
};

/** How often a waiting caller reads the row: soon at first, then less often, because thousands may wait for a slow upstream. */
const pollMs = 100;
const maxPollMs = 1000;

/** Makes the look-up. */
export function createSaldoLookup(
  ports: LeadPorts & {
    /** The queue wait that a call to the upstreams has now. */
    queueWait(): QueueWait;
    numbers: LookupNumbers;
    /** Altinn's page of given consents. */
    withdrawUrl: string;
  },
): SaldoLookup {
  const { rows, held, numbers, time, telemetry } = ports;
  const lead = createLead(ports);
  /** Look-ups in progress in this process: callers of the same session join one instead of polling the table. */
  const flights = new Map<string, Flight>();

  const openHeld = (caller: Caller, { names }: Admission, { doc }: At<SessionRow>): Held | undefined => {
    if (doc?.state !== 'held' || doc.expiresAt <= time.now()) return undefined;
    // A row found under the other secret of a rotation names the person by that one.
    return names.personKeys.includes(doc.owner) ? held.open(doc.sealed, caller, doc.owner) : undefined;
  };

  /** Reads, waits, or leads, until there is a finding or a problem. */
  const find = async (caller: Caller, admission: Admission, flight: Flight, deadline: Deadline): Promise<Held> => {
    const { names } = admission;
    let { stored } = admission;
    let waited = false;
    let sameSince = time.monotonic();
    let nextPollMs = pollMs;
    for (;;) {
      const found = openHeld(caller, admission, stored);
      const { leaseMs } = numbers;
      const sameForMs = time.monotonic() - sameSince;
      const seen = { opens: found !== undefined, ageMs: stored.ageMs, sameForMs, waited, leaseMs };
      const step = nextStep(stored.doc ?? { state: 'absent' }, seen);
      if (step.do === 'refuse') throw new ProblemError('session-ended');
      if (step.do === 'show' && found) {
        cameFrom(waited ? 'lease-join' : 'held');
        return found;
      }
      if (step.do === 'share-failure') {
        const { code, failure, retryAfterSeconds } = step;
        throw new ProblemError(code, {
          fault: 'shared-failure',
          ...(failure === undefined ? {} : { failure }),
          ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
        });
      }
      if (step.do === 'wait') {
        // Another process fetches. Without a caller that waits here, this stops: the next call reads the row.
        if (time.monotonic() >= flight.heardUntil || deadline.remainingMs() === 0) throw new DeadlineExceeded();
        waited = true;
        const waitMs = Math.min(nextPollMs, deadline.remainingMs());
        await time.sleep(waitMs);
        sharesOfCall()?.waited(waitMs);
        nextPollMs = Math.min(maxPollMs, nextPollMs * 1.5);
        const before = stored.etag;
        stored = await rows.read(names.sessionKey, deadline);
        if (stored.etag !== before) sameSince = time.monotonic();
        continue;
      }
      const isTakeOver = step.do === 'lead' && step.isTakeOver;
      const result = await lead(caller, admission, { stored, isTakeOver, waited }, flight, deadline);
      if (result) return result;
      stored = await rows.read(names.sessionKey, deadline);
      sameSince = time.monotonic();
    }
  };

  const begin = (
    caller: Caller,
    admission: Admission,
    callerDeadline: Deadline,
  ): { found: Promise<Held>; flight: Flight } => {
    const key = `${admission.names.sessionKey} ${admission.names.personKey}`;
    const heardUntil = time.monotonic() + callerDeadline.remainingMs();
    const running = flights.get(key);
    if (running) {
      running.heardUntil = Math.max(running.heardUntil, heardUntil);
      return { found: joined(running), flight: running };
    }
    // It has a deadline of its own: when a caller's time runs out, the fetch goes on, and the next call finds the held saldo.
    const found = Promise.resolve()
      .then(() => find(caller, admission, flight, Deadline.after(time, numbers.lookupDeadlineMs)))
      .finally(() => flights.delete(key));
    const flight: Flight = { found, heardUntil, pausedUntil: 0, onPause: new Set(), shares: sharesOfCall() };
    flights.set(key, flight);
    // All callers may have given up. The failure is then in the row and in the log, and must not count as unhandled.
    found.catch((error: unknown) => {
      if (!(error instanceof ProblemError) && !(error instanceof DeadlineExceeded))
        telemetry.log('warning', 'lookup-failed', { fault: error instanceof Error ? error.name : 'unknown' });
    });
    return { found, flight };
  };

  return {
    async drain(deadline) {
      const under = [...flights.values()].map(({ found }) => found);
      await deadline.within(() => Promise.allSettled(under)).catch(() => {});
    },

    async lookUp(caller, admission, deadline) {
      const warm = openHeld(caller, admission, admission.stored);
      if (warm) cameFrom('held');
      const found = warm ?? (await wait(begin(caller, admission, deadline), deadline));
      if (found.finding.kind === 'not-a-customer') throw new ProblemError('not-a-customer');
      return shownSaldo(
        found.finding.saldo,
        {
          validTo: found.consentValidTo,
          renewFrom: found.consentValidTo - numbers.renewBeforeMs,
          withdrawUrl: ports.withdrawUrl,
        },
        found.heldUntil ?? found.consentValidTo,
      );
    },
  };

  function wait({ found, flight }: ReturnType<typeof begin>, deadline: Deadline): Promise<Held> {
    const { maxRetryAfterMs } = numbers;
    return awaitLookup(found, flight, deadline, { queueWait: ports.queueWait, maxRetryAfterMs, time });
  }

  async function joined(flight: Flight): Promise<Held> {
    const joinedAt = time.monotonic();
    sharesOfCall()?.join(flight.shares);
    try {
      const found = await flight.found;
      cameFrom('flight-join');
      return found;
    } finally {
      sharesOfCall()?.waited(time.monotonic() - joinedAt);
    }
  }
}
