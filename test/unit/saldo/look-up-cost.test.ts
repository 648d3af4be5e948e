// The cost of a login: operations on the state table, and how many of them run one after the other before the call to Lånekassen.
import { expect, test } from 'vitest';
import { loginOf, loginWorld } from '../support/login-world.ts';

const wayMs = 10;

async function setUp(environment: Record<string, string> = {}) {
  const world = loginWorld(environment);
  await world.giveConsent();
  world.operations.length = 0;
  world.wire.wayMs = wayMs;
  const caller = loginOf('sid-1', world.time.now());
  return { ...world, caller };
}

test('a cold look-up: 8 operations at most, and 3 round trips at most before the call to Lånekassen', async () => {
  const { time, ask, caller, operations, party } = await setUp();
  const startedAt = time.monotonic();
  await time.run(ask(caller));
  expect(operations.length).toBeLessThanOrEqual(8);
  const [calledAt = 0] = party.calls;
  expect(party.calls).toHaveLength(1);
  // Nothing else takes time here, so each round trip is one message delay.
  expect((calledAt - startedAt) / wayMs).toBeLessThanOrEqual(3);
  // Needed before the call: the session with its customer and its subject, and the lease.
  const before = operations.filter(({ to = Number.POSITIVE_INFINITY }) => to <= calledAt);
  expect(
    before
      .filter(({ operation }) => operation !== 'read')
      .map(({ table }) => table)
      .sort(),
  ).toEqual(['consents', 'sessions', 'sessions']);
});

test('the look-up does not wait for the table again while Altinn and Maskinporten answer', async () => {
  const { time, ask, caller, party } = await setUp();
  Object.assign(party, { altinnMs: 150, tokenMs: 100 });
  const startedAt = time.monotonic();
  await time.run(ask(caller));
  // Altinn's token and its answer come one after the other, after the three round trips.
  expect((party.calls[0] ?? 0) - startedAt).toBe(3 * wayMs + 100 + 150);
});

test('the session is written into its lists while Altinn answers, and not before', async () => {
  const { time, ask, caller, party, tables } = await setUp();
  Object.assign(party, { altinnMs: 150, tokenMs: 100 });
  // The writes of the customer's row and of the subject's row are slow; the write of the lease is not.
  tables.consents.hooks.before = async (operation) => void (operation !== 'read' && (await time.sleep(200)));
  const startedAt = time.monotonic();
  await time.run(ask(caller));
  expect((party.calls[0] ?? 0) - startedAt).toBe(3 * wayMs + 100 + 150);
});

test('a look-up of a held saldo reads one row, that of the session', async () => {
  const { time, ask, caller, operations, party } = await setUp();
  await time.run(ask(caller));
  operations.length = 0;
  await time.run(ask(caller));
  expect(operations).toMatchObject([{ table: 'sessions', operation: 'read', row: 'session' }]);
  expect(party.calls).toHaveLength(1);
});

test('a second login of the same customer costs no more than the first, and its logout takes two operations', async () => {
  const { time, ask, caller, operations, sessions, far } = await setUp();
  await time.run(ask(caller));
  operations.length = 0;
  const second = loginOf('sid-2', time.now());
  await time.run(ask(second));
  expect(operations.length).toBeLessThanOrEqual(8);
  operations.length = 0;
  await time.run(sessions.end(second, far));
  expect(operations.filter(({ row }) => row !== 'subject')).toHaveLength(2);
});

test('a customer without consent costs three reads, and no row is written', async () => {
  const world = loginWorld();
  const failed = world.time.run(world.ask(loginOf('sid-1', world.time.now())));
  await expect(failed).rejects.toMatchObject({ code: 'consent-required' });
  expect(world.operations.map(({ operation }) => operation)).toEqual(['read', 'read', 'read']);
  expect(world.tables.sessions.rows.size + world.tables.consents.rows.size).toBe(0);
});
