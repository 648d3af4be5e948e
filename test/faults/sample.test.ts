// A sample of the fault suite for `npm test`; all of it is in faults.full.test.ts.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultWorld, startFaultWorld } from './fault-world.ts';
import { faultRows } from './rows.ts';
import { runRow } from './run-row.ts';

const sample = {
  lanekassen: ['refused', 'reset inside the body', '429, Retry-After 1', '503', 'truncated JSON', '5 MB body'],
  maskinporten: ['reset before the body', '500', 'wrong types'],
  altinn: ['504', '500', 'wrong content type'],
  'key-vault': ['502', 'reset inside the body', 'wrong types'],
  tables: ['refused', '503', 'wrong content type'],
} as const;

let world: FaultWorld;
beforeAll(async () => {
  world = await startFaultWorld();
}, 60_000);
afterAll(() => world?.close());

for (const [upstream, faults] of Object.entries(sample) as [keyof typeof sample, readonly string[]][])
  describe(upstream, () => {
    for (const row of faultRows(upstream).filter(({ fault }) => faults.includes(fault)))
      it(row.fault, () => runRow(world, upstream, row));
  });

describe('a fault that passes', () => {
  it.each(['lanekassen', 'maskinporten', 'altinn', 'key-vault', 'tables'] as const)(
    '%s: one reset is mended by one more attempt, and the customer sees the saldo',
    async (upstream) => {
      world.faults(upstream).set({ kind: 'reset' }, { times: 1 });
      const { reply, attempts, held } = await world.lookUp(upstream);
      world.faults(upstream).clear();
      expect(reply.status).toBe(200);
      expect(held).toBe(1);
      expect(attempts.find(({ outcome }) => outcome === 'connection')?.stop).toBeUndefined();
      expect(attempts.filter(({ outcome }) => outcome === 'connection').length).toBe(1);
    },
  );
});

describe('two polite answers, one call', () => {
  it('the caller is told in time, and the next ask is served from what the first one fetched', async () => {
    const { world: parties } = world;
    const faults = world.faults('lanekassen');
    faults.set({ kind: 'late', ms: 1600 }, { times: 2 });
    // Two calls: the first is cut off at the suite's 900 ms, the second comes after the caller has been told.
    const first = await world.lookUp('lanekassen', { prefer: 'wait=1' });
    faults.clear();
    expect(first.reply).toMatchObject({ status: 503, body: { code: 'saldo-not-ready' } });
    expect(first.tookMs).toBeLessThan(2500);
    expect(first.held).toBe(1);
    const before = parties.lanekassen.control.calls().length;
    const again = await world.askAgain();
    expect(again.status).toBe(200);
    expect(parties.lanekassen.control.calls().length).toBe(before);
  });
});
