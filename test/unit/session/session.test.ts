import { describe, expect, test } from 'vitest';
import type { SessionRow } from '../../../shared/session/session.ts';
import { anyKey } from '../support/any-key.ts';
import { ahmad } from '../support/people.ts';
import { plantSession, plantText, storedSession } from '../support/plant-session.ts';
import { faultOf, problemOf } from '../support/problems.ts';
import { at, caller, sealed, setUp } from './session-world.ts';

const p = anyKey('p'.repeat(43));

describe('session rows', () => {
  const states: SessionRow[] = [
    { state: 'leased', owner: p, leaseId: 'l-1', purgeAt: 1 },
    { state: 'failed', owner: p, code: 'upstream-busy', retryAfterSeconds: 7, purgeAt: 2 },
    { state: 'failed', owner: p, code: 'consent-revoked', purgeAt: 3 },
    { state: 'held', owner: p, sealed, expiresAt: at, purgeAt: at },
    { state: 'ended', owner: p, purgeAt: 5 },
    // The identity provider ended the session before the app saw it.
    { state: 'ended', owner: '', purgeAt: 6 },
  ];

  test('are written and read back in each state', async () => {
    const { rows, deadline } = setUp();
    for (const [index, state] of states.entries()) {
      await rows.change(`s-${index}`, deadline, () => ({ result: undefined, next: state }));
      expect((await rows.read(`s-${index}`, deadline)).doc).toEqual(state);
    }
    expect((await rows.read('none', deadline)).doc).toBeUndefined();
  });

  test('in state ended contain nothing of the held saldo, and have the time when they may be deleted', async () => {
    const { sessions, deadline, table, names, held } = setUp();
    plantSession(table, names.sessionKey, held);
    await sessions.end(caller, deadline);
    const purgeAt = at + 24 * 3_600_000;
    expect(table.rows.get(`${names.sessionKey}|session`)?.values).toEqual({
      doc: JSON.stringify({ v: 1, state: 'ended', owner: names.personKey, purgeAt }),
      purgeAt: '2026-11-24T08:00:00.000Z',
    });
  });

  test('with a failure of an unknown code show an outage', async () => {
    const { rows, deadline, table } = setUp();
    plantText(table, 's', JSON.stringify({ v: 1, state: 'failed', owner: p, code: 'toString', purgeAt: 1 }));
    expect((await rows.read('s', deadline)).doc).toMatchObject({ code: 'upstream-unavailable' });
  });
});

describe('a session row that cannot be read', () => {
  const held = { v: 1, state: 'held', owner: p, sealed, expiresAt: at + 1e6, purgeAt: at };
  const damages: [string, string][] = [
    ['no JSON', '{"v":1,'],
    ['nothing', ''],
    ['another kind of value', '[]'],
    ['no state', JSON.stringify({ v: 1 })],
    ['a state in capitals', JSON.stringify({ ...held, state: 'HELD' })],
    ['a state of a later version', JSON.stringify({ ...held, state: 'parked' })],
    ['a newer schema', JSON.stringify({ ...held, v: 2 })],
    ['a property that is not known', JSON.stringify({ ...held, shown: true })],
    ['no seal', JSON.stringify({ ...held, sealed: undefined })],
    ['a date as text', JSON.stringify({ ...held, expiresAt: 'soon' })],
    ['an absurd date', JSON.stringify({ ...held, expiresAt: 1e300 })],
    ['an owner that is no name', JSON.stringify({ ...held, owner: 'p' })],
    ['ended, and no owner', JSON.stringify({ v: 1, state: 'ended', purgeAt: at })],
  ];

  test.each(damages)(
    '%s: only this customer gets upstream-unavailable, and a logout still ends the session',
    async (_what, doc) => {
      const { sessions, deadline, table, names, telemetry, stateNow } = setUp();
      plantText(table, names.sessionKey, doc);
      expect(await faultOf(() => sessions.admit(caller, deadline))).toBe('upstream-unavailable row-unreadable-session');
      expect(telemetry.of('row-unreadable')).toMatchObject([{ alert: true, kind: 'session' }]);
      // Another session is served.
      await sessions.admit({ ...caller, sessionId: 'sid-2' }, deadline);
      expect(table.rows.get(`${names.sessionKey}|session`)?.values.doc).toBe(doc);
      await sessions.end(caller, deadline);
      expect(stateNow()).toBe('ended');
      expect((await problemOf(() => sessions.admit(caller, deadline))).code).toBe('session-ended');
    },
  );

  test.each(damages)(
    '%s: an erasure leaves nothing of the saldo in it, and a logout token of its sid ends the session',
    async (_what, doc) => {
      const { sessions, deadline, table, names, stateNow } = setUp();
      plantText(table, names.sessionKey, doc);
      await sessions.erase(names.sessionKey, deadline);
      const erased = JSON.stringify(table.rows.get(`${names.sessionKey}|session`)?.values);
      expect(erased).not.toContain(JSON.stringify(doc));
      for (const part of [...Object.keys(sealed), 'sealed']) expect(erased).not.toContain(part);
      plantText(table, names.sessionKey, doc);
      const notice = { issuer: caller.issuer, jti: 'j', sid: 'sid-1', issuedAt: at, expiresAt: at + 60_000 };
      await sessions.endByNotice(notice, deadline);
      expect(stateNow()).toBe('ended');
    },
  );
});

