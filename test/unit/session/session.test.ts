import { describe, expect, test } from 'vitest';
import { Hidden } from '../../../shared/person/hidden.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import { takeLease } from '../../../shared/session/lease.ts';
import type { Session } from '../../../shared/session/session.ts';
import { fromRow, toValues } from '../../../shared/session/session-rows.ts';
import { createSessionStore } from '../../../shared/session/session-store.ts';
import { createSessions } from '../../../shared/session/sessions.ts';
import { memoryTable } from '../support/memory-table.ts';
import { ahmad, steinar } from '../support/people.ts';
import { plantSession } from '../support/plant-session.ts';
import { problemOf } from '../support/problems.ts';
import { recordedTelemetry } from '../support/recorder.ts';
import { VirtualTime } from '../support/virtual-time.ts';

const at = Date.UTC(2026, 10, 23, 8);
const row = (values: Record<string, string | boolean>) => ({
  partitionKey: 's',
  rowKey: 'session',
  etag: '"1"',
  writtenAt: at,
  values,
});

describe('session rows', () => {
  const states: Exclude<Session, { state: 'absent' }>[] = [
    { state: 'leased', owner: 'p', leaseId: 'l-1' },
    { state: 'failed', owner: 'p', code: 'upstream-busy', retryAfterSeconds: 7 },
    { state: 'failed', owner: 'p', code: 'consent-revoked' },
    { state: 'held', owner: 'p', sealed: { salt: 'a', nonce: 'b', box: 'c' }, expiresAt: at },
    { state: 'ended', owner: 'p' },
  ];

  test('each state there and back', () => {
    for (const state of states) expect(fromRow(row(toValues(state, at)))).toEqual(state);
    expect(fromRow(undefined)).toEqual({ state: 'absent' });
  });

  test('an ended row carries nothing of what was held, and says when it may be swept', () => {
    expect(toValues({ state: 'ended', owner: 'p' }, at)).toEqual({
      state: 'ended',
      owner: 'p',
      purgeAt: '2026-11-23T08:00:00.000Z',
    });
  });

  test('a damaged row never shows anything', () => {
    expect(fromRow(row({}))).toEqual({ state: 'absent' });
    expect(fromRow(row({ state: 'HELD', owner: 'p' }))).toEqual({ state: 'absent' });
    expect(fromRow(row({ state: 'held', owner: 'p', expiresAt: 'soon' }))).toMatchObject({ expiresAt: 0 });
    expect(fromRow(row({ state: 'failed', owner: 'p', code: 'toString' }))).toMatchObject({
      code: 'upstream-unavailable',
    });
    expect(fromRow(row({ state: 'ended' }))).toEqual({ state: 'ended', owner: '' });
  });
});

const caller = {
  person: steinar,
  sessionId: 'sid-1',
  issuer: 'https://login.example',
  subject: undefined,
  issuedAt: undefined,
};

function setUp() {
  const time = new VirtualTime(at);
  const telemetry = recordedTelemetry();
  const table = memoryTable(time);
  const store = createSessionStore(table);
  const secrets = { personKey: new Hidden('A'.repeat(44)), sessionKey: new Hidden('B'.repeat(44)) };
  const sessions = createSessions({
    store,
    secrets,
    endedMs: 24 * 3_600_000,
    sessionMs: 3_600_000,
    settlePerson: async () => {},
    time,
    telemetry,
  });
  const deadline = Deadline.after(time, 1e9);
  const names = sessions.names(caller);
  const lease = () =>
    takeLease(
      store,
      time,
      { leaseMs: 2000, sessionMs: 3_600_000 },
      { key: names.session, owner: names.person, from: { session: { state: 'absent' }, etag: undefined } },
      deadline,
    );
  const sealed = { salt: 'a', nonce: 'b', box: 'c' };
  const hold = { event: 'hold', sealed, expiresAt: at + 1e6 } as const;
  const held = { state: 'held', owner: names.person, sealed, expiresAt: at + 1e6 } as const;
  return { time, telemetry, table, store, sessions, deadline, names, lease, hold, held };
}

