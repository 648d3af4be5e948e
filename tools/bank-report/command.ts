import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { organisationNumber } from '../../shared/settings/kinds.ts';
import { type ReportRows, reportOf } from './document.ts';
import { askWorkspace } from './log-analytics.ts';
import { monthOf, reportQueries, type Subject } from './queries.ts';

const usage = `npm run bank-report -- --bank <organisation number> --month <year-month> [--workspace <id>] [--component <resource id>] [--out <folder>]

Writes bank-<number>-<month>.md and .csv into the folder (default the present one), over those of an earlier run: look-ups, success, latency, and consents requested,
given and withdrawn, for the month and by day, in UTC. They have no personal data. The chosen azd environment says where the telemetry is
(TELEMETRY_WORKSPACE_ID, APPLICATION_INSIGHTS_ID). Or give --workspace, the workspace's resource id or its customerId, and --component,
the resource id of the app's Application Insights. Sign in with az login or azd auth login; you need Log Analytics Reader. Exit code: 0
written; 1 there is no data of that bank in that month; 2 the command is wrong, or Azure did not answer.`;

/** What the command uses. */
export type BankReportPorts = {
  /** A token for Azure Monitor, of the person who is signed in. `undefined`: no one is. */
  token: () => Promise<string | undefined>;
  /** The values of the azd environment. They are read only if the arguments do not say where the telemetry is. */
  deployed: () => Readonly<Record<string, string | undefined>>;
  /** Now, milliseconds since 1970. */
  now: () => number;
  /** The address of Azure Monitor. */
  address: string;
  say: (line: string) => void;
};

/** Runs the command and returns its exit code. Throws RangeError if the arguments are wrong or Azure Monitor does not answer. */
export async function bankReport(
  args: readonly string[],
  { token, deployed, now, address, say }: BankReportPorts,
): Promise<number> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { bank: text, month: text, workspace: text, component: text, out: text, help: { type: 'boolean' } },
  });
  const { bank, month, out = '.' } = values;
  if (values.help || !bank || !month) {
    say(usage);
    return values.help ? 0 : 2;
  }
  if (!organisationNumber.safeParse(bank).success)
    throw new RangeError('--bank must be an organisation number of nine digits.');
  const whole = monthOf(month);
  if (Date.parse(whole.from) > now()) throw new RangeError('--month is a month that has not begun.');
  const until = new Date(Math.min(Date.parse(whole.until), now())).toISOString();
  if (until !== whole.until) say('The month is not over: the report ends now.');
  const known = values.workspace && values.component ? {} : deployed();
  const { workspace = known.TELEMETRY_WORKSPACE_ID, component = known.APPLICATION_INSIGHTS_ID } = values;
  if (!workspace || !component)
    throw new RangeError(
      'No azd environment that was provisioned says where the telemetry is: give --workspace and --component.',
    );
  if (!/^\/subscriptions\/[\w.()/-]+$/.test(component))
    throw new RangeError('--component must be a resource id, /subscriptions/….');
  if (!/^(?:\/subscriptions\/[\w.()/-]+|[\w-]+)$/.test(workspace))
    throw new RangeError('--workspace must be a resource id, /subscriptions/…, or the customerId.');
  const subject: Subject = { bank, component, month: { ...whole, until } };
  const signedIn = async () => {
    const found = await token();
    if (found === undefined) throw new RangeError('No one is signed in: az login, or azd auth login.');
    return found;
  };
  const ask = askWorkspace(workspace, signedIn, address);
  const span = `${subject.month.from}/${subject.month.until}`;
  const { lookups, consents } = reportQueries(subject);
  const both = async ([all, byDay]: [string, string]) => ({ all: await ask(all, span), byDay: await ask(byDay, span) });
  const rows: ReportRows = { lookups: await both(lookups), consents: await both(consents) };
  const report = reportOf(subject, rows);
  if (report === undefined) {
    say(`There is no telemetry of bank ${bank} in ${month}. Is the month older than the retention of the workspace?`);
    return 1;
  }
  await mkdir(out, { recursive: true });
  for (const [ending, content] of [
    ['md', report.markdown],
    ['csv', report.csv],
  ] as const) {
    const path = join(out, `bank-${bank}-${month}.${ending}`);
    await writeFile(path, content);
    say(path);
  }
  return 0;
}
