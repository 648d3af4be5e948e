import { expect, test } from 'vitest';
import { feedKind, feedLeaseMs, feedPartitionOf, takeFeed } from '../../../shared/consent/feed-lease.ts';
import { Documents } from '../../../shared/storage/documents.ts';
import { memoryTable } from '../support/memory-table.ts';
import { recordedTelemetry } from '../support/recorder.ts';
import { VirtualTime } from '../support/virtual-time.ts';

test("a run renews its lease once in a third of the lease's time, because writing its progress renews it as well", async () => {
  const time = new VirtualTime();
  const table = memoryTable(time);
  let writes = 0;
  table.hooks.after = async (operation) => void (operation !== 'read' && writes++);
  const feed = new Documents(feedKind, { table, time, telemetry: recordedTelemetry() });
  const lease = await takeFeed(feed, feedPartitionOf('310000019'), time);
  const third = feedLeaseMs / 3;
  /** What a step of the run writes, the given milliseconds after the step before. */
  const after = async (ms: number, step: () => Promise<boolean> | undefined) => {
    const before = writes;
    await time.pass(ms);
    expect(await step()).toBe(true);
    return writes - before;
  };
  expect(writes).toBe(1);
  expect(await after(third - 1, () => lease?.keepAlive())).toBe(0);
  expect(await after(2, () => lease?.keep({ position: 'p' }))).toBe(1);
  // The row is as old as that write.
  expect(await after(third - 1, () => lease?.keepAlive())).toBe(0);
  expect(await after(1, () => lease?.keepAlive())).toBe(1);
  expect(await after(third - 1, () => lease?.keepAlive())).toBe(0);
});
