// The CSV of an import: a title line naming `nationalId` and `consentId` (or `authorizationCode`), then a row a consent.
import { NationalId } from '../../shared/person/national-id.ts';
import { csvLines, fieldsReader } from '../csv.ts';

/** A row that can be read, or the reason why it cannot. Rows are counted from 1, the title line being row 1. */
export type ImportRow = { row: number } & ({ nationalId: NationalId; id: string } | { fault: string });

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads the rows. Throws for a title line that does not name both columns. */
export function readRows(csv: string): ImportRow[] {
  const [head, ...lines] = csvLines(csv);
  const title = head?.text ?? '';
  const cells = fieldsReader(title);
  const columns = cells(title).map((name) => name.toLowerCase());
  const person = columns.indexOf('nationalid');
  const consent = columns.findIndex((name) => name === 'consentid' || name === 'authorizationcode');
  if (person < 0 || consent < 0)
    throw new RangeError(
      'The first line of the CSV must name the columns nationalId and consentId (or authorizationCode).',
    );
  return lines.flatMap(({ number: row, text }): ImportRow[] => {
    if (text === '') return [];
    const values = cells(text);
    const nationalId = NationalId.parse(values[person]);
    const id = (values[consent] ?? '').toLowerCase();
    if (nationalId === undefined) return [{ row, fault: 'not-a-national-id' }];
    return uuid.test(id) ? [{ row, nationalId, id }] : [{ row, fault: 'not-a-consent-id' }];
  });
}
