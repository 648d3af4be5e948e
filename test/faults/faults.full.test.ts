// Every call to an upstream with every fault, over real sockets, the real SDKs and the built bundle. `docs/faults.md` is its
// outcome.
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectOutcome, type RowResult } from './expect-outcome.ts';
import { type FaultWorld, startFaultWorld } from './fault-world.ts';
import { faultsDocument } from './faults-document.ts';
import { cannotRun, runRow } from './run-row.ts';
import { specialRows } from './special-rows.ts';
import { targets } from './targets.ts';
import { faultNames } from './wire-rows.ts';

const document = new URL('../../docs/faults.md', import.meta.url);
let world: FaultWorld;
const results: RowResult[] = [];

beforeAll(async () => {
  world = await startFaultWorld();
}, 60_000);
afterAll(() => world?.close());

for (const target of targets)
  describe(target.name, () => {
    for (const fault of faultNames.filter((name) => !target.without?.includes(name))) {
      const reason = cannotRun(fault);
      it.skipIf(reason !== undefined && process.env.CI !== 'true')(
        `${fault}${reason === undefined ? '' : ` (${reason})`}`,
        async () => {
          results.push(await runRow(world, target, fault));
        },
        40_000,
      );
    }

    it('nothing is broken for good: the next login is served', async () => {
      expect((await world.lookUp(target.upstream)).reply.status).toBe(200);
    });
  });

describe('by meaning', () => {
  for (const { target, fault, nationalId, arrange, expected } of specialRows)
    it(`${target.name}: ${fault}`, async () => {
      if (target.feed) await world.setFeed(target.feed);
      const undo = await arrange(world);
      try {
        const outcome = await world.lookUp(target.upstream, nationalId === undefined ? {} : { nationalId });
        results.push(expectOutcome(target, fault, { ...outcome, stored: outcome.session }, expected));
      } finally {
        await undo();
      }
    }, 30_000);
});

it('docs/faults.md tells what came of it', () => {
  const text = faultsDocument(results);
  // `UPDATE_DOCS=1` writes it; otherwise it must be what it says.
  if (process.env.UPDATE_DOCS === '1') writeFileSync(document, text);
  expect(readFileSync(document, 'utf8')).toBe(text);
});
