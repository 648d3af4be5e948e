import type { TableClient, TransactionAction } from '@azure/data-tables';
import { entityOf, type StoredRow } from '../../shared/backup/row-lines.ts';

/** Limits of a batch of one partition. Table Storage accepts 100 rows and 4 MiB in a transaction; a part of that is for its envelope. */
const batchRows = 100;
const batchBytes = 3 * 1024 * 1024;

/** The number of requests at once. */
const width = 32;

/** Groups rows into requests: each has rows of one partition, within the limits. */
export function batchesOf(rows: readonly StoredRow[]): StoredRow[][] {
  const byPartition = new Map<string, StoredRow[]>();
  for (const row of rows) byPartition.set(row.partitionKey, [...(byPartition.get(row.partitionKey) ?? []), row]);
  const batches: StoredRow[][] = [];
  for (const partition of byPartition.values()) {
    let batch: StoredRow[] = [];
    let size = 0;
    for (const row of partition) {
      const bytes = Buffer.byteLength(JSON.stringify(row));
      if (batch.length >= batchRows || (batch.length > 0 && size + bytes > batchBytes)) {
        batches.push(batch);
        batch = [];
        size = 0;
      }
      batch.push(row);
      size += bytes;
    }
    batches.push(batch);
  }
  return batches;
}

/** Writes rows as they are. A second write changes nothing, so an interrupted part is written again. */
export async function writeRows(client: TableClient, rows: readonly StoredRow[]): Promise<void> {
  const batches = batchesOf(rows);
  let next = 0;
  const worker = async () => {
    while (next < batches.length) {
      const batch = batches[next++] ?? [];
      const [only] = batch;
      if (only !== undefined && batch.length === 1) await client.upsertEntity(entityOf(only), 'Replace');
      else await client.submitTransaction(batch.map((row): TransactionAction => ['upsert', entityOf(row), 'Replace']));
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, batches.length) }, worker));
}
