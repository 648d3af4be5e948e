import { randomUUID } from 'node:crypto';
import type { KeyedName } from '../person/person-key.ts';
import { ProblemError } from '../problems.ts';
import { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { Table } from '../storage/tables.ts';

// A person's rows are guarded by one head, in one partition. While PERSON_KEY_SECRET is rotated a person without rows has
// two partitions, one for each key, and two processes could each open a request in its own. So the one row that both can
// compute, under the lesser of the two keys, is a turn that one of them at a time has.

/** How long a holder may work, by its own stopwatch: nothing is sent after that. Milliseconds. */
const workMs = 8000;
/** When a turn that was not given back counts as given up, by the Table service's clock. Well beyond what was sent last. */
const turnMs = 20_000;
const pollMs = 100;
const giveBackMs = 1000;
const rowKey = 'turn';

/**
 * Runs `work` while no other process does so for a person of these keys. Who dies with the turn keeps the others waiting
 * for it: `upstream-unavailable` meanwhile. Throws what `work` throws.
 */
export async function inTurn<T>(
  table: Table,
  time: Time,
  keys: readonly KeyedName[],
  deadline: Deadline,
  work: (by: Deadline) => Promise<T>,
): Promise<T> {
  const partitionKey = `turn-${[...keys].sort()[0]}`;
  const row = () => ({
    partitionKey,
    rowKey,
    values: { turnId: randomUUID(), purgeAt: new Date(time.now() + turnMs).toISOString() },
  });
  /** The ETag of our turn, or `undefined` while it is another's. */
  const take = async (by: Deadline): Promise<string | undefined> => {
    const inserted = await table.insert(row(), by);
    if (inserted !== undefined) return inserted;
    const { row: held, serviceNow } = await table.read(partitionKey, rowKey, by);
    if (held === undefined || serviceNow - held.writtenAt <= turnMs) return undefined;
    return table.replace(row(), held.etag, by);
  };
  for (;;) {
    if (deadline.remainingMs() <= pollMs)
      throw new ProblemError('upstream-unavailable', { fault: 'turn-taken', retryAfterSeconds: 5 });
    // Counted from before it is asked for: the holder must be done before the others think so.
    const by = deadline.atMost(workMs);
    const etag = await take(by);
    if (etag === undefined) {
      await time.sleep(pollMs);
      continue;
    }
    try {
      return await work(by);
    } finally {
      // With a little time of its own: the work may have used up all there was. One not given back runs out by itself.
      await table.remove(partitionKey, rowKey, etag, Deadline.after(time, giveBackMs)).catch(() => false);
    }
  }
}