describe('the lease', () => {
  test('is had by one of many', async () => {
    const { lease } = setUp();
    const all = await Promise.all(Array.from({ length: 20 }, () => lease()));
    expect(all.filter((one) => one !== undefined)).toHaveLength(1);
  });

  test('is renewed while its holder lives, at half its time, and not after it was released', async () => {
    const { lease, table, time, names, hold, deadline } = setUp();
    const mine = await lease();
    const writes: number[] = [];
    table.hooks.before = async (operation) => void (operation === 'replace' && writes.push(time.monotonic()));
    await time.pass(3500);
    expect(writes).toEqual([1000, 2000, 3000]);
    expect(await mine?.release(hold, at, deadline)).toBe(true);
    await time.pass(10_000);
    expect(writes).toHaveLength(4);
    expect(time.pending).toBe(0);
    expect(fromRow(table.rows.get(`${names.session}|session`)).state).toBe('held');
  });

  test('a logout meanwhile wins: nothing is held', async () => {
    const { lease, sessions, hold, deadline, table, names, time } = setUp();
    const mine = await lease();
    await sessions.end(caller, deadline);
    expect(await mine?.release(hold, at, deadline)).toBe(false);
    await time.pass(10_000);
    expect(fromRow(table.rows.get(`${names.session}|session`)).state).toBe('ended');
  });

  test('a renewal whose answer is still on its way is waited for: its new guard is the one that counts', async () => {
    const { lease, table, time, hold, deadline } = setUp();
    const mine = await lease();
    const replace = table.replace;
    table.replace = async (...given) => {
      const etag = await replace(...given);
      await time.sleep(500);
      return etag;
    };
    await time.pass(1100);
    table.replace = replace;
    expect(await time.run(mine?.release(hold, at, deadline) ?? Promise.resolve(false))).toBe(true);
  });

  test('erased meanwhile, and the renewal has found it: the release does not write the row anew', async () => {
    const { lease, sessions, store, hold, deadline, names, time } = setUp();
    await store.index(names.session, { persons: names.persons, subjects: [] }, at, deadline);
    const mine = await lease();
    await sessions.eraseOf(names.person, deadline);
    await time.pass(1500);
    expect(await mine?.release(hold, at, deadline)).toBe(false);
    expect((await store.read(names.session, deadline)).session.state).toBe('absent');
  });

  test('a logout between two renewals is found by the renewal, which does not bring the lease back', async () => {
    const { lease, sessions, hold, deadline, table, names, time } = setUp();
    const mine = await lease();
    await time.pass(1500);
    await sessions.end(caller, deadline);
    await time.pass(5000);
    expect(fromRow(table.rows.get(`${names.session}|session`)).state).toBe('ended');
    expect(await mine?.release(hold, at, deadline)).toBe(false);
  });
});

describe('sessions', () => {
  test('end: ended for the time set, the second time too; then every call is session-ended', async () => {
    const { sessions, deadline, table, names } = setUp();
    await sessions.admit(caller, deadline);
    await sessions.end(caller, deadline);
    await sessions.end(caller, deadline);
    expect(table.rows.get(`${names.session}|session`)?.values.purgeAt).toBe('2026-11-24T08:00:00.000Z');
    expect((await problemOf(() => sessions.admit(caller, deadline))).code).toBe('session-ended');
  });

  test('the same sid with another person is refused in every state, with an alert, and cannot log the first one out', async () => {
    for (const state of ['leased', 'failed', 'held', 'ended'] as const) {
      const { sessions, deadline, store, names, telemetry, held, table } = setUp();
      const owner = names.person;
      const row = {
        leased: { state, owner, leaseId: 'l' },
        failed: { state, owner, code: 'internal' },
        held,
        ended: { state, owner },
      }[state];
      plantSession(table, names.session, row as Session);
      const stranger = { ...caller, person: ahmad };
      for (const call of [sessions.admit, sessions.end])
        expect((await problemOf(() => call(stranger, deadline))).code).toBe('person-token-invalid');
      expect(telemetry.of('session-of-another-person')).toHaveLength(2);
      expect((await store.read(names.session, deadline)).session.state).toBe(state);
    }
  });

  test('erasing for a person takes what is held in every session of that person, and leaves what has ended', async () => {
    const { sessions, deadline, store, held, names, table } = setUp();
    const keys = ['one', 'two', 'three'];
    for (const key of keys) await store.index(key, { persons: names.persons, subjects: [] }, at, deadline);
    plantSession(table, 'one', held);
    plantSession(table, 'two', { state: 'ended', owner: names.person });
    plantSession(table, 'other', { ...held, owner: 'somebody' });
    await sessions.eraseOf(names.person, deadline);
    const states = await Promise.all(
      [...keys, 'other'].map(async (key) => (await store.read(key, deadline)).session.state),
    );
    expect(states).toEqual(['absent', 'ended', 'absent', 'held']);
  });

  test('no sid, national id or sub in any row', async () => {
    const { sessions, deadline, table, names } = setUp();
    const withSubject = { ...caller, subject: 'subject-7' };
    const named = sessions.names(withSubject);
    await sessions.enter(withSubject, named, deadline);
    expect([...table.rows.values()].map(({ partitionKey }) => partitionKey.split('-')[0]).sort()).toEqual([
      'person',
      'subject',
    ]);
    await sessions.end(caller, deadline);
    expect(names.session).toBe(named.session);
    expect(JSON.stringify([...table.rows.values()])).not.toMatch(/sid-1|subject-7|01085301957/);
  });
});
