import type { Caller } from '../person/caller.ts';
import { ProblemError } from '../problems.ts';
import { Deadline, DeadlineExceeded } from '../resilience/deadline.ts';
import type { Line } from '../resilience/line.ts';
import { sideBySide } from '../resilience/side-by-side.ts';
import type { Time } from '../resilience/time.ts';
import type { Lease, LeaseEnd, LeaseNumbers } from '../session/lease.ts';
import { takeLease } from '../session/lease.ts';
import type { SessionStore, StoredSession } from '../session/session-store.ts';
import type { Admission, LoggedIn } from '../session/sessions.ts';
import { sharesOfCall } from '../telemetry/call-shares.ts';
import type { Source } from '../telemetry/dimensions.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Held, HeldSaldo } from './held-saldo.ts';
import { type Flight, patiently, problemOfEnd } from './patience.ts';
import { shownSaldo } from './saldo.ts';
import { type FetchConsent, FetchLost, type SaldoFetch } from './saldo-fetch.ts';
import type { ShownSaldo } from './shown-saldo.ts';

/** `GET /saldo`: once a login session from Lånekassen, then from the session's own row (architecture §4, duty C-4). */
export type SaldoLookup = {
  /** Throws `not-a-customer`, `session-ended`, `saldo-not-ready`, and every problem of consent and upstreams. */
  lookUp(caller: Caller, admission: Admission, deadline: Deadline): Promise<ShownSaldo>;
  /** Waits for what goes on in the background, at most until the deadline: the process is about to end. Never throws. */
  settle(deadline: Deadline): Promise<void>;
};

export type LookupNumbers = LeaseNumbers & {
  lookupDeadlineMs: number;
  renewBeforeMs: number;
  /** The longest that a caller is told to stay away while its look-up stands in line. */
  lineToldMostMs: number;
};

/** For this long a failure is the answer of those who waited for it, and of those who come right after. */
const failureMs = 2000;
/** How often a waiter reads the row: soon at first, then less often, since thousands may be waiting for a slow upstream. */
const pollMs = 100;
const pollMostMs = 1000;

