import type { TableClient } from '@azure/data-tables';
import { bankProperty } from '../../shared/bank/bank-table.ts';

/** The result for a bank's rows in one table. `changed`: rows that the app wrote during the run; the next run erases them. */
export type Erased = { removed: number; changed: number };

const statusOf = (error: unknown) => (error as { statusCode?: number }).statusCode;

/** The number of rows that are removed at once. */
const lanes = 8;

/**
 * Removes every row that names the bank. The ETag of each row guards it: a row that the app writes at the same time stays and is counted.
 * A second call continues with the rows that are left.
 */
export async function eraseRows(
  table: TableClient,
  organisationNumber: string,
  report: (removed: number) => void,
): Promise<Erased> {
  const erased: Erased = { removed: 0, changed: 0 };
  const filter = `${bankProperty} eq '${organisationNumber}'`;
  const select = ['PartitionKey', 'RowKey'];
  for await (const page of table.listEntities({ queryOptions: { filter, select } }).byPage({ maxPageSize: 1000 })) {
    const waiting = page.values();
    const lane = async () => {
      for (const { partitionKey = '', rowKey = '', etag } of waiting) {
        try {
          await table.deleteEntity(partitionKey, rowKey, { etag });
          erased.removed += 1;
        } catch (error) {
          const status = statusOf(error);
          if (status === 412) erased.changed += 1;
          else if (status !== 404) throw error;
        }
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    report(erased.removed);
  }
  return erased;
}

/** Removes the bank from the marker row, so that the tables no longer name it. The last bank stays: tables belong to at least one bank. */
export async function takeOffMarker(consents: TableClient, organisationNumber: string): Promise<void> {
  const marker = { partitionKey: 'bank', rowKey: 'bank' };
  const row = await consents
    .getEntity<{ banks?: string }>(marker.partitionKey, marker.rowKey)
    .catch((error: unknown) => {
      if (statusOf(error) === 404) return undefined;
      throw error;
    });
  const banks = row?.banks?.split(' ') ?? [];
  const left = banks.filter((one) => one !== organisationNumber);
  if (row === undefined || left.length === 0 || left.length === banks.length) return;
  await consents.updateEntity({ ...marker, banks: left.join(' ') }, 'Replace', { etag: row.etag });
}
