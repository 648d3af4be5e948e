import { isStateRow } from '../consent/consent-index.ts';
import { ProblemError } from '../problems.ts';
import type { Row, Step, Table } from '../storage/tables.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';

/** The property that says whose row it is. */
export const bankProperty = 'bank';

/**
 * A table as one bank sees it: every row that is written names the bank, and a row that names another, or none, is not read.
 * The names of rows are derived per bank already; this holds against a row that was copied under another's name, too.
 * A foreign row throws `consent-person-mismatch` and raises the alert. Only the row of a callback's `state` counts as absent instead,
 * because a browser may still return to a bank that was removed.
 */
export function tableOf(organisationNumber: string, table: Table, telemetry: Telemetry): Table {
  const own = <R extends Row | undefined>(row: R): R => {
    if (row === undefined || row.values[bankProperty] === organisationNumber) return row;
    if (isStateRow(row)) return undefined as R;
    telemetry.count('personMismatch', { where: 'row' });
    telemetry.alert(
      'consent-mismatch',
      'A stored row names another bank than the one whose customer asked. Nothing of it is used; find out who wrote it.',
      { mismatch: 'row', reason: 'row', rowKey: row.rowKey },
    );
    throw new ProblemError('consent-person-mismatch', { fault: 'row-of-another-bank' });
  };
  const named = (row: Step): Step => ({ ...row, values: { ...row.values, [bankProperty]: organisationNumber } });
  return {
    async read(partitionKey, rowKey, deadline) {
      const { row, serviceNow } = await table.read(partitionKey, rowKey, deadline);
      return { row: own(row), serviceNow };
    },
    readRange: async (partitionKey, range, deadline) => (await table.readRange(partitionKey, range, deadline)).map(own),
    write: ([first, ...others], deadline) => table.write([named(first), ...others.map(named)], deadline),
    remove: (partitionKey, rowKey, etag, deadline) => table.remove(partitionKey, rowKey, etag, deadline),
    duePage: (before, position, deadline) => table.duePage(before, position, deadline),
  };
}
