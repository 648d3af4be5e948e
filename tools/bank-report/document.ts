import type { LogRow } from './log-analytics.ts';
import type { Subject } from './queries.ts';

/** The rows of a report: look-ups and consents, for the whole month and for each day. */
export type ReportRows = Record<'lookups' | 'consents', { all: readonly LogRow[]; byDay: readonly LogRow[] }>;

/** The columns of the file, in order, with their meaning. Durations are in milliseconds. */
const columns = {
  customers: 'customers who looked (once a login session)',
  answered: 'of them answered',
  withSaldo: 'of them shown a saldo',
  failedOurs: 'failed: the app or its platform',
  failedUpstreams: "failed: Lånekassen, Maskinporten, Altinn, or the bank's identity provider",
  lookups: 'look-ups in all, reloads included',
  p50Ms: 'half of the look-ups within, ms',
  p95Ms: '95 of 100 within, ms',
  p99Ms: '99 of 100 within, ms',
  asked: 'consents asked for',
  given: 'consents given',
  rejected: 'consents refused by the customer',
  withdrawn: 'consents withdrawn, in Altinn or in the bank',
  expired: 'consents that ran out',
} as const;
type Column = keyof typeof columns;
const names = Object.keys(columns) as Column[];
/** The figures of a day on which nothing happened: counts are 0, and there are no durations. */
const empty = (name: Column) => (name.endsWith('Ms') ? '' : '0');

type Line = { day: string } & Partial<Record<Column, string>>;

const dayOf = ({ day }: LogRow) => String(day).slice(0, 10);

function merged(kinds: readonly (readonly LogRow[])[]): Map<string, Line> {
  const lines = new Map<string, Line>();
  for (const row of kinds.flat()) {
    const line = lines.get(dayOf(row)) ?? { day: dayOf(row) };
    for (const name of names) if (row[name] !== undefined && row[name] !== null) line[name] = String(row[name]);
    lines.set(dayOf(row), line);
  }
  return lines;
}

const cells = (line: Partial<Record<Column, string>>) => names.map((name) => line[name] ?? empty(name));
/** Rounded down, so that 100 % means all. */
const percent = (part: number, all: number) =>
  all === 0 ? 'no customers' : `${(Math.floor((10_000 * part) / all) / 100).toFixed(2)} %`;

/**
 * The report as Markdown and as CSV (RFC 4180): the month, then each day on which something happened. `undefined`: there is no telemetry of the
 * bank. The report has only counts and durations, because no row of telemetry names a person.
 */
export function reportOf({ bank, month }: Subject, rows: ReportRows): { markdown: string; csv: string } | undefined {
  const [total] = merged([rows.lookups.all, rows.consents.all]).values();
  if (total === undefined) return undefined;
  const days = [...merged([rows.lookups.byDay, rows.consents.byDay]).values()].sort((one, other) =>
    one.day < other.day ? -1 : 1,
  );
  const number = (name: Column) => Number(total[name] ?? 0);
  const list = names.map((name) => `| ${columns[name]} | ${total[name] ?? (empty(name) || '–')} |`);
  const table = days.map((line) => `| ${[line.day, ...cells(line)].join(' | ')} |`);
  const markdown = `# Saldo på studielån: bank ${bank}, ${month.name}

From ${month.from} to ${month.until} (UTC). Counts and durations only; nothing here is about a person.

| What | ${month.name} |
|---|---|
| **answered** | **${percent(number('answered'), number('customers'))}** |
| **consents given, of those asked for** | **${percent(number('given'), number('asked'))}** |
${list.join('\n')}

## By day

| day | ${names.join(' | ')} |
|---|${names.map(() => '---|').join('')}
${table.join('\n')}
`;
  const line = (day: string, values: readonly string[]) => [bank, day, ...values].join(',');
  const csv = [
    ['bank', 'day', ...names].join(','),
    line(month.name, cells(total)),
    ...days.map((one) => line(one.day, cells(one))),
  ];
  return { markdown, csv: `${csv.join('\r\n')}\r\n` };
}
