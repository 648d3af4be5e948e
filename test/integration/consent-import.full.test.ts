// Thousands of migrated consents in one command that is killed and then resumed. IMPORT_CONSENTS=10000 tests a larger bank.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testBank } from '../../local/simulators/test-customers.ts';
import { startTestWorld } from '../../local/test-world.ts';
import { consentsIn, documentsOf } from './feed.ts';
import { migratedFor, startImport, syntheticPeople } from './migrated.ts';

const count = Number(process.env.IMPORT_CONSENTS ?? 2500);
const batch = 100;

test('a command with thousands of consents is killed and resumed: each is recorded once, and at most one batch is verified again', {
  timeout: 900_000,
}, async () => {
  const world = await startTestWorld({ settings: { ACCEPT_MIGRATED_CONSENTS: 'true' } });
  const folder = mkdtempSync(join(tmpdir(), 'import-'));
  try {
    const consents = migratedFor(syntheticPeople(count), testBank.organisationNumber);
    world.altinn.control.addMigrated(consents);
    const csv = join(folder, 'all.csv');
    writeFileSync(csv, ['nationalId,consentId', ...consents.map((one) => `${one.nationalId},${one.id}`)].join('\n'));
    const reads = () => world.altinn.control.calls().filter(({ route }) => route.endsWith('/{id}')).length;

    const first = startImport(csv, world.environment);
    await expect
      .poll(() => first.progress(), { timeout: 600_000, interval: 200 })
      .toMatch(new RegExp(`^\\d{4} of ${count}`, 'm'));
    // The kill comes in the middle of a batch, not between two.
    const seen = reads();
    await expect.poll(reads, { timeout: 30_000, interval: 5 }).toBeGreaterThan(seen + 10);
    first.kill();
    await first.ended;
    const done = readFileSync(`${csv}.report.csv`, 'utf8').split('\n').length - 2;
    expect(done).toBeLessThan(count);
    const readByFirst = reads();
    expect(readByFirst - done).toBeLessThanOrEqual(batch);

    const second = startImport(csv, world.environment);
    expect(await second.ended).toBe(0);
    expect(second.progress()).toContain(`${count} rows, ${done} of them done before.`);
    expect(second.progress()).toContain(`${count} of ${count} (100 %)`);
    expect(reads() - count).toBeLessThanOrEqual(batch);
    const stored = (await documentsOf(world, 'consents')).flatMap(consentsIn);
    expect(stored).toHaveLength(count);
    expect(new Set(stored.map(({ id }) => id))).toEqual(new Set(consents.map(({ id }) => id)));
    expect(new Set(stored.map(({ state }) => state))).toEqual(new Set(['accepted']));
    const results = readFileSync(`${csv}.report.csv`, 'utf8').trim().split('\n').slice(1);
    expect(new Set(results.map((line) => line.split(';')[0])).size).toBe(count);
  } finally {
    await world.close();
    rmSync(folder, { recursive: true });
  }
});
