import { randomUUID } from 'node:crypto';
import type { TableClient } from '@azure/data-tables';
import { invalidReply } from '../upstream/reply.ts';
import { createReads } from './azure-reads.ts';
import { createTableCall, type TablePorts } from './azure-table-call.ts';
import type { TableName, TableOpener } from './open-tables.ts';
import { entityOf, rowOf, toAction } from './table-entities.ts';
import { isRowChanged, isRowMissing, isRowPresent } from './table-errors.ts';
import type { Step, Table } from './tables.ts';

type Steps = Parameters<Table['write']>[0];

/**
 * `Table` on the real SDK, every call under the policy of the state table. Each write carries a `writeId`: when its answer is
 * lost and it is sent again, the guard fails, and the `writeId` in the row shows that the first one took effect.
 */
export function createAzureTable(
  name: TableName,
  opener: Pick<TableOpener, 'client' | 'opened'>,
  attempts: { read: number; write: number },
  ports: TablePorts,
): Table {
  const call = createTableCall(name, opener, attempts, ports);
  const reads = createReads(name, () => opener.client(name), call, ports);
  return {
    ...reads,

    async write(steps, deadline) {
      const writeId = randomUUID();
      const { etag, isRepeat } = await call('write', deadline, async (client, signal, attempt) => {
        try {
          return { etag: await send(client, steps, writeId, signal), isRepeat: false };
        } catch (error) {
          if (!steps.some((step) => isGuardOf(step, error))) throw error;
          return { etag: undefined, isRepeat: attempt > 1 };
        }
      });
      if (!isRepeat) return etag;
      const { partitionKey, rowKey } = rowOf(steps[0]);
      const { row } = await reads.read(partitionKey, rowKey, deadline);
      return row?.values.writeId === writeId ? row.etag : undefined;
    },

    remove: (partitionKey, rowKey, etag, deadline) =>
      call('write', deadline, async (client, abortSignal) => {
        try {
          await client.deleteEntity(partitionKey, rowKey, { etag, abortSignal });
          return true;
        } catch (error) {
          if (isRowChanged(error)) return false;
          if (isRowMissing(error)) return true;
          throw error;
        }
      }),
  };
}

/** Whether the error says that the guard of this step failed. An upsert has no guard. */
function isGuardOf(step: Step, error: unknown): boolean {
  if ('insert' in step) return isRowPresent(error);
  return 'replace' in step && (isRowChanged(error) || isRowMissing(error));
}

/** Sends the steps. Returns the new ETag of the first row. */
async function send(client: TableClient, steps: Steps, writeId: string, abortSignal: AbortSignal): Promise<string> {
  const { etag } = steps.length === 1 ? await sendOne(steps[0]) : await sendAll();
  // Without it the next change could not be guarded.
  if (!etag) throw invalidReply('tables', 'write-etag');
  return etag;

  function sendOne(step: Step) {
    const entity = entityOf(step, writeId);
    if ('insert' in step) return client.createEntity(entity, { abortSignal });
    if ('upsert' in step) return client.upsertEntity(entity, 'Replace', { abortSignal });
    return client.updateEntity(entity, 'Replace', { etag: step.etag, abortSignal });
  }

  async function sendAll() {
    const actions = steps.map((step) => toAction(step, writeId));
    const { subResponses } = await client.submitTransaction(actions, { abortSignal });
    // The SDK throws for a failed step only where it finds a JSON body.
    const failed = subResponses.find(({ status }) => status >= 300);
    if (failed) throw Object.assign(new Error('A step failed.'), { name: 'RestError', statusCode: failed.status });
    return { etag: subResponses.length === steps.length ? subResponses[0]?.etag : undefined };
  }
}
