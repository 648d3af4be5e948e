import { describe, expect, test } from 'vitest';
import type { Caller } from '../../../shared/person/caller.ts';
import type { ProblemCode } from '../../../shared/problem-catalogue.ts';
import { ProblemError } from '../../../shared/problems.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import { FetchLost } from '../../../shared/saldo/fetch-ports.ts';
import { createHeldSaldo } from '../../../shared/saldo/held-saldo.ts';
import { SaldoLookup } from '../../../shared/saldo/saldo-lookup.ts';
import type { Failure } from '../../../shared/telemetry/failure.ts';
import { loginOf, loginWorld } from '../support/login-world.ts';
import { plantSession, storedSession } from '../support/plant-session.ts';
import { problemOf } from '../support/problems.ts';

const hour = 3_600_000;
const caller: Caller = { ...loginOf('sid-1', undefined), subject: undefined };

/** Instances of the app on the same tables. `upstream` replaces the fetch: how long it takes, and how it ends. */
async function setUp(validForMs = 30 * 24 * hour) {
  const world = loginWorld();
  const { time, tables, secrets, sessions, people, consentCheck, rows, readPerson, telemetry, far } = world;
  const validTo = time.startedAt + validForMs;
  await world.giveConsent(validTo);
  const upstream = {
    asked: 0,
    /** Calls that were made after a pause. */
    called: 0,
    takesMs: 300,
    line: { pauseMs: 0, waitMs: 0 },
    /** The upstream asks for this pause, as by a 429. No call is made before the pause is over. */
    pauseMs: 0,
    fault: undefined as ProblemCode | undefined,
    failure: undefined as Failure | undefined,
    /** Runs between the admission and the writes that make the session findable. */
    between: async () => {},
  };
  const instance = () =>
    new SaldoLookup({
      withdrawUrl: 'https://altinn.example/active',
      ...{ rows, readPerson, time, telemetry },
      held: createHeldSaldo(secrets.sealing),
      consentCheck: {
        register: (...given) => consentCheck.register(...given),
        async findActive(...given) {
          await upstream.between();
          return consentCheck.findActive(...given);
        },
      },
      async fetch(_caller, _found, deadline, { onPause, isLost, registered }) {
        const active = await registered;
        upstream.asked += 1;
        if (upstream.pauseMs > 0) {
          await time.sleep(50);
          upstream.line = { pauseMs: upstream.pauseMs, waitMs: upstream.pauseMs };
          onPause(upstream.pauseMs);
          await time.sleep(upstream.pauseMs);
          if (isLost()) throw new FetchLost();
          upstream.called += 1;
        }
        await deadline.bound((signal) => time.sleep(upstream.takesMs, signal));
        if (upstream.fault)
          throw new ProblemError(upstream.fault, {
            retryAfterSeconds: 9,
            ...(upstream.failure === undefined ? {} : { failure: upstream.failure }),
          });
        const { consent, until } = await consentCheck.recordUse(active, 'saldo-fetched', deadline);
        return { consentValidTo: consent.validTo, heldUntil: until, fetchedAt: time.now(), accounts: [] };
      },
      queueWait: () => upstream.line,
      enter: (...given) => sessions.enter(...given),
      numbers: { leaseMs: 2000, sessionMs: hour, lookupDeadlineMs: 20_000, renewBeforeMs: 0, maxRetryAfterMs: 45_000 },
    });
  const ask = async (lookup = instance(), timeoutMs = 8000, asking: Caller = caller) => {
    const deadline = Deadline.after(time, timeoutMs);
    return lookup.lookUp(asking, await sessions.admit(asking, deadline), deadline);
  };
  const { sessionKey: session } = sessions.names(caller);
  const stateNow = () => storedSession(tables.sessions, session)?.state ?? 'absent';
  /** Runs before every operation on either table. */
  const onTable = (hook: (operation: string) => Promise<void>) => {
    tables.sessions.hooks.before = hook;
    tables.consents.hooks.before = hook;
  };
  return {
    ...world,
    table: tables.sessions,
    people,
    upstream,
    instance,
    ask,
    stateNow,
    session,
    onTable,
    far,
    validTo,
  };
}

