import { randomUUID } from 'node:crypto';
import type { TableClient, TransactionAction } from '@azure/data-tables';
import { ProblemError } from '../problems.ts';
import { type Deadline, DeadlineExceeded } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { NewRow, Row, Step, Table, Values } from './tables.ts';

type Numbers = { tryMs: number; totalMs: number };
/** What the SDK hands over with every reply. */
type OnResponse = { headers: { get(name: string): string | undefined } };

const maxReads = 3;
const maxWrites = 2;

/**
 * `Table` on the real SDK, with its own retries off: one layer only. Each write carries a `writeId`, so that a write whose
 * answer was lost and that is sent again is recognised as ours when the guard then fails.
 */
export function createAzureTable(
  name: string,
  client: () => Promise<TableClient>,
  numbers: Numbers,
  ports: {
    time: Time;
    telemetry: Telemetry;
    /** The table is gone: whoever opened it must open (and create) it anew. */
    onMissing?: () => void;
  },
): Table {
  const call = async <T>(
    kind: 'read' | 'write',
    deadline: Deadline,
    work: (client: TableClient, signal: AbortSignal, attempt: number) => Promise<T>,
  ): Promise<T> => {
    const total = deadline.atMost(numbers.totalMs);
    for (let attempt = 1; ; attempt++) {
      try {
        return await total.atMost(numbers.tryMs).bound(async (signal) => work(await client(), signal, attempt));
      } catch (error) {
        const outcome = classify(error);
        if (outcome === undefined) throw error;
        if (outcome === 'missing') ports.onMissing?.();
        const last =
          attempt >= (kind === 'read' ? maxReads : maxWrites) || total.remainingMs() < 20 || outcome === 'refused';
        ports.telemetry.attempt({
          upstream: 'tables',
          call: `${name}-${kind}`,
          attempt,
          outcome,
          durationMs: 0,
          ...(last ? { stop: 'attempts' } : {}),
        });
        if (outcome === 'refused')
          throw new ProblemError('configuration', { fault: `tables-refused-${statusOf(error)}` });
        if (last)
          throw new ProblemError('upstream-unavailable', {
            fault: `tables-${outcome}`,
            retryAfterSeconds: 5 + Math.floor(ports.time.random() * 6),
          });
        await ports.time.sleep(20 + 60 * ports.time.random());
      }
    }
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
        const row = await tableClient
          .getEntity(partitionKey, rowKey, { abortSignal, onResponse })
          .then(toRow, (error: unknown) => {
            if (statusOf(error) === 404 && !isMissingTable(error)) return undefined;
            throw error;
          });
        return { row, serviceNow: Number.isNaN(serviceNow) ? ports.time.now() : serviceNow };
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

/** What kind of failure this is; `undefined` for an answer that means something (404, 409, 412) and for our own errors. */
function classify(
  error: unknown,
): 'connection' | 'timeout' | 'throttled' | 'server-error' | 'refused' | 'missing' | undefined {
  if (error instanceof DeadlineExceeded) return 'timeout';
  if (error instanceof ProblemError) return undefined;
  if (isMissingTable(error)) return 'missing';
  const status = statusOf(error);
  const name = (error as { name?: unknown } | undefined)?.name;
  // @azure/identity: no endpoint, no answer, or a refusal with the endpoint's own status.
  const identity = typeof name === 'string' && /^(?:Credential|Authentication|AggregateAuthentication)/.test(name);
  if (status === undefined) {
    if (name === 'AbortError') return 'timeout';
    // The SDK throws plain errors over an answer it cannot read (HTML from something that is no table service).
    return name === 'RestError' || identity ? 'connection' : 'server-error';
  }
  if (status === 401 || status === 403 || (identity && status === 400)) return 'refused';
  if (status === 429) return 'throttled';
  if (status === 408) return 'timeout';
  if (status === 404 || status === 409 || status === 412) return undefined;
  return status >= 400 && status < 500 ? 'refused' : 'server-error';
}
