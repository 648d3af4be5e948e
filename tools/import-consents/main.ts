// Imports a bank's consents that Altinn migrated from Altinn 2. Settings come from the environment, as for the app:
//   node tools/import-consents/main.ts --csv consents.csv [--bank <organisation number>] [--report consents.report.csv] [--concurrency 8]
// If it was interrupted, call it again: it continues where the report ends. Exit code 0: every row has its result.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { closeApp, loadApp } from '../../shared/app.ts';
import type { BankParts } from '../../shared/compose/bank-parts.ts';
import { ProblemError } from '../../shared/problems.ts';
import { Deadline } from '../../shared/resilience/deadline.ts';
import { asBank, requestContext } from '../../shared/telemetry/request-context.ts';
import { lineAbout } from '../run-command.ts';
import { bankNamed, bankOption } from '../which-bank.ts';
import { openReport } from './report.ts';
import { type ImportRow, readRows } from './rows.ts';

/** The number of rows between two writes of the report. At most this many are verified again after an interruption. */
const batchSize = 100;
const rowMs = 30_000;

// Only errors of the program's log are written, to stderr. A line for each attempt would hide the progress.
const quiet = { info() {}, warn() {}, error: (line: string) => console.error(line) };

async function importRow(row: ImportRow, bank: BankParts): Promise<string> {
  if ('fault' in row) return row.fault;
  try {
    return await asBank(bank.organisationNumber, () => bank.importConsent(row, Deadline.after(loadApp().time, rowMs)));
  } catch (error) {
    // Not a result: the row is tried again at the next call.
    const problem = error instanceof ProblemError ? `${error.code} ${error.fault ?? ''}` : 'unexpected';
    return `failed ${problem}`.trim();
  }
}

/** Runs `work` for all, at most `width` at a time. */
async function inParallel<T, R>(all: readonly T[], width: number, work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    while (next < all.length) {
      const index = next++;
      results[index] = await work(all[index] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, all.length) }, worker));
  return results;
}

async function run(): Promise<number> {
  const { values } = parseArgs({
    options: {
      csv: { type: 'string' },
      ...bankOption,
      report: { type: 'string' },
      concurrency: { type: 'string', default: '8' },
    },
  });
  if (values.csv === undefined) throw new RangeError('Name the file: --csv consents.csv');
  const width = Number(values.concurrency);
  if (!Number.isInteger(width) || width < 1 || width > 32) throw new RangeError('--concurrency must be from 1 to 32.');
  const app = loadApp();
  const { organisationNumber } = bankNamed(app.banks, values.bank);
  const bank = app.bank(organisationNumber) as BankParts;
  const csv = readFileSync(values.csv, 'utf8');
  const rows = readRows(csv);
  const report = openReport(values.report ?? `${values.csv}.report.csv`, csv);
  const isOpen = ({ row }: ImportRow) => report.results.get(row)?.startsWith('failed') ?? true;
  const open = rows.filter(isOpen);
  console.error(`${rows.length} rows, ${rows.length - open.length} of them done before.`);
  for (let from = 0; from < open.length; from += batchSize) {
    const batch = open.slice(from, from + batchSize);
    const results = await inParallel(batch, width, async (row) => ({
      row: row.row,
      result: await importRow(row, bank),
    }));
    report.add(results);
    const done = rows.length - open.length + from + batch.length;
    console.error(`${done} of ${rows.length} (${Math.floor((100 * done) / rows.length)} %)`);
    if (results.every(({ result }) => result.startsWith('failed'))) {
      console.error(
        `A whole batch failed (${results[0]?.result}). The import has stopped. Fix the cause and run this again.`,
      );
      break;
    }
  }
  report.close();
  const counts = new Map<string, number>();
  for (const { row } of rows) {
    const result = report.results.get(row) ?? 'not tried';
    counts.set(result, (counts.get(result) ?? 0) + 1);
  }
  for (const [result, count] of [...counts].sort()) console.log(`${count}\t${result}`);
  return rows.some(isOpen) ? 1 : 0;
}

try {
  process.exitCode = await requestContext.run({ invocation: quiet as never }, run);
} catch (error) {
  console.error(lineAbout(error) ?? error);
  process.exitCode = 2;
} finally {
  await closeApp();
}
