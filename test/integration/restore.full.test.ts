// A hundred thousand rows, exported with little memory and restored: how long the tables are away (docs/runbook.md, "RTO").
import { TableClient } from '@azure/data-tables';
import { expect, test } from 'vitest';
import { startAzuriteTables } from '../../local/azurite.ts';
import { rowsIn } from '../../shared/backup/export-consents.ts';
import { exportRows, partRows } from '../../shared/backup/export-rows.ts';
import { restore } from '../../tools/restore/restore.ts';
import { writeRows } from '../../tools/restore/write-rows.ts';

const count = 100_000;
const organisationNumber = '974760673';

test('100 000 rows there and back: all of them, a part of them in memory', { timeout: 1_800_000 }, async () => {
  const azurite = await startAzuriteTables();
  const table = (name: string) =>
    TableClient.fromConnectionString(azurite.connectionString, name, { allowInsecureConnection: true });
  try {
    const source = table('source');
    await source.createTable();
    const document = JSON.stringify({
      schema: 1,
      consents: [{ id: 'x'.repeat(60), state: 'accepted' }],
      log: 'y'.repeat(300),
    });
    for (let from = 0; from < count; from += 5000)
      await writeRows(
        source,
        Array.from({ length: 5000 }, (_, n) => ({
          partitionKey: `person-${from + n}`,
          rowKey: 'person',
          properties: { document, version: { type: 'Int64', value: String(from + n) } },
        })),
      );
    const files = new Map<string, Uint8Array>();
    let mostHeld = 0;
    let read = 0;
    let writtenRows = 0;
    const exportStarted = Date.now();
    const manifest = await exportRows(
      'consents',
      (async function* () {
        for await (const row of rowsIn(source)) {
          read += 1;
          mostHeld = Math.max(mostHeld, read - writtenRows);
          yield row;
        }
      })(),
      {
        async write(name, bytes) {
          files.set(name, bytes);
          writtenRows = read;
        },
      },
      Date.now,
    );
    console.log(`Exported ${manifest.rows} rows in ${((Date.now() - exportStarted) / 1000).toFixed(1)} s.`);
    expect(manifest.rows).toBe(count);
    expect(mostHeld).toBeLessThanOrEqual(partRows + 1);

    const restoreStarted = Date.now();
    const consents = table('consents');
    await restore({ read: async (name) => Buffer.from(files.get(name) ?? []) }, manifest, {
      client: consents,
      sessions: table('sessions'),
      organisationNumber,
      say: () => {},
    });
    console.log(`Restored ${count} rows in ${((Date.now() - restoreStarted) / 1000).toFixed(1)} s.`);
    const versions = new Set<string>();
    for await (const { properties } of rowsIn(consents)) {
      expect(properties.document).toBe(document);
      versions.add((properties.version as { value: string }).value);
    }
    expect(versions.size).toBe(count);
  } finally {
    await azurite.close();
  }
});
