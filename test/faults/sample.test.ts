// A sample of the fault suite for `npm test`; faults.full.test.ts has all of it.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { quickDescribe, quickTest, slowDescribe, slowTest } from '../part.ts';
import { type FaultWorld, startFaultWorld } from './fault-world.ts';
import { linesOf } from './log-lines.ts';
import { runRow } from './run-row.ts';
import { targets } from './targets.ts';
import type { FaultName } from './wire-rows.ts';

const sample: Readonly<Record<string, readonly FaultName[]>> = {
  Lånekassen: ['refused', '429, Retry-After 1', 'truncated JSON'],
  'Maskinporten, token': ['status 500'],
  'Altinn, create': ['status 503'],
  'Altinn, read; stale feed': ['status 504', 'wrong content type'],
  'Altinn, read; fresh feed': ['status 504'],
  'Altinn, events': ['status 502'],
  'Key Vault, sign': ['reset inside the body'],
  'Table Storage': ['refused', 'status 503'],
};

let world: FaultWorld;
beforeAll(async () => {
  world = await startFaultWorld();
}, 60_000);
afterAll(() => world?.close());

for (const target of targets.filter(({ name }) => name in sample))
  quickDescribe(target.name, () => {
    for (const fault of sample[target.name] ?? []) it(fault, () => runRow(world, target, fault).then(() => {}));
  });

quickDescribe('a fault that passes', () => {
  quickTest.each(['lanekassen', 'maskinporten', 'altinn', 'key-vault', 'tables'] as const)(
    '%s: after a reset the call is repeated at once if the connection had served before, else as one more attempt',
    async (upstream) => {
      // The first look-up leaves a connection that has served.
      await world.lookUp(upstream);
      world.faults(upstream).set({ kind: 'reset' }, { times: 2 });
      const { reply, attempts, session, output } = await world.lookUp(upstream);
      world.faults(upstream).clear();
      expect(reply.status).toBe(200);
      expect(session).toBe('held');
      const again = linesOf(output).filter(({ event, upstream: at }) => event === 'upstream-again' && at === upstream);
      expect(again.length).toBeGreaterThan(0);
      // Calls run side by side, so two of them may meet a dead connection.
      const lost = attempts.filter(({ outcome, upstream: at }) => at === upstream && outcome === 'connection');
      expect(lost.length + again.length).toBe(2);
      expect(lost.every(({ stop }) => stop === undefined)).toBe(true);
    },
  );
});

slowDescribe('two slow answers of Lånekassen', () => {
  slowTest('the caller gets saldo-not-ready, and the next look-up gets what the first one fetched', async () => {
    const { world: parties } = world;
    const faults = world.faults('lanekassen');
    faults.set({ kind: 'late', ms: 1600 }, { times: 2 });
    // Two attempts: the first is cut off at the suite's 900 ms, the second ends after the caller has its answer.
    const first = await world.lookUp('lanekassen', { prefer: 'wait=1' });
    faults.clear();
    expect(first.reply).toMatchObject({ status: 503, body: { code: 'saldo-not-ready' } });
    expect(first.session).toBe('held');
    const before = parties.lanekassen.control.calls().length;
    const again = await world.askAgain();
    expect(again.status).toBe(200);
    expect(parties.lanekassen.control.calls().length).toBe(before);
  });
});

quickDescribe('an answer of the state table that is lost, the write being done', () => {
  quickTest.each([
    ['the lease', (method: string, path: string) => method === 'POST' && path.endsWith('/sessions')],
    ['the customer’s log', (method: string, path: string) => method === 'POST' && path.endsWith('/$batch')],
    ['what is held', (method: string, path: string) => method === 'PUT' && path.includes("RowKey='session'")],
  ])(
    "%s: the repeated write is recognised as the program's own: one call, one log entry, one saldo",
    async (_name, matches) => {
      const { world: parties } = world;
      const before = { calls: parties.lanekassen.control.calls().length, entries: await world.logEntries() };
      world.faults('tables').set({ kind: 'lost' }, { matches, times: 1 });
      const { reply, session, output } = await world.lookUp('tables');
      world.faults('tables').clear();
      const lost = linesOf(output).filter(
        ({ event, upstream, outcome }) =>
          upstream === 'tables' && (event === 'upstream-again' || outcome === 'connection'),
      );
      expect(lost).toHaveLength(1);
      expect(reply.status).toBe(200);
      expect(session).toBe('held');
      expect(parties.lanekassen.control.calls().length).toBe(before.calls + 1);
      expect(await world.logEntries()).toBe(before.entries + 1);
    },
  );
});

slowDescribe('a caller that disconnects', () => {
  slowTest('does not end the fetch: its saldo is held after one call, and answers the next look-up', async () => {
    const { world: parties } = world;
    const before = parties.lanekassen.control.calls().length;
    parties.lanekassen.control.setDelay(400);
    // The platform does not report to a function that its caller has gone. A fetch for the session is worth completing.
    const { session, output } = await world.lookUp('lanekassen', { leaveAfterMs: 150 });
    parties.lanekassen.control.setDelay(0);
    expect(session).toBe('held');
    expect(parties.lanekassen.control.calls().length).toBe(before + 1);
    expect((await world.askAgain()).status).toBe(200);
    expect(parties.lanekassen.control.calls().length).toBe(before + 1);
    expect(output).not.toMatch(/unhandled|internal-error/i);
  });
});
