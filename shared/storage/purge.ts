import { asProblem } from '../problems.ts';
import { Deadline, DeadlineExceeded } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import { unavailable } from '../resilience/upstream-problems.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { isUsedUp, walk } from './sweep-walk.ts';
import type { Row, Table } from './tables.ts';

type PurgePorts = {
  time: Time;
  telemetry: Telemetry;
  /**
   * Erases what an ended use left over, as the person row remembers. Throws what goes wrong. `undefined` for a row of a bank that is
   * not served any more: its sessions run out by themselves, and the row goes by its `purgeAt`.
   */
  eraseLeft: (row: Row) => ((deadline: Deadline) => Promise<unknown>) | undefined;
};

const minute = 60_000;
const hour = 60 * minute;
/**
 * `shareMs`: of a run, together four minutes; the host would end a run at ten. `pauseMs`: from the end of a walk to the next.
 * `overdueMs`: a row that is still there so long after its time shows that the sweep is behind.
 */
const plan = {
  // First, because it holds sealed saldos.
  sessions: { shareMs: 2 * minute, pauseMs: 0, overdueMs: hour },
  // A walk through millions of rows costs thousands of table operations (docs/capacity.md).
  consents: { shareMs: 2 * minute, pauseMs: 23 * hour, overdueMs: 48 * hour },
} as const;
type Swept = Record<keyof typeof plan, number>;

/** One row may take this long, so that it does not use up the share of all others. */
const rowMs = 10_000;

/**
 * One run of the sweep: removes rows whose `purgeAt` has passed, and hands those whose `eraseAt` has passed to `eraseLeft`.
 * It is a second line of defence: a held saldo past its `expiresAt` is refused when it is read, swept or not. Returns the rows
 * removed, by table. Never throws.
 */
export async function purgeExpired(
  tables: Readonly<Record<keyof Swept, Table>>,
  { time, telemetry, eraseLeft }: PurgePorts,
): Promise<Swept> {
  const swept = { sessions: 0, consents: 0 };
  for (const name of ['sessions', 'consents'] as const) {
    const { shareMs, pauseMs, overdueMs } = plan[name];
    const share = Deadline.after(time, shareMs);
    let overdue = 0;
    let left = 0;
    let fault: unknown;
    const deal = async (row: Row) => {
      const { partitionKey, rowKey, etag, values } = row;
      const sinceMs = (at: unknown) => time.now() - Date.parse(String(at));
      const deadline = share.atMost(rowMs);
      const [pastMs, eraseMs] = [sinceMs(values.purgeAt), sinceMs(values.eraseAt)];
      try {
        // A row past its own time has nothing left to erase: no session that it lists lasts longer than the row.
        const erase = eraseMs > 0 && !(pastMs > 0) ? eraseLeft(row) : undefined;
        if ((erase === undefined ? pastMs : eraseMs) > overdueMs) overdue += 1;
        if (erase !== undefined) await deadline.within(() => erase(deadline));
        else if (pastMs > 0) {
          // Guarded: a row that was written after it was listed stays.
          if (await table.remove(partitionKey, rowKey, etag, deadline)) swept[name] += 1;
        }
        // An instant that cannot be read removes nothing. A row of a bank that was removed goes at its own time.
        else if (!(eraseMs > 0 && pastMs <= 0)) left += 1;
      } catch (error) {
        if (isUsedUp(share)) return;
        left += 1;
        fault = error instanceof DeadlineExceeded ? unavailable('tables', 'row-timeout', 0) : error;
      }
    };
    const table = tables[name];
    let result: 'complete' | 'unfinished' | 'failed' = 'failed';
    try {
      const walkedAt = await walk(table, share, pauseMs, deal, { time, telemetry });
      // A long walk goes over many runs; the table is behind when its last walk ended too long ago.
      result = time.now() - (walkedAt ?? 0) < overdueMs ? 'complete' : 'unfinished';
    } catch (error) {
      // The other table is still swept.
      fault = error;
    }
    telemetry.add('purged', swept[name], { table: name });
    telemetry.record('rowsOverdue', overdue, { table: name });
    telemetry.count('purgeRun', { table: name, result });
    if (fault !== undefined || left > 0)
      telemetry.alert(
        'purge-failed',
        'Rows past their time stay until the next sweep: check the state table, and the rows that were left.',
        { table: name, reason: name, left, fault: fault === undefined ? 'row-unreadable' : asProblem(fault).fault },
      );
  }
  telemetry.log('info', 'purge-expired', swept);
  return swept;
}
