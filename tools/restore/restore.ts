// Writes an export back into empty tables, part by part. A row in the table records which parts are written.
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { TableClient } from '@azure/data-tables';
import { asRestored } from '../../shared/backup/as-restored.ts';
import type { Manifest, Part } from '../../shared/backup/export-rows.ts';
import { rowFrom, type StoredRow } from '../../shared/backup/row-lines.ts';
import type { Source } from './source.ts';
import { writeRows } from './write-rows.ts';

/** The row that records a restore in progress and its written parts. It is deleted after the last part. */
const progressRow = { partitionKey: 'restore', rowKey: 'restore' };
/** The row that names the bank. An app writes it at its start, so a table with only this row counts as empty. */
const bankRow = { partitionKey: 'bank', rowKey: 'bank' };

/** Why nothing, or nothing more, is written. */
export class RestoreRefused extends Error {
  override name = 'RestoreRefused';
}

/** The options of a restore. `client` is the table `consents`; `organisationNumbers` are the banks in the settings. */
export type RestorePorts = {
  client: TableClient;
  /** The table `sessions`. It must be empty and stays empty, because login sessions are not restored. */
  sessions: TableClient;
  organisationNumbers: readonly string[];
  say(line: string): void;
};

/** Restores all parts. Throws `RestoreRefused` for tables that are not empty, another bank's rows, or a part that is damaged. */
export async function restore(source: Source, manifest: Manifest, ports: RestorePorts): Promise<{ written: number }> {
  const { client, say } = ports;
  // All are read before anything is written: the row that names the banks, or a damaged part, may be the last one.
  for (const part of manifest.parts) refuseOtherBanks(await rowsOf(part, source), ports.organisationNumbers);
  const id = createHash('sha256').update(JSON.stringify(manifest)).digest('hex');
  const done = await begin(id, ports);
  if (done > 0) say(`Continued: ${done} of ${manifest.parts.length} parts are written already.`);
  let written = manifest.parts.slice(0, done).reduce((sum, part) => sum + part.rows, 0);
  for (const [index, part] of manifest.parts.entries()) {
    if (index < done) continue;
    const rows = await rowsOf(part, source);
    await writeRows(
      client,
      rows.map((row) => asRestored(row, Date.now())),
    );
    await client.upsertEntity({ ...progressRow, export: id, parts: index + 1 }, 'Replace');
    written += part.rows;
    say(`${written} of ${manifest.rows} rows (${Math.floor((100 * written) / manifest.rows)} %)`);
  }
  await client.deleteEntity(progressRow.partitionKey, progressRow.rowKey);
  return { written };
}

/** The parts of this export that are written already. Creates the tables, and refuses tables that are not empty. */
async function begin(id: string, { client, sessions }: RestorePorts): Promise<number> {
  for (const table of [client, sessions]) await table.createTable();
  const progress = await client
    .getEntity<{ export?: unknown; parts?: unknown }>(progressRow.partitionKey, progressRow.rowKey)
    .catch((error: { statusCode?: number }) => {
      if (error.statusCode === 404) return undefined;
      throw error;
    });
  if (progress !== undefined) {
    if (progress.export !== id)
      throw new RestoreRefused(
        'A restore of another export is in progress here. Empty the table, or continue with that export.',
      );
    return Number(progress.parts);
  }
  for (const [name, table] of [
    ['consents', client],
    ['sessions', sessions],
  ] as const)
    if (await holdsRows(table))
      throw new RestoreRefused(
        `The table ${name} is not empty. Its rows would be mixed with those of the export. A restore writes only into empty tables, while ` +
          'the app is stopped.',
      );
  await client.upsertEntity({ ...progressRow, export: id, parts: 0 }, 'Replace');
  return 0;
}

async function holdsRows(table: TableClient): Promise<boolean> {
  const some = table.listEntities({ queryOptions: { select: ['PartitionKey', 'RowKey'] } }).byPage({ maxPageSize: 2 });
  for await (const page of some)
    for (const { partitionKey, rowKey } of page)
      if (partitionKey !== bankRow.partitionKey || rowKey !== bankRow.rowKey) return true;
  return false;
}

async function rowsOf(part: Part, source: Source): Promise<StoredRow[]> {
  const bytes = await source.read(part.name);
  if (createHash('sha256').update(bytes).digest('hex') !== part.sha256)
    throw new RestoreRefused(`${part.name} is damaged: its checksum is not that of the manifest. Use another export.`);
  const lines = (await promisify(gunzip)(bytes))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
  if (lines.length !== part.rows)
    throw new RestoreRefused(`${part.name} has another number of rows than the manifest says.`);
  return lines.map(rowFrom);
}

function refuseOtherBanks(rows: readonly StoredRow[], organisationNumbers: readonly string[]): void {
  const bank = rows.find(
    ({ partitionKey, rowKey }) => partitionKey === bankRow.partitionKey && rowKey === bankRow.rowKey,
  );
  const named = bank?.properties.banks ?? bank?.properties.organisationNumber;
  if (named !== undefined && !organisationNumbers.some((one) => String(named).split(' ').includes(one)))
    throw new RestoreRefused('The export belongs to another app: none of its banks is in BANKS.');
}
