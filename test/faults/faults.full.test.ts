// Every upstream with every fault, over real sockets, the real SDKs and the built bundle. `docs/faults.md` is its outcome.
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultWorld, startFaultWorld } from './fault-world.ts';
import { faultsDocument } from './faults-document.ts';
import { faultRows } from './rows.ts';
import { assertOutcome, type RowResult, runRow } from './run-row.ts';
import { specialRows } from './special-rows.ts';

const document = new URL('../../docs/faults.md', import.meta.url);
let world: FaultWorld;
const results: RowResult[] = [];

beforeAll(async () => {
  world = await startFaultWorld();
}, 60_000);
afterAll(() => world?.close());

for (const upstream of ['lanekassen', 'maskinporten', 'altinn', 'key-vault', 'tables'] as const)
  describe(upstream, () => {
    for (const row of faultRows(upstream))
      it(row.fault, async () => {
        results.push(await runRow(world, upstream, row));
        // Nothing is broken for good: the next login is served.
        expect((await world.lookUp(upstream)).reply.status).toBe(200);
      }, 30_000);
  });

describe('by meaning', () => {
  for (const row of specialRows)
    it(`${row.upstream}: ${row.fault}`, async () => {
      const undo = await row.arrange(world);
      try {
        const outcome = await world.lookUp(
          row.upstream,
          row.nationalId === undefined ? {} : { nationalId: row.nationalId },
        );
        results.push(assertOutcome(row.upstream, row.fault, outcome, row.expected));
      } finally {
        await undo();
      }
    }, 30_000);
});

describe('identity', () => {
  const unavailable = { status: 503, code: 'upstream-unavailable', attempts: 2, held: 0, retryAfter: [5, 30] } as const;
  const rows = [
    ['refused', 'refused', unavailable],
    ['reset before the body', { kind: 'reset' }, unavailable],
    ['first byte late', { kind: 'late', ms: 60_000 }, unavailable],
    ['500', { kind: 'answer', status: 500 }, unavailable],
    ['503', { kind: 'answer', status: 503 }, unavailable],
    [
      '400',
      {
        kind: 'answer',
        status: 400,
        headers: { 'content-type': 'application/json' },
        body: '{"statusCode":400,"message":"No identity."}',
      },
      { status: 503, code: 'configuration', attempts: 1, held: 0 },
    ],
  ] as const;
  for (const [fault, wire, expected] of rows)
    it(fault, async () => {
      const faults = world.faults('identity');
      if (wire === 'refused') await faults.refuse(true);
      else faults.set(wire);
      try {
        // A process keeps its identity token for a day, so each row starts one.
        const host = await world.freshHost();
        // What the warm-up began has ended.
        await new Promise((resolve) => setTimeout(resolve, 1800));
        results.push(assertOutcome('identity', fault, await world.lookUp('identity', { host }), expected));
        await host.stop();
      } finally {
        if (wire === 'refused') await faults.refuse(false);
        else faults.clear();
      }
    }, 30_000);
});

it('docs/faults.md tells what came of it', () => {
  const text = faultsDocument(results);
  // `UPDATE_DOCS=1` writes it; otherwise it must be what it says.
  if (process.env.UPDATE_DOCS === '1') writeFileSync(document, text);
  expect(readFileSync(document, 'utf8')).toBe(text);
});