export function createSaldoLookup<Consent extends FetchConsent>(ports: {
  store: SessionStore;
  held: HeldSaldo;
  /** The consent that stands, read from our own table (and Altinn, when one is open). Throws the consent problem. */
  standing(person: string, deadline: Deadline): Promise<{ consent: Consent; verified: boolean }>;
  fetch: SaldoFetch<Consent>;
  /** Makes the session findable before it gets a row, and begins to read whether its subject was logged out meanwhile. */
  enter(caller: Caller, admission: Admission, deadline: Deadline): Promise<LoggedIn>;
  /** What a call to the upstreams has before it just now. */
  line(): Line;
  numbers: LookupNumbers;
  time: Time;
  telemetry: Telemetry;
}): SaldoLookup {
  const { store, held, numbers, time, telemetry } = ports;
  /** Look-ups under way in this process: callers of the same session join instead of polling the table. */
  const flights = new Map<string, Flight>();

  const openHeld = (caller: Caller, { names }: Admission, { session }: StoredSession): Held | undefined => {
    if (session.state !== 'held' || session.expiresAt <= time.now()) return undefined;
    // A row found under the other secret of a rotation names the person by that one.
    return names.persons.includes(session.owner) ? held.open(session.sealed, caller, session.owner) : undefined;
  };

  /** Reads, waits, or leads, until there is a finding or a problem. */
  const find = async (caller: Caller, admission: Admission, flight: Flight, deadline: Deadline): Promise<Held> => {
    const { names } = admission;
    let { stored } = admission;
    let waited = false;
    let sameSince = time.monotonic();
    let nextPollMs = pollMs;
    for (;;) {
      const { session } = stored;
      if (session.state === 'ended') throw new ProblemError('session-ended');
      const found = openHeld(caller, admission, stored);
      if (found) {
        cameFrom(waited ? 'lease-join' : 'held');
        return found;
      }
      if (session.state === 'failed' && stored.ageMs < failureMs && (waited || !session.code.startsWith('consent-')))
        throw new ProblemError(session.code, {
          fault: 'shared-failure',
          ...(session.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: session.retryAfterSeconds }),
        });
      // By the Table service's clock, or by our own stopwatch when the row has not changed under our eyes.
      const leaseIsDead =
        session.state === 'leased' &&
        (stored.ageMs > numbers.leaseMs + 1000 || time.monotonic() - sameSince > numbers.leaseMs);
      if (session.state === 'leased' && !leaseIsDead) {
        // Another one fetches. Once nobody listens here any more there is nothing to wait for: the next ask reads the row.
        if (time.monotonic() >= flight.heardUntil) throw new DeadlineExceeded();
        waited = true;
        if (deadline.remainingMs() === 0) throw new DeadlineExceeded();
        const waitMs = Math.min(nextPollMs, deadline.remainingMs());
        await time.sleep(waitMs);
        sharesOfCall()?.waited(waitMs);
        nextPollMs = Math.min(pollMostMs, nextPollMs * 1.5);
        const before = stored.etag;
        stored = await store.read(names.session, deadline);
        if (stored.etag !== before) sameSince = time.monotonic();
        continue;
      }
      // Before the lease, since a customer without consent is the everyday case and should cost no row.
      const [, standing] = await sideBySide([admission.stillLoggedIn, ports.standing(names.person, deadline)]);
      const entry = await ports.enter(caller, admission, deadline);
      const lease = await takeLease(
        store,
        time,
        numbers,
        { key: names.session, owner: names.person, from: stored },
        deadline,
      );
      if (lease) {
        if (leaseIsDead) telemetry.count('leaseTakenOver');
        if (session.state === 'absent') telemetry.count('sessionStarted');
        const result = await lead(caller, admission, standing, { lease, ...entry }, flight, deadline);
        if (result) return result;
      }
      // Another one's finding is not for who has been logged out either.
      await entry.stillLoggedIn;
      stored = await store.read(names.session, deadline);
      sameSince = time.monotonic();
    }
  };

  /** Fetches under the lease. `undefined`: the lease was lost, so what was fetched may not be held, nor shown. */
  const lead = async (
    caller: Caller,
    { names }: Admission,
    standing: { consent: Consent; verified: boolean },
    { lease, stillLoggedIn }: LoggedIn & { lease: Lease },
    flight: Flight,
    deadline: Deadline,
  ): Promise<Held | undefined> => {
    try {
      const found = await ports.fetch(caller, names.person, standing, deadline, {
        onRest(restMs) {
          flight.restUntil = time.monotonic() + restMs;
          for (const tell of flight.onRest) tell();
        },
        isLost: lease.isLost,
        stillLoggedIn,
      });
      const expiresAt = Math.min(fetchedAtOf(found) + numbers.sessionMs, found.consentValidTo);
      const sealed = held.seal(found, caller, names.person);
      const isHeld = await lease.release({ event: 'hold', sealed, expiresAt }, expiresAt, deadline);
      telemetry.count('saldoFetch', { result: isHeld ? 'held' : 'lost' });
      if (!isHeld) return undefined;
      cameFrom('fetched');
      return found;
    } catch (error) {
      if (error instanceof FetchLost) {
        telemetry.count('saldoFetch', { result: 'lost' });
        return undefined;
      }
      const problem = error instanceof ProblemError ? error : problemOfEnd(error);
      const { code, retryAfterSeconds } = problem;
      const isLoggedOut = code === 'session-ended';
      telemetry.count('saldoFetch', { result: isLoggedOut ? 'lost' : 'failed' });
      // Of a subject that was logged out nothing is left, not even that it asked; those who wait have it read for themselves.
      const end: LeaseEnd = isLoggedOut
        ? { event: 'erase' }
        : { event: 'fail', code, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
      // With a little time of its own: what failed may have used up all there was, and the waiters need the word.
      await lease.release(end, time.now() + numbers.sessionMs, Deadline.after(time, 2000)).catch(() => false);
      throw problem;
    }
  };

  const begin = (
    caller: Caller,
    admission: Admission,
    patience: Deadline,
  ): { found: Promise<Held>; flight: Flight } => {
    const key = `${admission.names.session} ${admission.names.person}`;
    const heardUntil = time.monotonic() + patience.remainingMs();
    const running = flights.get(key);
    if (running) {
      running.heardUntil = Math.max(running.heardUntil, heardUntil);
      return { found: joined(running.found), flight: running };
    }
    // Bounded on its own: when a caller's time runs out, the fetch goes on into the held saldo, and the next ask finds it.
    const found = Promise.resolve()
      .then(() => find(caller, admission, flight, Deadline.after(time, numbers.lookupDeadlineMs)))
      .finally(() => flights.delete(key));
    const flight: Flight = { found, heardUntil, restUntil: 0, onRest: new Set() };
    flights.set(key, flight);
    // The callers may all have gone; a failure is in the row and in the log then, and must not count as unhandled.
    found.catch((error: unknown) => {
      if (!(error instanceof ProblemError) && !(error instanceof DeadlineExceeded))
        telemetry.log('warning', 'lookup-failed', { fault: error instanceof Error ? error.name : 'unknown' });
    });
    return { found, flight };
  };

  return {
    async settle(deadline) {
      const under = [...flights.values()].map(({ found }) => found);
      await deadline.within(() => Promise.allSettled(under)).catch(() => {});
    },

    async lookUp(caller, admission, deadline) {
      const warm = openHeld(caller, admission, admission.stored);
      if (warm) cameFrom('held');
      const found = warm ?? (await wait(admission, begin(caller, admission, deadline), deadline));
      if (found.finding.kind === 'not-a-customer') throw new ProblemError('not-a-customer');
      return shownSaldo(found.finding.saldo, {
        validTo: found.consentValidTo,
        renewFrom: found.consentValidTo - numbers.renewBeforeMs,
      });
    },
  };

  async function wait(
    { stillLoggedIn }: LoggedIn,
    { found, flight }: ReturnType<typeof begin>,
    deadline: Deadline,
  ): Promise<Held> {
    const { lineToldMostMs } = numbers;
    const waited = patiently(found, flight, deadline, { line: ports.line, lineToldMostMs, time });
    // Of its own session each caller awaits it, also who joins a look-up under way.
    const [, result] = await sideBySide([stillLoggedIn, waited]);
    return result;
  }

  async function joined(flight: Promise<Held>): Promise<Held> {
    const joinedAt = time.monotonic();
    try {
      const found = await flight;
      cameFrom('flight-join');
      return found;
    } finally {
      sharesOfCall()?.waited(time.monotonic() - joinedAt);
    }
  }
}

/** Noted on the call that this runs for, if it is still there to be answered. */
function cameFrom(source: Source) {
  const shares = sharesOfCall();
  if (shares) shares.source = source;
}

function fetchedAtOf({ finding }: Held): number {
  return finding.kind === 'saldo' ? finding.saldo.fetchedAt : finding.fetchedAt;
}