test('a row that cannot be read may be one that has ended: an erasure does not open the session again', async () => {
  const { sessions, deadline, table, names } = setUp();
  // Written by a later version that has been rolled back since.
  plantText(
    table,
    names.sessionKey,
    JSON.stringify({ v: 2, state: 'ended', owner: names.personKey, purgeAt: at, why: 'sid' }),
  );
  await sessions.erase(names.sessionKey, deadline);
  expect(['session-ended', 'upstream-unavailable']).toContain(
    (await problemOf(() => sessions.admit(caller, deadline))).code,
  );
  await sessions.end(caller, deadline);
  expect((await problemOf(() => sessions.admit(caller, deadline))).code).toBe('session-ended');
});

describe('sessions', () => {
  test('that are ended, once or twice, stay ended for the configured time: every call is session-ended', async () => {
    const { sessions, deadline, table, names } = setUp();
    await sessions.admit(caller, deadline);
    await sessions.end(caller, deadline);
    await sessions.end(caller, deadline);
    expect(table.rows.get(`${names.sessionKey}|session`)?.values.purgeAt).toBe('2026-11-24T08:00:00.000Z');
    expect((await problemOf(() => sessions.admit(caller, deadline))).code).toBe('session-ended');
  });

  test('refuse the same sid with another person in every state, with an alert, and that person cannot log the first one out', async () => {
    for (const state of ['leased', 'failed', 'held', 'ended'] as const) {
      const { sessions, deadline, names, telemetry, held, table, stateNow } = setUp();
      const owner = names.personKey;
      const row = {
        leased: { state, owner, leaseId: 'l' },
        failed: { state, owner, code: 'internal' },
        held,
        ended: { state, owner },
      }[state];
      plantSession(table, names.sessionKey, row as SessionRow);
      const stranger = { ...caller, nationalId: ahmad };
      for (const call of ['admit', 'end'] as const)
        expect((await problemOf(() => sessions[call](stranger, deadline))).code).toBe('person-token-invalid');
      expect(telemetry.of('session-of-another-person')).toHaveLength(2);
      expect(stateNow()).toBe(state);
    }
  });

  test('that are erased lose their held saldo, and no other session does; an ended session stays ended', async () => {
    const { sessions, deadline, held, names, table } = setUp();
    plantSession(table, 'one', held);
    plantSession(table, 'two', { state: 'ended', owner: names.personKey });
    plantSession(table, 'three', { state: 'leased', owner: names.personKey, leaseId: 'l' });
    plantSession(table, 'other', held);
    for (const key of ['one', 'two', 'three', 'none']) await sessions.erase(anyKey(key), deadline);
    const states = ['one', 'two', 'three', 'none', 'other'].map((key) => storedSession(table, key)?.state ?? 'absent');
    expect(states).toEqual(['absent', 'ended', 'absent', 'absent', 'held']);
  });

  test('have no sid, national id or sub in any row', async () => {
    const { sessions, deadline, table, names } = setUp();
    const withSubject = { ...caller, subject: 'subject-7', issuedAt: at };
    const admission = await sessions.admit(withSubject, deadline);
    await sessions.enter(withSubject, admission, deadline);
    await sessions.end(withSubject, deadline);
    const notice = { issuer: caller.issuer, jti: 'jti-9', sub: 'subject-7', issuedAt: at, expiresAt: at + 60_000 };
    await sessions.endByNotice(notice, deadline);
    expect([...table.rows.values()].map(({ rowKey }) => rowKey).sort()).toEqual(['jti', 'session', 'subject']);
    expect(admission.names.sessionKey).toBe(names.sessionKey);
    expect(JSON.stringify([...table.rows.values()])).not.toMatch(/sid-1|subject-7|jti-9|01085301957/);
  });
});
