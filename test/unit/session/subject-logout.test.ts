// Logouts of a subject, and the lists that lead from the subject to its sessions: real sessions, look-up and consent on tables in memory.
import { describe, expect, test } from 'vitest';
import type { Caller } from '../../../shared/person/caller.ts';
import { ProblemError } from '../../../shared/problems.ts';
import { loginOf, loginWorld } from '../support/login-world.ts';
import { plantText, storedSession } from '../support/plant-session.ts';
import { faultOf, problemOf } from '../support/problems.ts';

const hour = 3_600_000;

async function setUp(environment: Record<string, string> = {}) {
  const world = loginWorld(environment);
  const { time, tables, sessions, far, ask, readPerson, person } = world;
  await world.giveConsent();
  let jti = 0;
  const notice = (issuedAt: number, by: { sub: string } | { sid: string } = { sub: 'subject-7' }) => {
    jti += 1;
    return { issuer: 'https://login.bank.example', jti: `jti-${jti}`, issuedAt, expiresAt: issuedAt + 120_000, ...by };
  };
  const nameOf = (caller: Caller) => sessions.names(caller).sessionKey;
  const stateOf = (caller: Caller) => storedSession(tables.sessions, nameOf(caller))?.state ?? 'absent';
  const subjectRow = () => [...tables.sessions.rows.values()].find(({ rowKey }) => rowKey === 'subject');
  const subject = () => JSON.parse(String(subjectRow()?.values.doc)) as { sessions: { session: string }[] };
  const listed = () => subject().sessions.map(({ session }) => session);
  const listedWithPerson = async () => (await readPerson([person], far)).person.sessions.map(({ session }) => session);
  const codeOf = async (caller: Caller) => (await problemOf(() => time.run(ask(caller)))).code;
  const logIn = async (sid: string) => {
    // `iat` counts whole seconds, and a login in the second of the logout counts as earlier.
    await time.pass(1000);
    const caller = loginOf(sid, time.now());
    await time.run(ask(caller));
    return caller;
  };
  const used = { nameOf, stateOf, subjectRow, subject, listed, listedWithPerson, codeOf, logIn, notice };
  return {
    ...world,
    ...used,
    endByNotice: (given: ReturnType<typeof notice>) => time.run(sessions.endByNotice(given, far)),
  };
}

describe('a logout token by sub', () => {
  test('ends every session issued up to it, with a row or not, and leaves sessions issued later', async () => {
    const { time, endByNotice, notice, logIn, stateOf, listed, nameOf, codeOf, party, ask } = await setUp();
    const [one, two] = [await logIn('sid-1'), await logIn('sid-2')];
    const seen = loginOf('sid-3', time.now());
    const at = time.now();
    const later = await logIn('sid-4');
    await endByNotice(notice(at));
    expect([one, two, later].map(stateOf)).toEqual(['ended', 'ended', 'held']);
    expect(listed()).toEqual([nameOf(later)]);
    for (const caller of [one, two, seen]) expect(await codeOf(caller)).toBe('session-ended');
    // The session had no row and gets none.
    expect(stateOf(seen)).toBe('absent');
    party.calls.length = 0;
    await time.run(ask(later));
    expect(party.calls).toEqual([]);
  });

  test('ends no session if it is older than all of them', async () => {
    const { time, endByNotice, notice, logIn, stateOf, ask } = await setUp();
    const before = time.now();
    const callers = [await logIn('sid-1'), await logIn('sid-2')];
    await endByNotice(notice(before));
    expect(callers.map(stateOf)).toEqual(['held', 'held']);
    for (const caller of callers) await time.run(ask(caller));
  });

  test('counts by the first token of a session: a refreshed token does not save the session from the logout', async () => {
    const { time, endByNotice, notice, logIn, stateOf, ask, codeOf } = await setUp();
    const first = await logIn('sid-1');
    await time.pass(hour);
    const at = time.now() - 1000;
    const refreshed = { ...first, issuedAt: time.now() };
    await time.run(ask(refreshed));
    await endByNotice(notice(at));
    expect(stateOf(first)).toBe('ended');
    expect(await codeOf(refreshed)).toBe('session-ended');
  });

  test('that arrives after a newer one changes nothing: earlier sessions stay ended, later ones go on', async () => {
    const { time, endByNotice, notice, logIn, stateOf, codeOf } = await setUp();
    const old = notice(time.now());
    const between = await logIn('sid-1');
    await time.pass(1000);
    await endByNotice(notice(time.now()));
    const after = await logIn('sid-2');
    await endByNotice(old);
    expect([between, after].map(stateOf)).toEqual(['ended', 'held']);
    expect(await codeOf(between)).toBe('session-ended');
  });

  test('is completed when sent again after being cut short at any table operation: all sessions are ended', async () => {
    for (let nth = 1; nth <= 8; nth++)
      for (const when of ['before', 'after'] as const) {
        const { time, endByNotice, notice, logIn, stateOf, tables } = await setUp();
        const callers = [await logIn('sid-1'), await logIn('sid-2')];
        const given = notice(time.now());
        tables.sessions.trouble(when, nth);
        const fault = await endByNotice(given).then(
          () => 'none',
          (error: { code: string }) => error.code,
        );
        if (fault !== 'none') expect(fault).toBe('upstream-unavailable');
        // The `jti` was stored last, so nothing is left to do: a second one would be refused.
        const isDone = [...tables.sessions.rows.values()].some(({ rowKey }) => rowKey === 'jti');
        if (!isDone) await endByNotice(given);
        expect([nth, when, ...callers.map(stateOf)]).toEqual([nth, when, 'ended', 'ended']);
        expect(await faultOf(() => endByNotice(given))).toBe('request-invalid logout-token-repeated');
      }
  });

  test('has its jti remembered for longer than the token is accepted', async () => {
    const { endByNotice, notice, time, tables } = await setUp();
    const given = notice(time.now());
    await endByNotice(given);
    const row = [...tables.sessions.rows.values()].find(({ rowKey }) => rowKey === 'jti');
    // The `exp` has a tolerance of 30 seconds.
    expect(Date.parse(String(row?.values.purgeAt))).toBeGreaterThan(given.expiresAt + 30_000);
  });
});

