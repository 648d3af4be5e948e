import { asProblem } from '../problems.ts';
import { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Table } from './tables.ts';

/** The tables that are swept. */
type StateTable = 'consents' | 'sessions';

/** A run stops after this long; what is left is taken by the next. The host would end it at ten minutes. */
const runMs = 4 * 60_000;
/** A row that stands so long after its time tells that the sweep has not been running. */
const overdueMs = 60 * 60_000;

/**
 * Sweeps every row whose `purgeAt` has passed: sessions, index rows, callback states, consents past their retention.
 * A back-stop: what is held is refused by its `expiresAt` on read, swept or not. Gives the rows swept, by table.
 */
export async function purgeExpired(
  tables: Readonly<Record<StateTable, Table>>,
  ports: { time: Time; telemetry: Telemetry },
): Promise<Partial<Record<StateTable, number>>> {
  const run = Deadline.after(ports.time, runMs);
  const swept: Partial<Record<StateTable, number>> = {};
  for (const name of ['consents', 'sessions'] as const) {
    try {
      const { count, overdue, isComplete } = await sweep(tables[name], run, ports.time);
      swept[name] = count;
      ports.telemetry.add('purged', count, { table: name });
      ports.telemetry.record('rowsOverdue', overdue, { table: name });
      ports.telemetry.count('purgeRun', { table: name, result: isComplete ? 'complete' : 'unfinished' });
    } catch (error) {
      // The other table is swept all the same; this one is met again at the next run.
      const fault = asProblem(error).fault;
      ports.telemetry.count('purgeRun', { table: name, result: 'failed' });
      ports.telemetry.alert(
        'purge-failed',
        'Rows past their time stay until the sweep succeeds: check the state table.',
        { table: name, fault },
      );
    }
  }
  ports.telemetry.log('info', 'purge-expired', swept);
  return swept;
}

async function sweep(
  table: Table,
  run: Deadline,
  time: Time,
): Promise<{ count: number; overdue: number; isComplete: boolean }> {
  let count = 0;
  let overdue = 0;
  for await (const row of table.expired(new Date(time.now()))) {
    if (run.remainingMs() === 0) return { count, overdue, isComplete: false };
    if (Date.parse(String(row.values.purgeAt)) < time.now() - overdueMs) overdue += 1;
    // Guarded: a row renewed since it was listed stays.
    if (await table.remove(row.partitionKey, row.rowKey, row.etag, run)) count += 1;
  }
  return { count, overdue, isComplete: true };
}
