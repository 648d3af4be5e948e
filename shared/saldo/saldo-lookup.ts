import type { Caller } from '../person/caller.ts';
import { ProblemError } from '../problems.ts';
import { Deadline, DeadlineExceeded } from '../resilience/deadline.ts';
import type { QueueWait } from '../resilience/queue-wait.ts';
import type { LeaseNumbers } from '../session/lease.ts';
import type { SessionRow } from '../session/session.ts';
import type { Admission } from '../session/sessions.ts';
import type { At } from '../storage/documents.ts';
import { sharesOfCall } from '../telemetry/call-shares.ts';
import { awaitLookup, type Flight } from './await-lookup.ts';
import type { Held } from './held-saldo.ts';
import { nextStep } from './next-step.ts';
import { shownSaldo } from './saldo.ts';
import { cameFrom, type LeadPorts, leadLookup } from './saldo-lead.ts';
import type { ShownSaldo } from './shown-saldo.ts';
import { watchRow } from './watched-row.ts';

export type LookupNumbers = LeaseNumbers & {
  lookupDeadlineMs: number;
  renewBeforeMs: number;
  /** The longest `Retry-After` that a caller gets while its look-up is in a queue. */
  maxRetryAfterMs: number;
};

/** What the look-up needs besides what leading one needs. */
type LookupPorts = LeadPorts & {
  /** The queue wait that a call to the upstreams has now. */
  queueWait(): QueueWait;
  numbers: LookupNumbers;
  /** Altinn's page of given consents. */
  withdrawUrl: string;
};

/**
 * `GET /saldo`: once a login session from Lånekassen, then from the session's own row (docs/architecture.md#how-a-saldo-is-found,
 * duty C-4).
 */
export class SaldoLookup {
  readonly #ports: LookupPorts;
  /** Look-ups in progress in this process: callers of the same session join one instead of polling the table. */
  readonly #flights = new Map<string, Flight>();

  constructor(ports: LookupPorts) {
    this.#ports = ports;
  }

  /** Throws `not-a-customer`, `session-ended`, `saldo-not-ready`, and every problem of consent and upstreams. */
  async lookUp(caller: Caller, admission: Admission, deadline: Deadline): Promise<ShownSaldo> {
    const { numbers, time, queueWait, withdrawUrl } = this.#ports;
    let found = this.#openHeld(caller, admission, admission.stored);
    if (found) cameFrom('held');
    else {
      const begun = this.#begin(caller, admission, deadline);
      found = await awaitLookup(begun.found, begun.flight, deadline, { queueWait, ...numbers, time });
    }
    const { accounts, fetchedAt, consentValidTo: validTo, heldUntil } = found;
    if (accounts === undefined) throw new ProblemError('not-a-customer');
    const renewFrom = validTo - numbers.renewBeforeMs;
    return shownSaldo({ accounts, fetchedAt }, { validTo, renewFrom, withdrawUrl }, heldUntil);
  }

  /** Waits for look-ups in the background, at most until the deadline, because the process is about to end. Never throws. */
  async drain(deadline: Deadline): Promise<void> {
    const under = [...this.#flights.values()].map(({ found }) => found);
    await deadline.within(() => Promise.allSettled(under)).catch(() => {});
  }

  #begin(caller: Caller, admission: Admission, callerDeadline: Deadline) {
    const { numbers, time } = this.#ports;
    const key = `${admission.names.sessionKey} ${admission.names.personKey}`;
    const heardUntil = time.monotonic() + callerDeadline.remainingMs();
    const running = this.#flights.get(key);
    if (running) {
      running.heardUntil = Math.max(running.heardUntil, heardUntil);
      return { found: join(running), flight: running };
    }
    // It has a deadline of its own: when a caller's time runs out, the fetch continues, and the next call finds the held saldo.
    const found = Promise.resolve()
      .then(() => this.#find(caller, admission, flight, Deadline.after(time, numbers.lookupDeadlineMs)))
      .finally(() => this.#flights.delete(key));
    const flight: Flight = { found, heardUntil, pausedUntil: 0, onPause: new Set(), shares: sharesOfCall() };
    this.#flights.set(key, flight);
    found.catch((error: unknown) => reportUnexpected(error, this.#ports));
    return { found, flight };
  }

  /** Reads, waits, or leads, until there is a finding or a problem. */
  async #find(caller: Caller, admission: Admission, flight: Flight, deadline: Deadline): Promise<Held> {
    const { rows, time, numbers } = this.#ports;
    const row = watchRow(rows, time, admission.names.sessionKey, admission.stored);
    for (;;) {
      const [stored, waited] = [row.stored(), row.waited()];
      const found = this.#openHeld(caller, admission, stored);
      const step = nextStep(stored.doc, row.seen(found !== undefined, numbers.leaseMs));
      switch (step.do) {
        case 'refuse':
          throw new ProblemError('session-ended');
        case 'share-failure': {
          const { code, failure, retryAfterSeconds } = step;
          throw new ProblemError(code, { fault: 'shared-failure', failure, retryAfterSeconds });
        }
        case 'wait':
          await row.poll(flight.heardUntil, deadline);
          continue;
        case 'show':
          if (found === undefined) break;
          cameFrom(waited ? 'lease-join' : 'held');
          return found;
      }
      const isTakeOver = step.do === 'lead' && step.isTakeOver;
      const lead = { stored, isTakeOver, waited };
      const result = await leadLookup(this.#ports, caller, admission, lead, flight, deadline);
      if (result) return result;
      await row.reread(deadline);
    }
  }

  #openHeld(caller: Caller, { names }: Admission, { doc }: At<SessionRow>): Held | undefined {
    const { held, time } = this.#ports;
    if (doc?.state !== 'held' || doc.expiresAt <= time.now()) return undefined;
    // A row found under the other secret of a rotation names the person by that one.
    return names.personKeys.includes(doc.owner) ? held.open(doc.sealed, caller, doc.owner) : undefined;
  }
}

/** Joins a look-up that another caller of the session has begun. */
async function join(flight: Flight): Promise<Held> {
  const shares = sharesOfCall();
  shares?.join(flight.shares);
  const ends = shares?.waitsFor('call');
  try {
    const found = await flight.found;
    cameFrom('flight-join');
    return found;
  } finally {
    ends?.();
  }
}

/** The callers may all have gone; a failure is in the row and in the log then, and must not count as unhandled. */
function reportUnexpected(error: unknown, { telemetry }: Pick<LookupPorts, 'telemetry'>): void {
  if (!(error instanceof ProblemError) && !(error instanceof DeadlineExceeded))
    telemetry.log('warning', 'lookup-failed', { fault: error instanceof Error ? error.name : 'unknown' });
}
