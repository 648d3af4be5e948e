import { CsvError, parse } from 'csv-parse/sync';

/** A record of the parser with the option `info`, which its types do not have. */
type InfoRecord = { record: string[]; info: { lines: number } };

/** A record of a CSV text and the line on which it ends, from 1. */
export type CsvRecord = { line: number; fields: string[] };

/**
 * Reads a CSV text (RFC 4180, also with a byte order mark), the title line first. The separator is `;` where the title line has one,
 * else `,`. Records may differ in length; blanks around a field go, and blank lines are left out. Throws `RangeError` that names the
 * line and nothing of its content, for a quote that is not closed or that is followed by more than a separator.
 */
export function csvRecords(text: string): CsvRecord[] {
  const [title = ''] = text.split(/\r?\n/, 1);
  try {
    const options = {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_records_with_empty_values: true,
      trim: true,
    };
    const delimiter = title.includes(';') ? ';' : ',';
    const records: unknown = parse(text, { ...options, delimiter, record_delimiter: ['\r\n', '\n'] });
    return (records as InfoRecord[]).map(({ record, info }) => ({ line: info.lines, fields: record }));
  } catch (error) {
    // The parser's own message quotes the field, which may be a national id.
    if (error instanceof CsvError) throw new RangeError(`CSV, line ${error.lines}: the quotes do not match.`);
    throw error;
  }
}
