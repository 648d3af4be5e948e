// A session's row as another process might have left it, written without the moves of the program.
import type { SessionRow } from '../../../shared/session/session.ts';
import type { memoryTable } from './memory-table.ts';

type WithoutEnd<R> = R extends unknown ? Omit<R, 'purgeAt'> : never;
type Memory = ReturnType<typeof memoryTable>;

/** Writes the session into its row, or removes the row. `purgeAt`: milliseconds since 1970. */
export function plantSession(
  table: Memory,
  key: string,
  session: WithoutEnd<SessionRow> | undefined,
  purgeAt = 0,
): void {
  if (session === undefined) return void table.rows.delete(`${key}|session`);
  plantText(table, key, JSON.stringify({ v: 1, purgeAt, ...session }));
}

/** Writes any text in place of a document's JSON. */
export function plantText(table: Memory, key: string, doc: string, rowKey: 'session' | 'subject' = 'session'): void {
  const values = { doc };
  // The row has no age by the Table service's clock.
  table.rows.set(`${key}|${rowKey}`, { partitionKey: key, rowKey, values, etag: '"planted"', writtenAt: Number.NaN });
}

/** The session stored in a row. */
export function storedSession(table: Memory, key: string): Record<string, unknown> | undefined {
  const text = table.rows.get(`${key}|session`)?.values.doc;
  return text === undefined ? undefined : (JSON.parse(String(text)) as Record<string, unknown>);
}
