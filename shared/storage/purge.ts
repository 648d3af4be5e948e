import { asProblem } from '../problems.ts';
import { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Table } from './tables.ts';

/** A run stops after this long; what is left is taken by the next. The host would end it at ten minutes. */
const runMs = 4 * 60_000;

/**
 * Sweeps every row whose `purgeAt` has passed: sessions, index rows, callback states, consents past their retention.
 * A back-stop: what is held is refused by its `expiresAt` on read, swept or not. Gives the rows swept, by table.
 */
export async function purgeExpired(
  tables: Readonly<Record<string, Table>>,
  ports: { time: Time; telemetry: Telemetry },
): Promise<Record<string, number>> {
  const run = Deadline.after(ports.time, runMs);
  const swept: Record<string, number> = {};
  for (const [name, table] of Object.entries(tables)) {
    try {
      swept[name] = await sweep(table, run, ports.time);
      if (swept[name] > 0) ports.telemetry.count('purged', { table: name });
    } catch (error) {
      // The other table is swept all the same; this one is met again at the next run.
      const fault = asProblem(error).fault;
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

async function sweep(table: Table, run: Deadline, time: Time): Promise<number> {
  let count = 0;
  for await (const row of table.expired(new Date(time.now()))) {
    if (run.remainingMs() === 0) break;
    // Guarded: a row renewed since it was listed stays.
    if (await table.remove(row.partitionKey, row.rowKey, row.etag, run)) count += 1;
  }
  return count;
}
