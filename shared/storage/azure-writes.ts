import { randomUUID } from 'node:crypto';
import type { TableClient } from '@azure/data-tables';
import type { Deadline } from '../resilience/deadline.ts';
import type { TableCall } from './azure-table-call.ts';
import { toAction, toEntity, writtenBy } from './table-entities.ts';
import { isGuard, statusOf } from './table-errors.ts';
import type { NewRow, Table } from './tables.ts';

/**
 * The writing half of `Table` on the real SDK. Each write carries a `writeId`, so that a write whose answer was lost and
 * that is sent again is recognised as ours when the guard then fails.
 */
export function createWrites(
  call: TableCall,
  read: Table['read'],
): Pick<Table, 'insert' | 'replace' | 'upsert' | 'remove' | 'batch'> {
  /** After a guard failed on a repeated write: was the first one ours after all? */
  const ours = async (row: NewRow, writeId: string, deadline: Deadline): Promise<string | undefined> => {
    const { row: found } = await read(row.partitionKey, row.rowKey, deadline);
    return found?.values.writeId === writeId ? found.etag : undefined;
  };

  const guarded = async (
    row: NewRow,
    deadline: Deadline,
    write: (
      client: TableClient,
      entity: ReturnType<typeof toEntity>,
      signal: AbortSignal,
    ) => Promise<{ etag?: string | undefined }>,
  ) => {
    const writeId = randomUUID();
    let repeated = false;
    try {
      return await call('write', deadline, async (tableClient, abortSignal, attempt) => {
        repeated = attempt > 1;
        return (await write(tableClient, toEntity(row, writeId), abortSignal)).etag;
      });
    } catch (error) {
      if (!isGuard(error)) throw error;
      return repeated ? await ours(row, writeId, deadline) : undefined;
    }
  };

  return {
    insert: (row, deadline) =>
      guarded(row, deadline, (tableClient, entity, abortSignal) => tableClient.createEntity(entity, { abortSignal })),

    replace: (row, etag, deadline) =>
      guarded(row, deadline, (tableClient, entity, abortSignal) =>
        tableClient.updateEntity(entity, 'Replace', { etag, abortSignal }),
      ),

    upsert: (row, deadline) =>
      call('write', deadline, async (tableClient, abortSignal) => {
        await tableClient.upsertEntity(toEntity(row, randomUUID()), 'Replace', { abortSignal });
      }),

    async remove(partitionKey, rowKey, etag, deadline) {
      try {
        await call('write', deadline, (tableClient, abortSignal) =>
          tableClient.deleteEntity(partitionKey, rowKey, { etag, abortSignal }),
        );
        return true;
      } catch (error) {
        if (!isGuard(error)) throw error;
        return statusOf(error) === 404;
      }
    },

    async batch(steps, deadline) {
      const writeId = randomUUID();
      const actions = steps.map((step) => toAction(step, writeId));
      let repeated = false;
      try {
        await call('write', deadline, (tableClient, abortSignal, attempt) => {
          repeated = attempt > 1;
          return tableClient.submitTransaction(actions, { abortSignal });
        });
        return true;
      } catch (error) {
        if (!isGuard(error)) throw error;
        const written = steps.map(writtenBy).find((row) => row !== undefined);
        return repeated && written !== undefined && (await ours(written, writeId, deadline)) !== undefined;
      }
    },
  };
}
