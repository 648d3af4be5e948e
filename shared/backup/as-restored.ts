import { personKind } from '../consent/person-document.ts';
import { textOf } from '../storage/documents.ts';
import { jsonOf } from '../upstream/statuses.ts';
import type { StoredRow } from './row-lines.ts';

// Neither is asked of it here: due times are not changed.
const kind = personKind(0, () => 0);

/**
 * A row as it is written back by a restore. Every row of a restore goes through here, and nowhere else.
 *
 * A consent may have been withdrawn after the export, so each accepted one comes back as a doubt (`restored`): it is not used
 * before Altinn has been read again and says that it is in force. A row that this version cannot read comes back unchanged, because the
 * program does not use it either. All other rows come back unchanged too. The row of the event feed has the position of the export, so
 * the later events are read again. `now`: milliseconds since 1970.
 */
export function asRestored(row: StoredRow, now: number): StoredRow {
  if (row.rowKey !== kind.kind || typeof row.properties.doc !== 'string') return row;
  const person = kind.parse(jsonOf(row.properties.doc));
  if (person === undefined || 'movedTo' in person) return row;
  const consents = person.consents.map((consent) =>
    consent.state === 'accepted'
      ? { ...consent, doubt: { reason: 'restored' as const, at: now, checkedIn: [] } }
      : consent,
  );
  return {
    ...row,
    properties: { ...row.properties, doc: textOf({ ...person, consents }) },
  };
}
