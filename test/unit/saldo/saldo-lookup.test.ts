import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Caller } from '../../../shared/person/caller.ts';
import { Hidden } from '../../../shared/person/hidden.ts';
import { type ProblemCode, ProblemError } from '../../../shared/problems.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import { createHeldSaldo, type Held } from '../../../shared/saldo/held-saldo.ts';
import { FetchLost } from '../../../shared/saldo/saldo-fetch.ts';
import { createSaldoLookup } from '../../../shared/saldo/saldo-lookup.ts';
import { createSessionStore } from '../../../shared/session/session-store.ts';
import { createSessions } from '../../../shared/session/sessions.ts';
import { memoryTable } from '../support/memory-table.ts';
import { steinar } from '../support/people.ts';
import { plantSession } from '../support/plant-session.ts';
import { problemOf } from '../support/problems.ts';
import { recordedTelemetry } from '../support/recorder.ts';
import { VirtualTime } from '../support/virtual-time.ts';

const caller = {
  person: steinar,
  sessionId: 'sid-1',
  issuer: 'https://login.example',
  subject: undefined,
  issuedAt: undefined,
};
const hour = 3_600_000;

/** Instances of the app on one table. `upstream` stands for everything behind the gate: how long it takes, how it ends. */
function setUp() {
  const time = new VirtualTime();
  const table = memoryTable(time);
  const store = createSessionStore(table);
  const key = () => new Hidden(randomBytes(32).toString('base64'));
  const secrets = { personKey: key(), sessionKey: key() };
  const upstream = {
    asked: 0,
    /** Calls after a rest. */
    called: 0,
    takesMs: 300,
    line: { restMs: 0, waitMs: 0 },
    /** Asked for after a moment, as by a 429: nothing comes before it is over. */
    restMs: 0,
    fault: undefined as ProblemCode | undefined,
    /** Comes between the admission and what makes the session findable. */
    meanwhile: async () => {},
    consent: { id: 'c-1', validTo: time.startedAt + 30 * 24 * hour } as { id: string; validTo: number } | undefined,
  };
  const sessions = createSessions({
    store,
    secrets,
    endedMs: 24 * hour,
    sessionMs: hour,
    settlePerson: async () => {},
    time,
    telemetry: recordedTelemetry(),
  });
  const instance = () =>
    createSaldoLookup({
      store,
      held: createHeldSaldo([secrets.sessionKey]),
      standing: async () => {
        await upstream.meanwhile();
        if (!upstream.consent) throw new ProblemError('consent-required');
        return { consent: upstream.consent, verified: false };
      },
      fetch: async (_caller, _person, { consent }, deadline, { onRest, isLost, stillLoggedIn }): Promise<Held> => {
        await stillLoggedIn;
        // As the gate does, under the lease.
        if (upstream.consent === undefined) throw new ProblemError('consent-required');
        upstream.asked += 1;
        if (upstream.restMs > 0) {
          await time.sleep(50);
          upstream.line = { restMs: upstream.restMs, waitMs: upstream.restMs };
          onRest(upstream.restMs);
          await time.sleep(upstream.restMs);
          if (isLost()) throw new FetchLost();
          upstream.called += 1;
        }
        await deadline.bound((signal) => time.sleep(upstream.takesMs, signal));
        if (upstream.fault) throw new ProblemError(upstream.fault, { retryAfterSeconds: 9 });
        return {
          consentValidTo: consent.validTo,
          finding: { kind: 'saldo', saldo: { fetchedAt: time.now(), accounts: [] } },
        };
      },
      line: () => upstream.line,
      enter: (entering, { names }, deadline) => sessions.enter(entering, names, deadline),
      numbers: { leaseMs: 2000, sessionMs: hour, lookupDeadlineMs: 20_000, renewBeforeMs: 0, lineToldMostMs: 45_000 },
      time,
      telemetry: recordedTelemetry(),
    });
  const far = Deadline.after(time, 1e12);
  const ask = async (lookup = instance(), patienceMs = 8000, asking: Caller = caller) => {
    const deadline = Deadline.after(time, patienceMs);
    return lookup.lookUp(asking, await sessions.admit(asking, deadline), deadline);
  };
  const endConsent = async () => {
    upstream.consent = undefined;
    await sessions.eraseOf(sessions.names(caller).person, far);
  };
  const stateNow = async () => (await store.read(sessions.names(caller).session, far)).session.state;
  return { time, table, upstream, sessions, instance, ask, endConsent, stateNow, far };
}

