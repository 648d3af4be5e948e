// The CSV of an import: a title line with `nationalId` and `consentId` (or `authorizationCode`), then a row for each consent.
import { NationalId } from '../../shared/person/national-id.ts';
import { csvRecords } from '../csv.ts';

/** A row that can be read, or the reason why it cannot. `row` is its line in the file; the title line is 1. */
export type ImportRow = { row: number } & ({ nationalId: NationalId; id: string } | { fault: string });

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads the rows. Throws `RangeError` for a title line that does not name both columns, and for quotes that do not match. */
export function readRows(csv: string): ImportRow[] {
  const [title, ...records] = csvRecords(csv);
  const columns = (title?.fields ?? []).map((name) => name.toLowerCase());
  const person = columns.indexOf('nationalid');
  const consent = columns.findIndex((name) => name === 'consentid' || name === 'authorizationcode');
  if (person < 0 || consent < 0)
    throw new RangeError(
      'The first line of the CSV must name the columns nationalId and consentId (or authorizationCode).',
    );
  return records.map(({ line: row, fields }): ImportRow => {
    const nationalId = NationalId.parse(fields[person]);
    const id = (fields[consent] ?? '').toLowerCase();
    if (nationalId === undefined) return { row, fault: 'not-a-national-id' };
    return uuid.test(id) ? { row, nationalId, id } : { row, fault: 'not-a-consent-id' };
  });
}