describe('a look-up', () => {
  test('is made once in each session, on any number of instances and with any number of calls at once', async () => {
    const { time, upstream, ask, instance } = await setUp();
    const instances = [instance(), instance(), instance()];
    const all = await time.run(Promise.all(Array.from({ length: 30 }, (_, index) => ask(instances[index % 3]))));
    expect(new Set(all.map((saldo) => saldo.fetchedAt)).size).toBe(1);
    await time.run(ask());
    expect(upstream.asked).toBe(1);
  });

  test('is made again when its hour is over, and not before', async () => {
    const { time, upstream, ask } = await setUp();
    await time.run(ask());
    await time.pass(hour - 1);
    await time.run(ask());
    expect(upstream.asked).toBe(1);
    await time.pass(1);
    await time.run(ask());
    expect(upstream.asked).toBe(2);
  });

  test("that is still in the queue when the caller's time is over answers busy with the rest of the queue wait, and keeps its place", async () => {
    const { time, upstream, ask, instance } = await setUp();
    upstream.takesMs = 15_000;
    upstream.line = { pauseMs: 0, waitMs: 12_000 };
    const lookup = instance();
    const { code, retryAfterSeconds } = await problemOf(() => time.run(ask(lookup)));
    expect(code).toBe('upstream-busy');
    expect(retryAfterSeconds).toBeGreaterThanOrEqual(12);
    expect(retryAfterSeconds).toBeLessThanOrEqual(15);
    // Whatever the queue, no caller gets more than the setting allows, plus its jitter.
    upstream.line.waitMs = 9_999_999;
    expect((await problemOf(() => time.run(ask(instance(), 1000)))).retryAfterSeconds).toBeLessThanOrEqual(54);
    await time.pass(7000);
    await time.run(ask());
    expect(upstream.asked).toBe(1);
  });

  test("that meets a pause longer than the caller's time reports it at once and in full, and keeps its place", async () => {
    const { time, upstream, ask, instance } = await setUp();
    upstream.pauseMs = 12_000;
    const lookup = instance();
    const startedAt = time.monotonic();
    const [one, other] = await Promise.all([
      problemOf(() => time.run(ask(lookup))),
      problemOf(() => time.run(ask(lookup))),
    ]);
    expect(time.monotonic() - startedAt).toBeLessThan(1000);
    for (const { code, retryAfterSeconds } of [one, other]) {
      expect(code).toBe('upstream-busy');
      expect(retryAfterSeconds).toBeGreaterThanOrEqual(12);
      expect(retryAfterSeconds).toBeLessThanOrEqual(15);
    }
    // A caller that arrives during the pause gets the same answer without waiting, and no other call is made.
    await time.pass(1000);
    expect((await problemOf(() => time.run(ask(lookup)))).code).toBe('upstream-busy');
    await time.pass(12_000);
    await time.run(ask(lookup));
    expect(upstream.asked).toBe(1);
  });

  test('makes no call if its session is logged out during the pause', async () => {
    const { time, upstream, sessions, ask, instance, far } = await setUp();
    upstream.pauseMs = 12_000;
    const lookup = instance();
    expect((await problemOf(() => time.run(ask(lookup)))).code).toBe('upstream-busy');
    await time.run(sessions.end(caller, far));
    await time.pass(15_000);
    expect([upstream.asked, upstream.called]).toEqual([1, 0]);
    expect((await problemOf(() => time.run(ask(lookup)))).code).toBe('session-ended');
  });

  test('reports a pause in full even if it is longer than the limit for queue waits; a caller with enough time waits for it', async () => {
    const long = await setUp();
    long.upstream.pauseMs = 70_000;
    expect((await problemOf(() => long.time.run(long.ask()))).retryAfterSeconds).toBeGreaterThanOrEqual(70);
    const short = await setUp();
    short.upstream.pauseMs = 3000;
    await short.time.run(short.ask());
    expect(short.upstream.asked).toBe(1);
  });

  test('reports a pause to a caller that has almost no time left, and leaves no unhandled rejection', async () => {
    const { time, upstream, ask, instance } = await setUp();
    const unheard: unknown[] = [];
    const note = (reason: unknown) => void unheard.push(reason);
    process.on('unhandledRejection', note);
    upstream.pauseMs = 60_000;
    const lookup = instance();
    expect((await problemOf(() => time.run(ask(lookup)))).code).toBe('upstream-busy');
    expect((await problemOf(() => time.run(ask(lookup, 50)))).code).toBe('upstream-busy');
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(unheard).toEqual([]);
  });

  test('that waits for another instance stops reading the row when its caller has disconnected', async () => {
    const { time, table, upstream, ask, instance } = await setUp();
    upstream.takesMs = 19_000;
    const leading = problemOf(() => ask(instance()));
    await time.pass(100);
    const waiting = problemOf(() => ask(instance(), 2000));
    await time.pass(4000);
    let reads = 0;
    table.hooks.before = async (operation) => {
      if (operation === 'read') reads += 1;
    };
    await time.pass(5000);
    expect(reads).toBe(0);
    expect([(await leading).code, (await waiting).code]).toEqual(['saldo-not-ready', 'saldo-not-ready']);
  });

  test("is not held beyond the consent's validTo", async () => {
    const { time, ask, validTo, table, session } = await setUp(60_000);
    await time.run(ask());
    expect(storedSession(table, session)).toMatchObject({ expiresAt: validTo, purgeAt: validTo });
    await time.pass(60_000);
    expect((await problemOf(() => time.run(ask()))).code).toBe('consent-expired');
  });

  test('returns the failed party and the kind of failure to every caller: leader, joiner, another instance, and later ones', async () => {
    const { time, upstream, ask, instance } = await setUp();
    upstream.fault = 'upstream-unavailable';
    upstream.failure = { party: 'altinn', kind: 'unavailable' };
    const lookup = instance();
    const waiting = [ask(lookup), ask(lookup), ask(instance())].map((one) => problemOf(() => one));
    const problems = await time.run(Promise.all(waiting));
    problems.push(await problemOf(() => time.run(ask(instance()))));
    expect(upstream.asked).toBe(1);
    expect(problems.map(({ failure }) => failure)).toEqual(Array(4).fill(upstream.failure));
  });

  test('that fails answers all waiting callers, and callers that arrive within two seconds', async () => {
    const { time, upstream, ask, instance } = await setUp();
    upstream.fault = 'upstream-busy';
    const both = await time.run(Promise.allSettled([ask(instance()), ask(instance())]));
    for (const one of both)
      expect(one).toMatchObject({ status: 'rejected', reason: { code: 'upstream-busy', retryAfterSeconds: 9 } });
    expect(upstream.asked).toBe(1);
    await problemOf(() => time.run(ask()));
    expect(upstream.asked).toBe(1);
    upstream.fault = undefined;
    await time.pass(2000);
    await time.run(ask());
    expect(upstream.asked).toBe(2);
  });

  test('whose caller runs out of time goes on, and its saldo is held', async () => {
    const { time, upstream, ask, instance } = await setUp();
    upstream.takesMs = 12_000;
    const lookup = instance();
    const problem = await problemOf(() => time.run(ask(lookup, 8000)));
    expect(problem.code).toBe('saldo-not-ready');
    expect(problem.retryAfterSeconds).toBeGreaterThanOrEqual(2);
    expect(problem.retryAfterSeconds).toBeLessThanOrEqual(5);
    await time.pass(5000);
    await time.run(ask(instance()));
    expect(upstream.asked).toBe(1);
  });

  test('takes the lease over from an instance that died', async () => {
    const { time, upstream, ask, sessions, table, session } = await setUp();
    const { personKey: person } = sessions.names(caller);
    plantSession(table, session, { state: 'leased', owner: person, leaseId: 'dead' });
    const startedAt = time.monotonic();
    await time.run(ask());
    expect(upstream.asked).toBe(1);
    expect(time.monotonic() - startedAt).toBeLessThan(4500);
  });
});

