// Every call to an upstream with every kind of fault, over real sockets, with the real SDKs and the built bundle. `npm run test:faults`
// runs every fault and writes `docs/faults.md`.
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectOutcome, type RowResult } from './expect-outcome.ts';
import { type FaultWorld, startFaultWorld } from './fault-world.ts';
import { faultsDocument } from './faults-document.ts';
import { cannotRun, runRow } from './run-row.ts';
import { faultsOf, hasAllFaults, sampledFaults } from './sampled-faults.ts';
import { specialRows } from './special-rows.ts';
import { type Target, targets } from './targets.ts';
import type { FaultName } from './wire-rows.ts';

const document = new URL('../../docs/faults.md', import.meta.url);
let world: FaultWorld;
const onTheWire: RowResult[] = [];
const byMeaning: RowResult[] = [];

beforeAll(async () => {
  world = await startFaultWorld();
}, 60_000);
afterAll(() => world?.close());

/** The target's own host, if it has one: that host has never had the value, so it has to fetch it. */
const hostOf = async ({ name, isKept }: Target) =>
  isKept ? { host: await world.hostOf(name, () => world.freshHost()) } : {};

for (const target of targets)
  describe(target.name, () => {
    // A 429 with a delay opens the breaker. A call that must not succeed cannot close it, so this fault comes last.
    const opens = (fault: FaultName) => Number(target.isKept === true && fault.startsWith('429, Retry'));
    const faults = hasAllFaults ? faultsOf(target) : sampledFaults(target);
    for (const fault of faults.toSorted((a, b) => opens(a) - opens(b))) {
      const reason = cannotRun(fault);
      it.skipIf(reason !== undefined && process.env.CI !== 'true')(
        `${fault}${reason === undefined ? '' : ` (${reason})`}`,
        async () => {
          onTheWire.push(await runRow(world, target, fault));
        },
        40_000,
      );
    }

    it('after the fault the next login gets its saldo', async () => {
      expect((await world.lookUp(target.upstream, await hostOf(target))).reply.status).toBe(200);
    });
  });

describe('faults of meaning', () => {
  for (const { target, fault, nationalId, arrange, expected } of specialRows)
    it(`${target.name}: ${fault}`, async () => {
      if (target.feed) await world.setFeed(target.feed);
      const undo = await arrange(world);
      try {
        const outcome = await world.lookUp(target.upstream, nationalId === undefined ? {} : { nationalId });
        byMeaning.push(expectOutcome(target, fault, { ...outcome, stored: outcome.session }, expected));
      } finally {
        await undo();
      }
    }, 30_000);
});

// Only if every row was run.
if (hasAllFaults)
  it('docs/faults.md is the result of this run', () => {
    const order = targets.flatMap((target) => faultsOf(target).map((fault) => `${target.name}, ${fault}`));
    const place = ({ target, fault }: RowResult) => order.indexOf(`${target}, ${fault}`);
    const text = faultsDocument([...onTheWire.toSorted((a, b) => place(a) - place(b)), ...byMeaning]);
    // `UPDATE_DOCS=1` writes the document; otherwise it must be equal.
    if (process.env.UPDATE_DOCS === '1') writeFileSync(document, text);
    expect(readFileSync(document, 'utf8')).toBe(text);
  });
