import type { Deadline } from '../resilience/deadline.ts';

/** What a row may hold. Instants are ISO 8601 in UTC, so that they compare as text. */
export type Values = Record<string, string | boolean>;

/** A row as it was read. */
export type Row = {
  partitionKey: string;
  rowKey: string;
  values: Values;
  etag: string;
  /** When the Table service wrote it, by its own clock: milliseconds since 1970. */
  writtenAt: number;
};

/** One row to be written. Its guard is `etag`: the row must be as it was read; `null`: there must be no such row; absent: no guard. */
export type Step = Pick<Row, 'partitionKey' | 'rowKey' | 'values'> & { etag?: string | null };

/** A page of a scan. `next`: where the following page begins; `undefined` after the last one. A page may be empty. */
export type Page = { rows: Row[]; next: string | undefined };

/**
 * What the stores need of Azure Tables. A write whose guard fails returns `undefined` or `false` and throws no error.
 * Throws `upstream-unavailable` when the service does not answer, `configuration` when it refuses the app.
 */
export type Table = {
  /** The row, and the service's own time, milliseconds since 1970 (whole seconds). */
  read(partitionKey: string, rowKey: string, deadline: Deadline): Promise<{ row: Row | undefined; serviceNow: number }>;
  /** At most `limit` rows of a partition whose row keys lie between `from` (included) and `to` (not), in order. */
  readRange(
    partitionKey: string,
    range: { from: string; to: string; limit: number },
    deadline: Deadline,
  ): Promise<Row[]>;
  /**
   * Writes one row, or several of one partition in one transaction: all steps or none. The new ETag of the first row;
   * `undefined` when a guard failed, and then nothing was written.
   */
  write(steps: readonly [Step, ...Step[]], deadline: Deadline): Promise<string | undefined>;
  /** `false` when the row has changed; a row that is gone already counts as removed. */
  remove(partitionKey: string, rowKey: string, etag: string, deadline: Deadline): Promise<boolean>;
  /**
   * One page of a scan of the whole table, from `position` (`undefined`: from the start): rows whose `purgeAt` or `eraseAt`
   * lies before `before`. `undefined`: the service does not take this position any more. For the sweep only; a page may take
   * the service 30 s.
   */
  duePage(before: Date, position: string | undefined, deadline: Deadline): Promise<Page | undefined>;
};
