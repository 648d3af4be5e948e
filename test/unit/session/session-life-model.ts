// Login sessions of two customers, on several instances of the app over one table: slow and losing messages, clocks that
// differ, instances that die. Everything behind the gate is a model; sessions, lease, look-up and seal are the program's own.
import { Hidden } from '../../../shared/person/hidden.ts';
import { ProblemError } from '../../../shared/problems.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import type { Time } from '../../../shared/resilience/time.ts';
import { createHeldSaldo } from '../../../shared/saldo/held-saldo.ts';
import { createSaldoLookup } from '../../../shared/saldo/saldo-lookup.ts';
import { createSessionStore } from '../../../shared/session/session-store.ts';
import { createSessions } from '../../../shared/session/sessions.ts';
import type { Table } from '../../../shared/storage/tables.ts';
import { memoryTable } from '../support/memory-table.ts';
import { ahmad, steinar } from '../support/people.ts';
import { recordedTelemetry } from '../support/recorder.ts';
import { VirtualTime } from '../support/virtual-time.ts';

export const minute = 60_000;
export const sessionMs = 60 * minute;
export const endedMs = 24 * 60 * minute;
/** One way to the table, and the other way back. */
export const wayMs = 20;
/** How far an instance's clock is from the Table service's. */
export const skewMs = 3000;

/** A call to Lånekassen, as the model saw it. Its number is the amount that is answered. */
export type Fetch = { person: number; sid: string; consent: number; startedAt: number; endedAt?: number };

const people = [steinar, ahmad];
const issuer = 'https://login.example';

/** The world; `start` gives an instance with a clock of its own. */
export function sessionLife() {
  const time = new VirtualTime();
  const table = memoryTable(time);
  const secrets = { personKey: new Hidden('A'.repeat(44)), sessionKey: new Hidden('B'.repeat(44)) };
  const fetches: Fetch[] = [];
  const upstream = { takesMs: 300, fails: false };
  /** The consent that stands, by person; numbered, so that one given anew is another. */
  const consents: ({ id: string; number: number; validTo: number } | undefined)[] = people.map(() => undefined);
  let given = 0;
  const giveConsent = (person: number, lastsMs: number) => {
    given += 1;
    consents[person] = { id: `c-${given}`, number: given, validTo: time.now() + lastsMs };
  };
  const login = (person: number, sid: string) => ({
    person: people[person] ?? steinar,
    sessionId: sid,
    issuer,
    subject: `subject-${person}`,
    issuedAt: time.now(),
  });

  const start = (offsetMs: number) => {
    const faults: ('request' | 'answer' | undefined)[] = [];
    const life = { dead: false };
    const clock: Time = { ...time, now: () => time.now() + offsetMs, monotonic: time.monotonic, random: time.random };
    const telemetry = recordedTelemetry();
    /** What is sent to the table takes its way, may be lost on it or on the way back, and stops with the instance. */
    const overTheWire =
      <A extends unknown[], R>(work: (...given: A) => Promise<R>) =>
      async (...given: A): Promise<R> => {
        await time.sleep(wayMs);
        if (life.dead) return new Promise<R>(() => {});
        const fault = faults.shift();
        const lost = new ProblemError('upstream-unavailable', { fault: 'table-lost', retryAfterSeconds: 5 });
        if (fault === 'request') throw lost;
        const result = await work(...given);
        await time.sleep(wayMs);
        if (life.dead) return new Promise<R>(() => {});
        if (fault === 'answer') throw lost;
        return result;
      };
    const wired: Table = {
      ...table,
      read: overTheWire(table.read),
      readPartition: overTheWire(table.readPartition),
      insert: overTheWire(table.insert),
      replace: overTheWire(table.replace),
      upsert: overTheWire(table.upsert),
      remove: overTheWire(table.remove),
    };
    const store = createSessionStore(wired);
    const sessions = createSessions({
      store,
      secrets,
      endedMs,
      sessionMs,
      settlePerson: async () => {},
      time: clock,
      telemetry,
    });
    const standingOf = (person: number) => {
      const consent = consents[person];
      if (consent === undefined || consent.validTo <= clock.now()) throw new ProblemError('consent-required');
      return consent;
    };
    const lookup = createSaldoLookup<{ id: string; validTo: number; number: number }>({
      store,
      held: createHeldSaldo([secrets.sessionKey]),
      standing: async (key) => {
        const person = people.findIndex((one) => sessions.names({ ...login(0, ''), person: one }).person === key);
        return { consent: standingOf(person), verified: false };
      },
      fetch: async (caller, _key, _standing, deadline, { stillLoggedIn }) => {
        await stillLoggedIn;
        // As the gate does: under the lease, and before anything goes out.
        const person = people.indexOf(caller.person);
        const consent = standingOf(person);
        const sent: Fetch = { person, sid: caller.sessionId, consent: consent.number, startedAt: time.now() };
        fetches.push(sent);
        const number = fetches.length;
        await deadline.bound((signal) => time.sleep(upstream.takesMs, signal));
        sent.endedAt = time.now();
        if (upstream.fails) throw new ProblemError('upstream-unavailable', { retryAfterSeconds: 5 });
        const account = { type: 'lan', balanceOre: number * 100, lastChangedAt: time.now() } as const;
        return {
          consentValidTo: consent.validTo,
          finding: { kind: 'saldo', saldo: { fetchedAt: clock.now(), accounts: [account] } },
        };
      },
      enter: (entering, { names }, deadline) => sessions.enter(entering, names, deadline),
      line: () => ({ restMs: 0, waitMs: 0 }),
      numbers: { leaseMs: 2000, sessionMs, lookupDeadlineMs: 20_000, renewBeforeMs: 0, lineToldMostMs: 45_000 },
      time: clock,
      telemetry,
    });
    return { sessions, lookup, faults, life };
  };

  const rowOf = (name: string) => table.rows.get(`${name}|session`)?.values;
  const deadline = () => Deadline.after(time, 8000);
  return { time, table, fetches, upstream, consents, giveConsent, login, start, rowOf, deadline };
}
