// The report for DSOP Support: Markdown for people, CSV for spreadsheets. Of a saldo it has only the names of sub-accounts, and whether the total
// is over one million. Its persons are fictitious: DSOP's published ones, or Tenor's.
import type { DsopCase } from './cases.ts';
import { evidenceOf, faultsOf, type Result, type Verdict } from './duties.ts';
import type { CustomerEvidence, Evidence } from './evidence.ts';

/** The content of a report. `environment`: labels and values, in the order shown. */
export type ReportHead = { startedAt: string; endedAt: string; environment: readonly (readonly [string, string])[] };

const resultWords: Record<Result, string> = { pass: 'pass', fail: '**FAIL**', 'not-shown': '**not shown**' };
const accountNames = { lan: 'Lån', renter: 'Renter', gebyr: 'Gebyr', omkostninger: 'Omkostninger', annet: 'Annet' };
const namesOf = (types: readonly (keyof typeof accountNames)[]) =>
  types.map((type) => accountNames[type]).join(', ') || 'none';
const side = (total: 'under' | 'over' | undefined) => (total === undefined ? '' : ` (${total} one million)`);
/** Whether the total is over one million. It is left out unless DSOP's case is about it. */
const seenWords = (one: DsopCase, seen: CustomerEvidence | undefined) =>
  seen?.saldo === undefined
    ? 'no saldo'
    : `${namesOf(seen.saldo.accounts)}${side(one.total === undefined ? undefined : seen.saldo.total)}`;
const idsOf = (seen: CustomerEvidence | undefined) =>
  [...(seen?.firstView ?? []), ...(seen?.secondView ?? [])].map(({ requestId, status }) => `${requestId} (${status})`);
const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** The report in Markdown. */
export function markdownReport(
  head: ReportHead,
  cases: readonly DsopCase[],
  evidence: Evidence,
  verdicts: readonly Verdict[],
): string {
  const passed = cases.filter((one) => faultsOf(one, evidenceOf(evidence.customers, one)).length === 0).length;
  return `# DSOP integration test: Saldo på studielån

**${passed} of ${cases.length} customers passed. ${verdicts.map(({ id, result }) => `${id} ${result.replace('-', ' ')}`).join(', ')}.**

| | |
|---|---|
| From, to | ${head.startedAt}, ${head.endedAt} |
${head.environment.map(([label, value]) => `| ${label} | ${cell(value)} |`).join('\n')}
| Counted | ${cell(evidence.countedAt)} |

## Duties

| | Duty | Seen | Result |
|---|---|---|---|
${verdicts.map(({ id, duty, seen, result }) => `| ${id} | ${cell(duty)} | ${cell(seen)} | ${resultWords[result]} |`).join('\n')}

"not shown": nothing speaks against it, but this run did not see enough to say that the duty is kept.

## Customers

Asked of each: \`POST /consents\` and the answer in Altinn, \`GET /saldo\` twice in one login session, \`DELETE /session\`, and
\`GET /saldo\` with the old token, which must get \`session-ended\`. A sub-account of zero counts as not there.

| Case | National id (fictitious) | Name | Expected | Seen | Consent tokens | Calls to Lånekassen, first and second view | Result |
|---|---|---|---|---|---|---|---|
${cases.map((one) => customerRow(one, evidenceOf(evidence.customers, one))).join('\n')}

## Request ids

| Case | At | Ours (\`X-Request-Id\` of our API) | Lånekassen's (\`X-Request-Id\`, status) |
|---|---|---|---|
${cases
  .map((one) => {
    const seen = evidenceOf(evidence.customers, one);
    const ours = (seen?.calls ?? []).map(({ call, status, requestId }) => `${call} ${status}: ${requestId}`);
    return `| ${one.case} | ${seen?.at ?? ''} | ${ours.join('<br>')} | ${idsOf(seen).join('<br>')} |`;
  })
  .join('\n')}
`;
}

function customerRow(one: DsopCase, seen: CustomerEvidence | undefined): string {
  const faults = faultsOf(one, seen);
  const result = faults.length === 0 ? 'pass' : `**FAIL**: ${cell(faults.join('; '))}`;
  const expected = `${namesOf(one.accounts)}${side(one.total)}`;
  const calls = seen === undefined ? '' : `${seen.firstView.length}, ${seen.secondView.length}`;
  return `| ${one.case} | ${one.nationalId} | ${one.name} | ${expected} | ${seenWords(one, seen)} | ${seen?.consentTokens ?? ''} | ${calls} | ${result} |`;
}

/** A field of RFC 4180. A text that a spreadsheet would read as a formula is quoted as text. */
const field = (value: string) => `"${value.replace(/^[=+\-@]/, "'$&").replaceAll('"', '""')}"`;

/** The report as CSV (RFC 4180): one line for each customer and each duty. */
export function csvReport(cases: readonly DsopCase[], evidence: Evidence, verdicts: readonly Verdict[]): string {
  const lines = [
    [
      'item',
      'name',
      'national id',
      'at',
      'expected',
      'seen',
      'consent tokens',
      'calls first view',
      'calls second view',
    ].concat(['our request ids', 'lanekassen request ids', 'result', 'why']),
    ...cases.map((one) => {
      const seen = evidenceOf(evidence.customers, one);
      const faults = faultsOf(one, seen);
      return [
        one.case,
        one.name,
        one.nationalId,
        seen?.at ?? '',
        `${namesOf(one.accounts)}${side(one.total)}`,
        seenWords(one, seen),
        String(seen?.consentTokens ?? ''),
        String(seen?.firstView.length ?? ''),
        String(seen?.secondView.length ?? ''),
        (seen?.calls ?? []).map(({ requestId }) => requestId).join(' '),
        idsOf(seen).join(' '),
        faults.length === 0 ? 'pass' : 'fail',
        faults.join('; '),
      ];
    }),
    ...verdicts.map(({ id, duty, seen, result }) => [id, duty, '', '', '', seen, '', '', '', '', '', result, '']),
  ];
  return `${lines.map((line) => line.map(field).join(',')).join('\r\n')}\r\n`;
}
