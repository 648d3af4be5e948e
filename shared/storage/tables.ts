import type { Deadline } from '../resilience/deadline.ts';

/** What a row may hold. Instants are ISO 8601 in UTC, so that they compare as text. */
export type Values = Record<string, string | boolean>;

export type Row = {
  partitionKey: string;
  rowKey: string;
  values: Values;
  etag: string;
  /** When the Table service wrote it, by its own clock: milliseconds since 1970. */
  writtenAt: number;
};

/** A row to be written. */
export type NewRow = Pick<Row, 'partitionKey' | 'rowKey' | 'values'>;

/** One step of a batch: all rows of one partition, all steps or none. */
export type Step =
  | { insert: NewRow }
  | { replace: NewRow; etag: string }
  | { upsert: NewRow }
  // Unguarded (the SDK takes no ETag here): some other step of the batch carries the guard.
  | { remove: { partitionKey: string; rowKey: string } };

/**
 * What the stores need of Azure Tables. A guarded write that somebody else was ahead of gives `undefined` or `false`,
 * never an error. Throws `upstream-unavailable` when the service does not answer, `configuration` when it refuses us.
 */
export type Table = {
  /** The row, and the service's own time, milliseconds since 1970 (whole seconds). */
  read(partitionKey: string, rowKey: string, deadline: Deadline): Promise<{ row: Row | undefined; serviceNow: number }>;
  /** Rows of a partition whose row key begins with `prefix`, in order. */
  readPartition(partitionKey: string, prefix: string, deadline: Deadline): Promise<Row[]>;
  /** At most `limit` rows of a partition whose row keys lie between `from` (included) and `to` (not), in order. */
  readRange(
    partitionKey: string,
    range: { from: string; to: string; limit: number },
    deadline: Deadline,
  ): Promise<Row[]>;
  /** The new ETag, or `undefined` when the row exists. */
  insert(row: NewRow, deadline: Deadline): Promise<string | undefined>;
  /** The new ETag, or `undefined` when the row has changed or gone. */
  replace(row: NewRow, etag: string, deadline: Deadline): Promise<string | undefined>;
  upsert(row: NewRow, deadline: Deadline): Promise<void>;
  /** `false` when the row has changed; a row that is gone already is removed all the same. */
  remove(partitionKey: string, rowKey: string, etag: string, deadline: Deadline): Promise<boolean>;
  /** `false` when any step's guard failed; then nothing was written. */
  batch(steps: readonly Step[], deadline: Deadline): Promise<boolean>;
  /** Rows of the whole table whose `purgeAt` lies before `before`, page by page. A scan: for the sweep only. */
  expired(before: Date): AsyncIterable<Row>;
};