describe('no saldo is held', () => {
  test('after a logout during the fetch: session-ended, and the row stays ended', async () => {
    const { time, ask, sessions, stateNow, far } = await setUp();
    const asked = ask();
    asked.catch(() => {});
    await time.pass(100);
    await sessions.end(caller, far);
    expect((await problemOf(() => time.run(asked))).code).toBe('session-ended');
    expect(stateNow()).toBe('ended');
  });

  describe('for a session whose subject is logged out between the admission and the registration', () => {
    const setUpLogout = async () => {
      const world = await setUp();
      const { time, upstream, sessions, far } = world;
      const issuedAt = time.now() - 10_000;
      const loggedIn = loginOf('sid-1', issuedAt);
      const logOut = () => {
        upstream.between = async () => {};
        const { issuer } = caller;
        const notice = {
          issuer,
          jti: 'j',
          sub: 'subject-7',
          issuedAt: time.now() - 5000,
          expiresAt: time.now() + 60_000,
        };
        return sessions.endByNotice(notice, far);
      };
      return { ...world, loggedIn, logOut };
    };

    test('session-ended: Lånekassen is not called, and nothing is held', async () => {
      const { time, upstream, ask, instance, stateNow, loggedIn, logOut } = await setUpLogout();
      upstream.between = logOut;
      expect((await problemOf(() => time.run(ask(instance(), 8000, loggedIn)))).code).toBe('session-ended');
      expect([upstream.asked, stateNow()]).toEqual([0, 'absent']);
      await time.pass(5000);
      expect((await problemOf(() => time.run(ask(instance(), 8000, loggedIn)))).code).toBe('session-ended');
      expect(upstream.asked).toBe(0);
    });

    test('a caller that was logged out before gets session-ended, and not the state of the consent; no row is written', async () => {
      const { time, upstream, ask, instance, stateNow, loggedIn, logOut, endConsent } = await setUpLogout();
      await logOut();
      await endConsent();
      expect((await problemOf(() => time.run(ask(instance(), 8000, loggedIn)))).code).toBe('session-ended');
      expect([upstream.asked, stateNow()]).toEqual([0, 'absent']);
    });

    test('a caller that was logged out before and joins a look-up in progress does not see its result', async () => {
      const { time, upstream, ask, instance, stateNow, loggedIn, logOut } = await setUpLogout();
      await logOut();
      const lookup = instance();
      const first = ask(lookup, 8000, { ...loggedIn, issuedAt: time.now() });
      const second = problemOf(() => ask(lookup, 8000, loggedIn));
      await time.run(first);
      expect((await second).code).toBe('session-ended');
      expect([upstream.asked, stateNow()]).toEqual([1, 'held']);
    });

    test("the result of another caller's look-up is not shown to it either", async () => {
      const { time, upstream, ask, instance, stateNow, loggedIn, logOut } = await setUpLogout();
      upstream.between = async () => {
        await logOut();
        await ask(instance(), 8000, { ...loggedIn, issuedAt: time.now() });
      };
      expect((await problemOf(() => time.run(ask(instance(), 8000, loggedIn)))).code).toBe('session-ended');
      expect([upstream.asked, stateNow()]).toEqual([1, 'held']);
    });
  });

  test('after the consent was ended during the fetch', async () => {
    const { time, ask, endConsent, stateNow } = await setUp();
    const asked = ask();
    asked.catch(() => {});
    await time.pass(100);
    await endConsent();
    expect((await problemOf(() => time.run(asked))).code).toBe('consent-required');
    expect(stateNow()).not.toBe('held');
  });

  // Every point at which the other instance's DELETE /consents/current can take place.
  test.each(Array.from({ length: 10 }, (_, index) => index))(
    'after the consent was ended before table operation %i',
    async (point) => {
      const { time, ask, endConsent, stateNow, onTable, instance, person, readPerson, far } = await setUp();
      let count = 0;
      let isEnded = false;
      onTable(async () => {
        if (count++ !== point) return;
        onTable(async () => {});
        isEnded = true;
        await endConsent();
      });
      const result = await time.run(ask(instance(), 8000, loginOf('sid-1', time.now()))).then(
        () => 'shown',
        (error: ProblemError) => error.code,
      );
      // A look-up has eight operations. After the last one it has already answered.
      expect(isEnded).toBe(point < 8);
      expect(result).toBe(isEnded ? 'consent-required' : 'shown');
      expect(stateNow() === 'held').toBe(!isEnded);
      if (!isEnded) return;
      // The session is not listed as one that may hold a saldo either.
      expect((await readPerson([person], far)).person.sessions).toEqual([]);
    },
  );

  test('the entries in the lists of customer and subject outlive the held saldo, and so do their rows', async () => {
    const { time, tables, ask, upstream, instance, readPerson, person, session, far } = await setUp();
    upstream.takesMs = 7000;
    await time.run(ask(instance(), 8000, loginOf('sid-1', time.now())));
    const expiresAt = Number(storedSession(tables.sessions, session)?.expiresAt);
    expect(expiresAt).toBe(time.now() + hour);
    const known = await readPerson([person], far);
    expect(known.person.sessions).toMatchObject([{ session, until: expect.toSatisfy((until) => until >= expiresAt) }]);
    const subject = [...tables.sessions.rows.values()].find(({ rowKey }) => rowKey === 'subject');
    const { sessions } = JSON.parse(String(subject?.values.doc)) as { sessions: { session: string; until: number }[] };
    expect(sessions).toMatchObject([{ session, until: expect.toSatisfy((until) => until >= expiresAt) }]);
    for (const { rowKey, values } of [...tables.sessions.rows.values(), ...tables.consents.rows.values()])
      if (rowKey === 'subject' || rowKey === 'person')
        expect(Date.parse(String(values.purgeAt))).toBeGreaterThanOrEqual(expiresAt);
  });
});
