// The program's own parts, connected as in the program, on tables in memory: instances that die, messages that are slow or lost, two
// deployments at once, and rows that another version has written.

import { composeConsents } from '../../../shared/compose/consent-parts.ts';
import type { Infrastructure } from '../../../shared/compose/infrastructure.ts';
import { composeSessions } from '../../../shared/compose/session-parts.ts';
import { ConsentNotUsable } from '../../../shared/maskinporten/token-client.ts';
import { Secret } from '../../../shared/person/secret.ts';
import { type Deadline, DeadlineExceeded } from '../../../shared/resilience/deadline.ts';
import type { Time } from '../../../shared/resilience/time.ts';
import { unavailable } from '../../../shared/resilience/upstream-problems.ts';
import { purgeExpired } from '../../../shared/storage/purge.ts';
import type { Row, Table } from '../../../shared/storage/tables.ts';
import { createTelemetry } from '../../../shared/telemetry/telemetry.ts';
import type { HttpReply, HttpRequest } from '../../../shared/upstream/http-client.ts';
import { afterBySleep } from '../support/after-by-sleep.ts';
import { memoryTable } from '../support/memory-table.ts';
import { oneAttempt } from '../support/one-attempt.ts';
import { ahmad, person, steinar } from '../support/people.ts';
import { SeededTime } from '../support/seeded-time.ts';
import { type Call, createParties } from './parties.ts';
import { type Setup, settingsOf } from './setup.ts';
import { asVersion } from './versions.ts';

export const people = [steinar, ahmad, person('04125300311')] as const;
export type Fault = 'before' | 'after' | 'death-before' | 'death-after';

export type WorldOptions = {
  seed: number;
  check: 'per-look-up' | 'by-feed';
  /** One message in eight takes up to `slowMs`. */
  isSlow: boolean;
  isStrict: boolean;
};

const slowMs = 2500;

/** The world. `start` returns a process; everything else outlives it. */
export function createWorld({ seed, check, isSlow, isStrict }: WorldOptions, onCall: (call: Call) => void) {
  const time = new SeededTime(seed);
  const tables = { consents: memoryTable(time), sessions: memoryTable(time, { rowsScannedPerPage: 7 }) };
  const parties = createParties(time, people, onCall);
  parties.state.isStrict = isStrict;
  const net = { isSlow };
  /** The delay of one message. */
  const wayMs = () => (net.isSlow && time.random() < 0.12 ? time.random() * slowMs : 0.5 + time.random() * 5);

  const start = (setup: Setup) => {
    const life = { isDead: false };
    /** What happens to the next table calls, one by one. */
    const faults: (Fault | undefined)[] = [];
    const never = () => new Promise<never>(() => {});
    const way = async () => {
      await time.sleep(wayMs());
      if (life.isDead) await never();
    };
    const die = () => {
      life.isDead = true;
      return never();
    };
    const overTheWire = <A extends unknown[], R>(work: (...given: A) => Promise<R>) => {
      const call = async (...given: A): Promise<R> => {
        await way();
        const fault = faults.shift();
        if (fault === 'before') throw unavailable('tables', 'lost', 0);
        if (fault === 'death-before') return die();
        const result = await work(...given);
        if (fault === 'death-after') return die();
        await way();
        if (fault === 'after') throw unavailable('tables', 'lost', 0);
        return result;
      };
      return async (...given: A): Promise<R> => {
        if (life.isDead) return never();
        // The caller gives up at its deadline; a message on its way may still take effect.
        return (given.at(-1) as Deadline)
          .within(() => call(...given))
          .catch((error: unknown) => {
            throw error instanceof DeadlineExceeded ? unavailable('tables', 'timeout', 0) : error;
          });
      };
    };
    const wired = (inner: Table): Table => {
      const table = setup.isNext ? asVersion(inner, 2) : inner;
      return {
        read: overTheWire(table.read),
        readRange: overTheWire(table.readRange),
        write: overTheWire(table.write),
        remove: overTheWire(table.remove),
        duePage: overTheWire(table.duePage),
      };
    };
    const http = (party: (request: HttpRequest) => Promise<HttpReply>) => ({
      async send(request: HttpRequest) {
        await way();
        const answer = await party(request);
        await way();
        return answer;
      },
      close: async () => {},
    });
    const sleep: Time['sleep'] = (ms, signal) => (life.isDead ? never() : time.sleep(ms, signal));
    const { now, monotonic, random } = time;
    const clock: Time = { now, monotonic, random, sleep, after: afterBySleep(sleep) };
    const telemetry = createTelemetry(() => {});
    const infrastructure = {
      time: clock,
      telemetry,
      policy: () => oneAttempt,
      http: { altinn: http(parties.altinn), lanekassen: http(parties.lanekassen) },
      tables: { consents: wired(tables.consents), sessions: wired(tables.sessions) },
    } as unknown as Infrastructure;
    const settings = settingsOf(setup, check);
    const [bank] = settings.banks;
    // The bank's own secrets. How they are derived is not part of the model.
    const secrets = { ...settings.secrets, sealing: settings.secrets.sessionKey };
    const token = { get: async () => new Secret('shared'), drop: () => false };
    const consentTokens = {
      async fetch(id: string) {
        await way();
        const truth = parties.truths.get(id);
        if (parties.state.isStrict && truth?.status !== 'accepted') throw new ConsentNotUsable(undefined);
        return new Secret(`token-of-${id}`);
      },
    };
    const {
      people: store,
      consentCheck,
      ...consents
    } = composeConsents(settings, bank, secrets, infrastructure, {
      altinnToken: token,
      eraseSession: (session, deadline) => sessions.erase(session, deadline),
    });
    const { readPerson, sessions, saldo } = composeSessions(settings, bank, secrets, infrastructure, {
      people: store,
      consentCheck,
      lanekassenToken: token,
      consentTokens,
      maskinportenQueueWait: oneAttempt.queueWait,
    });
    const eraseLeft = (row: Row) => (deadline: Deadline) => consents.eraseLeft(row.partitionKey, deadline);
    const purge = () => purgeExpired(infrastructure.tables, { eraseLeft, time: clock, telemetry });
    return { ...consents, sessions, saldo, readPerson, purge, setup, life, faults, time: clock };
  };

  const calmDown = () => Object.assign(net, { isSlow: false });
  /** Whether an event of this consent waits for its next try. */
  const isWaiting = (id: string) =>
    [...tables.consents.rows.keys()].some((key) => /^feed-\d+\|waiting-/.test(key) && key.includes(id));
  return { time, tables, isWaiting, parties, start, calmDown, slowestWayMs: isSlow ? slowMs : 6 };
}

export type World = ReturnType<typeof createWorld>;
export type Host = ReturnType<World['start']>;
