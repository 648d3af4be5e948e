import { inputs, type Numbers } from './inputs.ts';
import { sweepOf, whole } from './model.ts';

const million = (value: number) => `${(value / 1e6).toFixed(value < 1e7 ? 1 : 0)} million`;

/** The section of docs/capacity.md on the sweep. */
export function sweepSection(numbers: Numbers): string[] {
  const sweep = sweepOf(numbers);
  const lookUps = inputs.loginsPerCustomerAndYear.value * inputs.fetchedPerLogin.value;
  const row = (...cells: string[]) => `| ${cells.join(' | ')} |`;
  return [
    `## What the sweep costs at ${million(inputs.sweptConsents.value)} consents`,
    '',
    `A consent has ${lookUps + inputs.rowsBesidesLookUps.value} rows in the table \`consents\`: the customer’s log keeps a row for each fetched look-up of a year (${lookUps}), and`,
    `${inputs.rowsBesidesLookUps.value} more. So the table has ${million(sweep.consentRows)} rows. A login session has ${inputs.rowsPerSession.value} rows in \`sessions\` for ${inputs.sessionHours.value} hours, so that table has`,
    `${million(sweep.sessionRows)} rows. A scan reads one page after the other. A page is one table operation, and covers`,
    `${whole(inputs.rowsPerPage.value)} rows or more. \`consents\` is scanned once a day, \`sessions\` in each of the day’s ${inputs.sweepRunsPerDay.value} runs.`,
    '',
    row('In a day', 'Table operations'),
    row('---', '---'),
    row('pages of `consents`: one scan', whole(sweep.consentPages)),
    row(
      `pages of \`sessions\`: ${inputs.sweepRunsPerDay.value} scans of ${whole(sweep.sessionPages)} pages`,
      whole(sweep.sessionPagesADay),
    ),
    row('rows removed: as many as are written, one operation each', whole(sweep.removals)),
    row('positions read and written', whole(sweep.positions)),
    row('**together**', `**${whole(sweep.operations)}**`),
    '',
    `That is ${Math.round(sweep.operations / 86_400)} operations a second, and **$ ${sweep.dollarsAMonth.toFixed(2)} a month**. To scan \`consents\` every five minutes as well would be`,
    `${million(sweep.consentPages * inputs.sweepRunsPerDay.value)} pages a day. An empty page is an operation too.`,
    '',
    `Time is the stricter limit. Each table has ${inputs.sweepShareSeconds.value} s of a run. A scan of \`sessions\` ends within its run if a page takes`,
    `${Math.floor(sweep.sessionPageMs)} ms or less; otherwise it continues in the next run. A scan of \`consents\` ends within a day if a page takes`,
    `${Math.floor(sweep.consentPageMs)} ms or less. A slower page does no harm if it covers more rows: the service ends a page after five`,
    'seconds, however many rows it has covered. The metric `purgeRun` has the result `unfinished` when the last whole scan of',
    '`sessions` ended over an hour ago, or that of `consents` over two days ago. Then keep the log for a shorter time',
    '(`CONSENT_LOG_RETENTION_DAYS`).',
    '',
  ];
}
