// `npm run first-day`: the first day against the real test environments, as a script that leads a person through it. It uses
// the present settings (environment, or local.settings.json). With --local it runs in a local world of its own, where the simulators
// answer for the person.
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readLocalSettings } from '../../local/host/settings-files.ts';
import { testBank } from '../../local/simulators/test-customers.ts';
import { readSettings } from '../../shared/settings.ts';
import { isProduction } from '../doctor/customer-checks.ts';
import { publishedList, readList } from '../dsop-cases/persons.ts';
import { versions } from '../dsop-cases/versions.ts';
import { runCommand } from '../run-command.ts';
import { bankNamed, bankOption, bankUsage } from '../which-bank.ts';
import { deployedTarget } from './deployed.ts';
import { walk } from './first-day.ts';
import { blameWords, changeLines, reportOf, summaryOf } from './report.ts';
import { localTarget, settingsTarget } from './target.ts';

const usage = `npm run first-day -- [--local | --app <url> --login <command>] [--persons file.csv] [--out <folder>] [--wait <minutes>]
  --local   a rehearsal in a local world of its own, even if there are settings
  --app     the address of a deployed app, with /api. Default: the built app, on this machine
  --login   with --app: a command that prints a person token of a new login session of the test person
  ${bankUsage}
  --persons a list whose first person is the test person (docs/dsop-cases.md); default DSOP's first
  --out     the folder of report.md and app.log; default .artifacts/first-day
  --wait    how many minutes the script waits for a person's answer, and for the feed; default 15
Exit code: 0 all steps are green, 1 a step is red, 2 the command is wrong or cannot run, 3 all steps are green but the printed
settings must be changed.`;

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        local: { type: 'boolean' },
        ...bankOption,
        app: { type: 'string' },
        login: { type: 'string' },
        persons: { type: 'string' },
        out: { type: 'string' },
        wait: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
    const waitMinutes = Number(values.wait ?? 15);
    const { app: url, login: loginCommand, local } = values;
    const deployed = url !== undefined && loginCommand !== undefined ? { url, loginCommand } : undefined;
    // Both or none, a web address, and no app but the world's own beside --local.
    const isSound =
      deployed === undefined ? url === loginCommand : !local && /^https?:\/\/\S+\/api$/.test(deployed.url);
    return isSound && waitMinutes > 0 && waitMinutes <= 120 ? { ...values, waitMinutes, deployed } : undefined;
  } catch {
    return undefined;
  }
}

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined || options.help) {
    console.log(usage);
    return options ? 0 : 2;
  }
  const list = options.persons === undefined ? publishedList : await readList(options.persons);
  const [customer] = list.cases;
  if (customer === undefined) throw new RangeError('The list has no person.');
  const words = `the test person ${customer.name} (the first of ${list.words})`;

  const environment = options.local ? {} : { ...(await readLocalSettings('.')).values, ...process.env };
  const given = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined);
  if (!options.local && !environment.MASKINPORTEN_ISSUER)
    throw new RangeError('There are no settings at hand (MASKINPORTEN_ISSUER); --local is a rehearsal without any.');
  if (
    environment.MASKINPORTEN_ISSUER &&
    URL.canParse(environment.MASKINPORTEN_ISSUER) &&
    isProduction(environment.MASKINPORTEN_ISSUER)
  )
    throw new RangeError('These are production settings. A first day is for test environments only.');
  const read = readSettings(environment);
  if (options.local) bankNamed([testBank], options.bank);
  else if (read.ok) bankNamed(read.settings.banks, options.bank);
  if (!options.deployed && !existsSync('dist/functions.cjs'))
    throw new RangeError('There is no bundle: run `npm run build`.');
  const report = (line: string) => console.log(line);
  const waiting = { customer, words, waitMs: options.waitMinutes * 60_000 };
  const atHand = Object.fromEntries(given);
  const target = options.local
    ? await localTarget(waiting)
    : options.deployed
      ? deployedTarget(atHand, waiting, report, options.deployed)
      : settingsTarget(atHand, waiting, report);
  // The SDK of the credential reads the identity endpoint from the process's own environment.
  Object.assign(process.env, target.environment);
  try {
    report(
      `First day, ${new Date().toISOString()}. Person: ${words}. Ctrl+C stops it; what is left is the consent in Altinn and the person's row in the table.`,
    );
    const result = await walk({ ...target, bank: options.bank }, report);
    const folder = options.out ?? '.artifacts/first-day';
    await mkdir(folder, { recursive: true });
    const at = (name: string): [string, string] => [name, target.environment[name] ?? ''];
    const head: [string, string][] = [
      ['App', options.app ?? 'the built app, on the machine of this run'],
      ['Against', options.local ? 'a local world: simulators, no real party' : 'the parties of the settings at hand'],
      ['Bank', result.bank],
      ...['MASKINPORTEN_ISSUER', 'ALTINN_BASE_URL', 'LANEKASSEN_BASE_URL'].map(at),
      ['Person', words],
      ...versions(),
    ];
    await writeFile(join(folder, 'report.md'), reportOf(head, result));
    await writeFile(join(folder, 'app.log'), result.log, { mode: 0o600 });
    report(`\n${blameWords(result.taken)}${summaryOf(result)}`);
    for (const line of changeLines(result)) report(line);
    report(`Report: ${join(folder, 'report.md')}; the app's log: ${join(folder, 'app.log')}`);
    if (result.taken.some(({ blame }) => blame !== undefined)) return 1;
    return Object.keys(result.changes).length === 0 ? 0 : 3;
  } finally {
    await target.close();
  }
}

await runCommand('first-day', main);
