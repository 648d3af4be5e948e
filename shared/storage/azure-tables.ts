import { randomUUID } from 'node:crypto';
import type { TableClient, TransactionAction } from '@azure/data-tables';
import { ProblemError } from '../problems.ts';
import { retryAfterOf } from '../resilience/azure-retry-after.ts';
import { type Deadline, DeadlineExceeded } from '../resilience/deadline.ts';
import type { Attempt, Policy } from '../resilience/policy.ts';
import type { Time } from '../resilience/time.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { invalidReply } from '../upstream/reply.ts';
import type { NewRow, Row, Step, Table, Values } from './tables.ts';

/** What the SDK hands over with every reply. */
type OnResponse = { headers: { get(name: string): string | undefined } };

/**
 * `Table` on the real SDK, with its own retries off: one layer only. Each write carries a `writeId`, so that a write whose
 * answer was lost and that is sent again is recognised as ours when the guard then fails.
 */
export function createAzureTable(
  name: string,
  client: () => Promise<TableClient>,
  attempts: { read: number; write: number },
  ports: {
    policy: Policy;
    time: Time;
    telemetry: Telemetry;
    /** The table is gone: whoever opened it must open (and create) it anew. */
    onMissing?: () => void;
  },
): Table {
  const { policy, time, telemetry } = ports;

  /** One call under the policy. What the service says with a meaning (404, 409, 412) is thrown as the SDK has it. */
  const call = async <T>(
    kind: 'read' | 'write',
    deadline: Deadline,
    work: (client: TableClient, signal: AbortSignal, attempt: number) => Promise<T>,
  ): Promise<T> => {
    const answer = await policy.run<{ value: T } | { said: unknown }, { client: TableClient } | { fault: unknown }>(
      `tables-${kind}`,
      deadline,
      async ({ signal, number, prepared }) => {
        try {
          if ('fault' in prepared) throw prepared.fault;
          return { value: { value: await work(prepared.client, signal, number) } };
        } catch (error) {
          return isSaid(error) ? { value: { said: error } } : failedCall(error);
        }
      },
      {
        maxAttempts: attempts[kind],
        // Opening takes longer than a try (identity, the marker row), once a process; a failure is judged like any other.
        prepare: (left) =>
          left.bound(client).then(
            (opened) => ({ client: opened }),
            (fault: unknown) => ({ fault }),
          ),
      },
    );
    if ('said' in answer) throw answer.said;
    return answer.value;
  };

  const failedCall = (error: unknown): Attempt<never> => {
    if (error instanceof ProblemError) return { problem: error, elsewhere: error.code !== 'upstream-invalid-reply' };
    if (error instanceof DeadlineExceeded) return { outcome: 'timeout', fault: 'opening' };
    const status = statusOf(error);
    const errorName = (error as { name?: unknown } | undefined)?.name;
    if (errorName === 'AbortError') return { outcome: 'timeout', fault: 'timeout' };
    // A success that could not be read: told by a status, or by whatever the SDK's reader stumbled over.
    if (status !== undefined ? status < 400 : errorName !== 'RestError')
      return { problem: invalidReply(`tables-${name}-unreadable`, error) };
    // Also where the line broke inside the body.
    if (status === undefined) return { outcome: 'connection', fault: 'connection' };
    if (isMissingTable(error)) {
      // Opened, and so made, anew by the next attempt.
      ports.onMissing?.();
      return { outcome: 'connection', fault: `${name}-missing` };
    }
    const asked = { retryAfterMs: retryAfterOf(error, time.now()), fault: `${name}-status-${status}` };
    if (status === 429) return { outcome: 'throttled', ...asked };
    if (status === 500) return { outcome: 'server-error', ...asked };
    if (status > 500) return { outcome: 'gateway-error', ...asked };
    telemetry.alert(
      'tables-refused',
      'Check that the app identity is Storage Table Data Contributor on the account of STATE_TABLE_ENDPOINT.',
      { fault: `tables-${status}` },
    );
    return { problem: new ProblemError('configuration', { fault: `tables-refused-${status}` }) };
  };

  /** After a guard failed on a repeated write: was the first one ours after all? */
  const ours = async (
    row: { partitionKey: string; rowKey: string },
    writeId: string,
    deadline: Deadline,
  ): Promise<string | undefined> => {
    const { row: found } = await table.read(row.partitionKey, row.rowKey, deadline);
    return found?.values.writeId === writeId ? found.etag : undefined;
  };

  const guarded = async (
    row: NewRow,
    deadline: Deadline,
    write: (client: TableClient, entity: object, signal: AbortSignal) => Promise<{ etag?: string | undefined }>,
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

  const table: Table = {
    read: (partitionKey, rowKey, deadline) =>
      call('read', deadline, async (tableClient, abortSignal) => {
        let serviceNow = Number.NaN;
        const onResponse = (response: OnResponse) => {
          serviceNow = Date.parse(response.headers.get('date') ?? '');
        };
        const row = await tableClient.getEntity(partitionKey, rowKey, { abortSignal, onResponse }).then(
          (entity) => {
            // The SDK passes on whatever it finds; a row that is not the one asked for is no answer.
            if (entity.partitionKey !== partitionKey || entity.rowKey !== rowKey)
              throw invalidReply(`tables-${name}-row`);
            return toRow(entity);
          },
          (error: unknown) => {
            if (statusOf(error) === 404 && !isMissingTable(error)) return undefined;
            throw error;
          },
        );
        return { row, serviceNow: Number.isNaN(serviceNow) ? time.now() : serviceNow };
      }),

    readPartition: (partitionKey, prefix, deadline) =>
      call('read', deadline, async (tableClient, abortSignal) => {
        const filter = `PartitionKey eq '${quoted(partitionKey)}' and RowKey ge '${quoted(prefix)}' and RowKey lt '${quoted(`${prefix}~`)}'`;
        const rows: Row[] = [];
        for await (const entity of tableClient.listEntities({ queryOptions: { filter }, abortSignal }))
          rows.push(toRow(entity));
        return rows;
      }),

    readRange: (partitionKey, { from, to, limit }, deadline) =>
      call('read', deadline, async (tableClient, abortSignal) => {
        const filter = `PartitionKey eq '${quoted(partitionKey)}' and RowKey ge '${quoted(from)}' and RowKey lt '${quoted(to)}'`;
        const rows: Row[] = [];
        // A page may be shorter than asked for although more follow, so pages are read until there are enough.
        const pages = tableClient
          .listEntities({ queryOptions: { filter }, abortSignal })
          .byPage({ maxPageSize: limit });
        for await (const page of pages) {
          rows.push(...page.map(toRow));
          if (rows.length >= limit) break;
        }
        return rows.slice(0, limit);
      }),

    insert: (row, deadline) =>
      guarded(row, deadline, (tableClient, entity, abortSignal) =>
        tableClient.createEntity(entity as never, { abortSignal }),
      ),

    replace: (row, etag, deadline) =>
      guarded(row, deadline, (tableClient, entity, abortSignal) =>
        tableClient.updateEntity(entity as never, 'Replace', { etag, abortSignal }),
      ),

    upsert: (row, deadline) =>
      call('write', deadline, async (tableClient, abortSignal) => {
        await tableClient.upsertEntity(toEntity(row, randomUUID()) as never, 'Replace', { abortSignal });
      }),

    async remove(partitionKey, rowKey, etag, deadline) {
      try {
        await call('write', deadline, (tableClient, abortSignal) =>
          tableClient.deleteEntity(partitionKey, rowKey, { etag, abortSignal }),
        );
        return true;
      } catch (error) {
        if (statusOf(error) === 404) return true;
        if (isGuard(error)) return false;
        throw error;
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
        const written = steps
          .map((step) =>
            'insert' in step
              ? step.insert
              : 'replace' in step
                ? step.replace
                : 'upsert' in step
                  ? step.upsert
                  : undefined,
          )
          .find((row) => row !== undefined);
        return repeated && written !== undefined && (await ours(written, writeId, deadline)) !== undefined;
      }
    },

    async *expired(before) {
      const filter = `purgeAt lt '${before.toISOString()}'`;
      for await (const entity of (await client()).listEntities({ queryOptions: { filter } })) yield toRow(entity);
    },
  };
  return table;
}

function toEntity(row: NewRow, writeId: string): object {
  return { partitionKey: row.partitionKey, rowKey: row.rowKey, writeId, ...row.values };
}

function toAction(step: Step, writeId: string): TransactionAction {
  if ('insert' in step) return ['create', toEntity(step.insert, writeId) as never];
  if ('replace' in step) return ['update', toEntity(step.replace, writeId) as never, 'Replace', { etag: step.etag }];
  if ('upsert' in step) return ['upsert', toEntity(step.upsert, writeId) as never, 'Replace'];
  return ['delete', step.remove as never];
}

function toRow(entity: object): Row {
  const { partitionKey, rowKey, etag, timestamp, ...rest } = entity as Record<string, unknown>;
  const values: Values = {};
  for (const [name, value] of Object.entries(rest))
    if (typeof value === 'string' || typeof value === 'boolean') values[name] = value;
  return {
    partitionKey: String(partitionKey),
    rowKey: String(rowKey),
    etag: String(etag),
    writtenAt: Date.parse(String(timestamp)),
    values,
  };
}

const quoted = (text: string) => text.replaceAll("'", "''");

function statusOf(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown } | undefined)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}

/** 409: the row exists. 412: it has changed. 404 on a guarded write: it is gone. */
function isGuard(error: unknown): boolean {
  const status = statusOf(error);
  if (isMissingTable(error)) return false;
  return status === 409 || status === 412 || status === 404;
}

/** The table itself is not there: no answer about a row. The SDK puts the code in two places (single call, batch). */
function isMissingTable(error: unknown): boolean {
  const { code, details } = error as { code?: unknown; details?: { odataError?: { code?: unknown } } };
  return code === 'TableNotFound' || details?.odataError?.code === 'TableNotFound';
}

/** An answer that means something to a store: absent, exists, changed. */
function isSaid(error: unknown): boolean {
  return isGuard(error) && !isMissingTable(error);
}
