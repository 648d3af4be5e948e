// The report of an import. A row that it names is done. It has row numbers and results, and no national id.
import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';

/** A report to which lines are added. */
export type Report = {
  /** Row number in the CSV → result, as far as known from this and earlier runs. */
  results: Map<number, string>;
  /** Adds results. They are on disk when it returns. */
  add(results: readonly { row: number; result: string }[]): void;
  close(): void;
};

/** Opens the report of this CSV: a new one, or that of an earlier run. Throws if it belongs to another CSV. */
export function openReport(path: string, csv: string): Report {
  const title = `row;result;csv-sha256=${createHash('sha256').update(csv).digest('hex')}`;
  const results = new Map<number, string>();
  if (existsSync(path)) {
    const text = readFileSync(path, 'utf8');
    // A last line without a line break is incomplete: the run was killed while it wrote that line.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole !== text) truncateSync(path, Buffer.byteLength(whole));
    const [first, ...lines] = whole.split('\n').filter((line) => line !== '');
    if (first !== undefined && first !== title) throw new RangeError(`${path} is the report of another CSV.`);
    for (const line of lines) {
      const [row = '', result = ''] = line.split(';');
      results.set(Number(row), result);
    }
  }
  const isNew = !existsSync(path) || readFileSync(path, 'utf8') === '';
  const file = openSync(path, 'a');
  if (isNew) writeSync(file, `${title}\n`);
  return {
    results,
    add(added) {
      for (const { row, result } of added) results.set(row, result);
      writeSync(file, added.map(({ row, result }) => `${row};${result}\n`).join(''));
      fsyncSync(file);
    },
    close: () => closeSync(file),
  };
}
