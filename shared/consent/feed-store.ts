import { randomUUID } from 'node:crypto';
import type { Deadline } from '../resilience/deadline.ts';
import type { Table, Values } from '../storage/tables.ts';

/** Where the run that holds the feed stands. */
export type FeedRun = {
  /** The continuation token behind which nothing has been read yet; `undefined`: from the beginning. */
  position(): string | undefined;
  /** Writes down how far the run has come, and keeps the feed for it. `false`: another run has taken it; stop. */
  keep(change: { position?: string | null; completeAt?: number }, deadline: Deadline): Promise<boolean>;
  /** Gives the feed back. */
  release(deadline: Deadline): Promise<void>;
};

/** The one row that remembers how far the event feed has been read, and who is reading it. */
export type FeedStore = {
  /** Takes the feed for one run; `undefined` while another run, here or on another instance, holds it. */
  take(deadline: Deadline): Promise<FeedRun | undefined>;
  /** When the feed was last read to its end (milliseconds since 1970); `undefined`: never. */
  completeAt(deadline: Deadline): Promise<number | undefined>;
};

const key = { partitionKey: 'feed', rowKey: 'feed' };

/** After this long without a sign the holder counts as dead, by the Table service's clock. Milliseconds. */
export const feedLeaseMs = 10_000;

/** The feed's row in the table `consents`. It has no `purgeAt`: it is never swept. */
export function createFeedStore(table: Table): FeedStore {
  return {
    async take(deadline) {
      const { row, serviceNow } = await table.read(key.partitionKey, key.rowKey, deadline);
      const heldBy = String(row?.values.runId ?? '');
      if (row !== undefined && heldBy !== '' && serviceNow - row.writtenAt <= feedLeaseMs) return undefined;
      let values: Values = { ...row?.values, runId: randomUUID() };
      delete values.writeId;
      const write = async (next: Values, etag: string | undefined, by: Deadline) => {
        values = next;
        return etag === undefined ? table.insert({ ...key, values }, by) : table.replace({ ...key, values }, etag, by);
      };
      let etag = await write(values, row?.etag, deadline);
      if (etag === undefined) return undefined;
      return {
        position: () => (typeof values.position === 'string' ? values.position : undefined),
        async keep({ position, completeAt }, by) {
          if (etag === undefined) return false;
          const next = { ...values };
          if (position === null) delete next.position;
          else if (position !== undefined) next.position = position;
          if (completeAt !== undefined) next.completeAt = new Date(completeAt).toISOString();
          etag = await write(next, etag, by);
          return etag !== undefined;
        },
        async release(by) {
          if (etag === undefined) return;
          const { runId: _, ...rest } = values;
          await write(rest, etag, by);
        },
      };
    },

    async completeAt(deadline) {
      const { row } = await table.read(key.partitionKey, key.rowKey, deadline);
      const at = Date.parse(String(row?.values.completeAt ?? ''));
      return Number.isNaN(at) ? undefined : at;
    },
  };
}