describe("a subject's row that cannot be read", () => {
  const damages = [
    '{',
    '[]',
    '{"v":2,"sessions":[],"purgeAt":1}',
    '{"v":1,"sessions":[],"purgeAt":"soon"}',
    '{"v":1,"loggedOutAt":1e300,"sessions":[],"purgeAt":1}',
  ];

  test.each(damages)('%s: upstream-unavailable for that customer alone, until a logout replaces it', async (doc) => {
    const { time, tables, logIn, subjectRow, ask, codeOf, sessions, far, telemetry } = await setUp();
    await logIn('sid-1');
    const name = subjectRow()?.partitionKey ?? '';
    plantText(tables.sessions, name, doc, 'subject');
    const caller = loginOf('sid-2', time.now());
    expect(await faultOf(() => time.run(ask(caller)))).toBe('upstream-unavailable row-unreadable-subject');
    expect(telemetry.of('row-unreadable')).toMatchObject([{ alert: true, kind: 'subject' }]);
    expect(tables.sessions.rows.get(`${name}|subject`)?.values.doc).toBe(doc);
    // Another subject is served.
    await time.run(ask({ ...caller, subject: 'subject-8', sessionId: 'sid-3' }));
    await time.run(sessions.end(caller, far));
    expect(await codeOf(caller)).toBe('session-ended');
    await logIn('sid-4');
  });

  test.each(damages)(
    '%s: a logout token replaces it, and ends the sessions that the row may have listed',
    async (doc) => {
      const { time, tables, logIn, subjectRow, nameOf, notice, endByNotice, stateOf, codeOf, subject } = await setUp();
      const caller = await logIn('sid-1');
      const name = subjectRow()?.partitionKey ?? '';
      plantText(tables.sessions, name, `${doc} "${nameOf(caller)}"`, 'subject');
      const at = time.now();
      await endByNotice(notice(at));
      expect(stateOf(caller)).toBe('ended');
      expect(subject()).toMatchObject({ loggedOutAt: at, sessions: [] });
      expect(await codeOf(loginOf('sid-5', at))).toBe('session-ended');
      await logIn('sid-6');
    },
  );
});

test('a row that cannot be read may hold a newer logout: a late notice does not undo that logout', async () => {
  const { time, tables, logIn, subjectRow, notice, endByNotice, codeOf } = await setUp();
  const old = notice(time.now());
  await logIn('sid-1');
  const between = loginOf('sid-2', time.now());
  await time.pass(1000);
  // Written by a later version that has been rolled back since.
  const doc = JSON.stringify({ v: 2, loggedOutAt: time.now(), sessions: [], purgeAt: time.now() + hour });
  plantText(tables.sessions, subjectRow()?.partitionKey ?? '', doc, 'subject');
  await endByNotice(old);
  expect(await codeOf(between)).toBe('session-ended');
  await logIn('sid-3');
});

