// A session's row as another process might have left it, put there without asking the moves.
import type { Session } from '../../../shared/session/session.ts';
import { toValues } from '../../../shared/session/session-rows.ts';
import type { Row } from '../../../shared/storage/tables.ts';
import type { memoryTable } from './memory-table.ts';

/** Puts the session into its row, or takes the row away. */
export function plantSession(table: ReturnType<typeof memoryTable>, key: string, session: Session, purgeAt = 0): void {
  const name = `${key}|session`;
  if (session.state === 'absent') return void table.rows.delete(name);
  const row: Row = {
    partitionKey: key,
    rowKey: 'session',
    values: toValues(session, purgeAt),
    etag: `"planted-${session.state}"`,
    writtenAt: Number.NaN,
  };
  table.rows.set(name, row);
}