describe('a look-up', () => {
  test('once a session, on however many instances and however many at once', async () => {
    const { time, upstream, ask, instance } = setUp();
    const instances = [instance(), instance(), instance()];
    const all = await time.run(Promise.all(Array.from({ length: 30 }, (_, index) => ask(instances[index % 3]))));
    expect(new Set(all.map((saldo) => saldo.fetchedAt)).size).toBe(1);
    await time.run(ask());
    expect(upstream.asked).toBe(1);
  });

  test('is fetched anew when its hour is over, and not before', async () => {
    const { time, upstream, ask } = setUp();
    await time.run(ask());
    await time.pass(hour - 1);
    await time.run(ask());
    expect(upstream.asked).toBe(1);
    await time.pass(1);
    await time.run(ask());
    expect(upstream.asked).toBe(2);
  });

  test('still in line when the time is over: busy, with what is left of the line, and it keeps its place', async () => {
    const { time, upstream, ask, instance } = setUp();
    upstream.takesMs = 15_000;
    upstream.line = { restMs: 0, waitMs: 12_000 };
    const lookup = instance();
    const { code, retryAfterSeconds } = await problemOf(() => time.run(ask(lookup)));
    expect(code).toBe('upstream-busy');
    expect(retryAfterSeconds).toBeGreaterThanOrEqual(12);
    expect(retryAfterSeconds).toBeLessThanOrEqual(15);
    // Whatever the line, nobody is told more than the setting says (and its spread).
    upstream.line.waitMs = 9_999_999;
    expect((await problemOf(() => time.run(ask(instance(), 1000)))).retryAfterSeconds).toBeLessThanOrEqual(54);
    await time.pass(7000);
    await time.run(ask());
    expect(upstream.asked).toBe(1);
  });

  test('a rest that cannot be waited out is told at once and in full, and the look-up keeps its place', async () => {
    const { time, upstream, ask, instance } = setUp();
    upstream.restMs = 12_000;
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
    // Who comes while it lasts is told so too, without waiting, and without another call.
    await time.pass(1000);
    expect((await problemOf(() => time.run(ask(lookup)))).code).toBe('upstream-busy');
    await time.pass(12_000);
    await time.run(ask(lookup));
    expect(upstream.asked).toBe(1);
  });

  test('a logout while the look-up rests: no call goes out for it', async () => {
    const { time, upstream, sessions, ask, instance, far } = setUp();
    upstream.restMs = 12_000;
    const lookup = instance();
    expect((await problemOf(() => time.run(ask(lookup)))).code).toBe('upstream-busy');
    await time.run(sessions.end(caller, far));
    await time.pass(15_000);
    expect([upstream.asked, upstream.called]).toEqual([1, 0]);
    expect((await problemOf(() => time.run(ask(lookup)))).code).toBe('session-ended');
  });

  test('a rest longer than the setting for lines is told in full; one within the caller’s time is waited out', async () => {
    const long = setUp();
    long.upstream.restMs = 70_000;
    expect((await problemOf(() => long.time.run(long.ask()))).retryAfterSeconds).toBeGreaterThanOrEqual(70);
    const short = setUp();
    short.upstream.restMs = 3000;
    await short.time.run(short.ask());
    expect(short.upstream.asked).toBe(1);
  });

  test('a rest that is found when the caller has no time left is told, and nothing is left unheard', async () => {
    const { time, upstream, ask, instance } = setUp();
    const unheard: unknown[] = [];
    const note = (reason: unknown) => void unheard.push(reason);
    process.on('unhandledRejection', note);
    upstream.restMs = 60_000;
    const lookup = instance();
    expect((await problemOf(() => time.run(ask(lookup)))).code).toBe('upstream-busy');
    expect((await problemOf(() => time.run(ask(lookup, 50)))).code).toBe('upstream-busy');
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(unheard).toEqual([]);
  });

  test('who waits for another instance stops reading the row when nobody listens any more', async () => {
    const { time, table, upstream, ask, instance } = setUp();
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
    const { time, upstream, ask } = setUp();
    upstream.consent = { id: 'c-1', validTo: time.startedAt + 60_000 };
    await time.run(ask());
    await time.pass(60_000);
    upstream.consent = undefined;
    expect((await problemOf(() => time.run(ask()))).code).toBe('consent-required');
  });

  test('a failure is the answer of all who waited for it, and of those who come within two seconds', async () => {
    const { time, upstream, ask, instance } = setUp();
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

  test('whose caller runs out of time goes on into the held saldo', async () => {
    const { time, upstream, ask, instance } = setUp();
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

  test('by another instance takes over from one that died', async () => {
    const { time, upstream, ask, sessions, table } = setUp();
    const { session, person } = sessions.names(caller);
    plantSession(table, session, { state: 'leased', owner: person, leaseId: 'dead' });
    const startedAt = time.monotonic();
    await time.run(ask());
    expect(upstream.asked).toBe(1);
    expect(time.monotonic() - startedAt).toBeLessThan(4500);
  });
});

describe('what may not be held', () => {
  test('after a logout during the fetch: session-ended, and the row stays ended', async () => {
    const { time, ask, sessions, stateNow, far } = setUp();
    const asked = ask();
    asked.catch(() => {});
    await time.pass(100);
    await sessions.end(caller, far);
    expect((await problemOf(() => time.run(asked))).code).toBe('session-ended');
    expect(await stateNow()).toBe('ended');
  });

  describe('whose subject is logged out after it was admitted, and before it could be found', () => {
    const setUpLogout = () => {
      const world = setUp();
      const { time, upstream, sessions, far } = world;
      const issuedAt = time.now() - 10_000;
      const loggedIn = { ...caller, subject: 'subject-7', issuedAt };
      const logOut = () => {
        upstream.meanwhile = async () => {};
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

    test('session-ended: nothing is asked for on its behalf, and nothing held', async () => {
      const { time, upstream, ask, instance, stateNow, loggedIn, logOut } = setUpLogout();
      upstream.meanwhile = logOut;
      expect((await problemOf(() => time.run(ask(instance(), 8000, loggedIn)))).code).toBe('session-ended');
      expect([upstream.asked, await stateNow()]).toEqual([0, 'absent']);
      await time.pass(5000);
      expect((await problemOf(() => time.run(ask(instance(), 8000, loggedIn)))).code).toBe('session-ended');
      expect(upstream.asked).toBe(0);
    });

    test('who was logged out before is told that, and not how it stands with the consent; no row is written', async () => {
      const { time, upstream, ask, instance, stateNow, loggedIn, logOut } = setUpLogout();
      await logOut();
      upstream.consent = undefined;
      expect((await problemOf(() => time.run(ask(instance(), 8000, loggedIn)))).code).toBe('session-ended');
      expect([upstream.asked, await stateNow()]).toEqual([0, 'absent']);
    });

    test('who was logged out before and joins a look-up under way does not see what it finds', async () => {
      const { time, upstream, ask, instance, stateNow, loggedIn, logOut } = setUpLogout();
      await logOut();
      const lookup = instance();
      const first = ask(lookup, 8000, { ...loggedIn, issuedAt: time.now() });
      const second = problemOf(() => ask(lookup, 8000, loggedIn));
      await time.run(first);
      expect((await second).code).toBe('session-ended');
      expect([upstream.asked, await stateNow()]).toEqual([1, 'held']);
    });

    test("another one's finding is not shown to it either", async () => {
      const { time, upstream, ask, instance, stateNow, loggedIn, logOut } = setUpLogout();
      upstream.meanwhile = async () => {
        await logOut();
        await ask(instance(), 8000, { ...loggedIn, issuedAt: time.now() });
      };
      expect((await problemOf(() => time.run(ask(instance(), 8000, loggedIn)))).code).toBe('session-ended');
      expect([upstream.asked, await stateNow()]).toEqual([1, 'held']);
    });
  });

  test('after the consent was ended during the fetch', async () => {
    const { time, ask, endConsent, stateNow } = setUp();
    const asked = ask();
    asked.catch(() => {});
    await time.pass(100);
    await endConsent();
    expect((await problemOf(() => time.run(asked))).code).toBe('consent-required');
    expect(await stateNow()).not.toBe('held');
  });

  // Every point at which the other instance's DELETE /consents/current can come in between.
  test.each(Array.from({ length: 8 }, (_, index) => index))(
    'after the consent was ended before table operation %i',
    async (point) => {
      const { time, table, ask, endConsent, stateNow, upstream } = setUp();
      let count = 0;
      table.hooks.before = async () => {
        if (count++ !== point) return;
        table.hooks.before = async () => {};
        await endConsent();
      };
      const result = await time.run(ask()).then(
        () => 'shown',
        (error: ProblemError) => error.code,
      );
      // Past the last operation the answer was out already; what was held is erased all the same by the next one.
      if (upstream.consent === undefined) {
        expect(result).toBe('consent-required');
        expect(await stateNow()).not.toBe('held');
      } else expect(result).toBe('shown');
    },
  );

  test('the index row outlives what it leads to', async () => {
    const { time, table, ask, upstream } = setUp();
    upstream.takesMs = 7000;
    await time.run(ask());
    const purgeAt = (prefix: string) =>
      [...table.rows.values()].find((row) => row.partitionKey.startsWith(prefix))?.values.purgeAt ?? '';
    const held = [...table.rows.values()].find((row) => row.values.state === 'held');
    expect(String(purgeAt('person-')) >= String(held?.values.expiresAt)).toBe(true);
  });
});
