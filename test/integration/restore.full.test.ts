// Many rows are exported with little memory and restored; the test prints how long the tables are away (docs/restoring.md, "RTO").
// RESTORE_ROWS=100000 tests the size in the runbook; that takes long on two cores.
import { TableClient } from '@azure/data-tables';
import { expect, test } from 'vitest';
import { startAzuriteTables } from '../../local/azurite.ts';
import { rowsIn } from '../../shared/backup/export-consents.ts';
import { exportRows, partRows } from '../../shared/backup/export-rows.ts';
import { restore } from '../../tools/restore/restore.ts';

const count = Number(process.env.RESTORE_ROWS ?? 6000);
const organisationNumber = '974760673';

test('more rows than fit into a part are exported and restored completely, with one part in memory', {
  timeout: 3 * 3_600_000,
}, async () => {
  const azurite = await startAzuriteTables();
  const table = (name: string) =>
    TableClient.fromConnectionString(azurite.connectionString, name, { allowInsecureConnection: true });
  try {
    const document = JSON.stringify({ schema: 1, consents: [{ id: 'x'.repeat(60) }], log: 'y'.repeat(300) });
    const people = async function* () {
      for (let n = 0; n < count; n += 1)
        yield {
          partitionKey: `person-${n}`,
          rowKey: 'document',
          properties: { document, version: { type: 'Int64', value: String(n) } },
        };
    };
    const files = new Map<string, Uint8Array>();
    const manifest = await exportRows(
      'consents',
      people(),
      { write: async (name, bytes) => void files.set(name, bytes) },
      Date.now,
    );

    const restoreStarted = Date.now();
    await restore({ read: async (name) => Buffer.from(files.get(name) ?? []) }, manifest, {
      client: table('consents'),
      sessions: table('sessions'),
      organisationNumbers: [organisationNumber],
      say: console.log,
    });
    console.log(`Restored ${count} rows in ${((Date.now() - restoreStarted) / 1000).toFixed(1)} s.`);

    let mostHeld = 0;
    let read = 0;
    let writtenRows = 0;
    const versions = new Set<string>();
    const exportStarted = Date.now();
    const again = await exportRows(
      'consents',
      (async function* () {
        for await (const row of rowsIn(table('consents'))) {
          read += 1;
          mostHeld = Math.max(mostHeld, read - writtenRows);
          expect(row.properties.document).toBe(document);
          versions.add((row.properties.version as { value: string }).value);
          yield row;
        }
      })(),
      {
        async write() {
          writtenRows = read;
        },
      },
      Date.now,
    );
    console.log(`Exported ${again.rows} rows in ${((Date.now() - exportStarted) / 1000).toFixed(1)} s.`);
    expect(count).toBeGreaterThan(partRows);
    expect(again.rows).toBe(count);
    expect(versions.size).toBe(count);
    expect(mostHeld).toBeLessThanOrEqual(partRows + 1);
  } finally {
    await azurite.close();
  }
});