describe('more sessions of a subject than the list holds', () => {
  test('the oldest is erased before it leaves the lists of customer and subject', async () => {
    const { tables, logIn, listed, nameOf, stateOf, listedWithPerson, time, ask, party } = await setUp();
    const callers: Caller[] = [];
    for (let index = 0; index < 20; index++) callers.push(await logIn(`sid-${index}`));
    expect(listed()).toEqual(callers.map(nameOf));
    const [oldest, second] = callers as [Caller, Caller];
    /** The state of the oldest session when it had just left a list. */
    const seen: string[] = [];
    const watch = (name: keyof typeof tables, rowKey: string) => {
      tables[name].hooks.after = async () => {
        const row = [...tables[name].rows.values()].find((one) => one.rowKey === rowKey);
        if (!String(row?.values.doc).includes(nameOf(oldest))) seen.push(`${name} ${String(stateOf(oldest))}`);
      };
    };
    watch('sessions', 'subject');
    watch('consents', 'person');
    const last = await logIn('sid-20');
    expect(new Set(seen)).toEqual(new Set(['sessions absent', 'consents absent']));
    expect([stateOf(oldest), stateOf(second), stateOf(last)]).toEqual(['absent', 'held', 'held']);
    expect(listed()).toEqual([...callers.slice(1), last].map(nameOf));
    expect(await listedWithPerson()).toEqual(listed());
    // The session itself continues: it is looked up again, and the next oldest leaves the list.
    party.calls.length = 0;
    await time.run(ask(oldest));
    expect([party.calls.length, stateOf(oldest), stateOf(second)]).toEqual([1, 'held', 'absent']);
  });

  test('if the oldest cannot be erased it stays listed, and Lånekassen is not called for the new one', async () => {
    const { tables, logIn, listed, nameOf, stateOf, time, ask, party, listedWithPerson } = await setUp();
    const callers: Caller[] = [];
    for (let index = 0; index < 20; index++) callers.push(await logIn(`sid-${index}`));
    const oldest = nameOf(callers[0] as Caller);
    tables.sessions.hooks.before = async (operation, key) => {
      if (operation === 'remove' && key === oldest) throw new ProblemError('upstream-unavailable');
    };
    party.calls.length = 0;
    expect((await problemOf(() => time.run(ask(loginOf('sid-20', time.now()))))).code).toBe('upstream-unavailable');
    expect(party.calls).toEqual([]);
    expect(stateOf(callers[0] as Caller)).toBe('held');
    expect(listed()).toContain(oldest);
    expect(await listedWithPerson()).toContain(oldest);
  });
});

describe('while SESSION_KEY_SECRET is rotated', () => {
  const secretOf = (byte: number) => Buffer.alloc(32, byte).toString('base64');
  const [old, next] = [secretOf(2), secretOf(3)];
  const oldAlone = { SESSION_KEY_SECRET: old };
  const both = { SESSION_KEY_SECRET: next, SESSION_KEY_SECRET_SECONDARY: old };
  const notYet = { SESSION_KEY_SECRET: old, SESSION_KEY_SECRET_SECONDARY: next };

  test.each([
    ['entered by one that knows both, ended by one that knows the old one alone', both, oldAlone],
    ['entered by one that knows the old one alone, ended by one that knows both', oldAlone, both],
    ['entered by one that has the new one first, ended by one that has it second', both, notYet],
    ['entered by one that has the new one second, ended by one that has it first', notYet, both],
  ])('%s: a logout of the subject ends the session for each of them', async (_what, entering, ending) => {
    const first = await setUp(entering);
    const other = loginWorld(ending, first);
    const caller = await first.logIn('sid-1');
    const sessionRows = () => [...first.tables.sessions.rows.values()].filter(({ rowKey }) => rowKey === 'session');
    expect(sessionRows().map(({ partitionKey }) => storedSession(first.tables.sessions, partitionKey)?.state)).toEqual([
      'held',
    ]);
    await first.time.run(other.sessions.endByNotice(first.notice(first.time.now()), first.far));
    for (const { partitionKey } of sessionRows())
      expect(storedSession(first.tables.sessions, partitionKey)?.state).toBe('ended');
    for (const { ask } of [first, other])
      expect((await problemOf(() => first.time.run(ask(caller)))).code).toBe('session-ended');
  });

  test('a process with both secrets waits for a look-up that a process with only the old secret has begun', async () => {
    const first = await setUp(oldAlone);
    const other = loginWorld(both, first);
    first.party.altinnMs = 1000;
    const caller = loginOf('sid-1', first.time.now());
    const begun = first.ask(caller);
    await first.time.pass(300);
    const [one, two] = await first.time.run(Promise.all([begun, other.ask(caller)]));
    expect(two).toEqual(one);
    expect([...first.party.calls, ...other.party.calls]).toHaveLength(1);
  });

  test('a session that leaves the list is erased, whichever secret its row is named by', async () => {
    const before = await setUp(notYet);
    const callers: Caller[] = [];
    for (let index = 0; index < 20; index++) callers.push(await before.logIn(`sid-${index}`));
    const after = loginWorld(both, before);
    await before.time.run(after.ask(loginOf('sid-20', before.time.now())));
    expect(callers.slice(0, 2).map(before.stateOf)).toEqual(['absent', 'held']);
  });
});
