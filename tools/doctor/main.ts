// `npm run doctor`: checks the whole chain with the present settings, and reports each fault and who can fix it. Settings come
// from the environment, which takes precedence over local.settings.json; `--local` takes those of the local world that `npm start`
// runs. It prints no secret.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readLocalSettings } from '../../local/host/settings-files.ts';
import type { Banks } from '../../shared/bank/bank.ts';
import { NationalId } from '../../shared/person/national-id.ts';
import { readSettings } from '../../shared/settings.ts';
import { runCommand } from '../run-command.ts';
import { bankNamed, bankOption } from '../which-bank.ts';
import { causes } from './causes.ts';
import { examine, unknownNote } from './doctor.ts';
import type { CheckResult } from './finding.ts';

const usage = `npm run doctor -- [--json] [--settings] [--local] [--bank <organisation number>] [--with-test-customer <national id>]
Exit code: 0 nothing to fix (there may be warnings), 1 something is wrong, 2 the command is wrong.`;

const marks = { ok: 'ok     ', warning: 'WARNING', fault: 'FAULT  ', unknown: 'unknown', skipped: 'skipped' };

function asText({ status, title, cause, note }: CheckResult): string {
  const lines = [`${marks[status]}  ${title}${note === undefined ? '' : ` (${note})`}`];
  if (cause !== undefined) {
    const { says, who, remedy } = causes[cause];
    lines.push(`         ${says}`, `         Who: ${who}. What to do: ${remedy}`);
  }
  return lines.join('\n');
}

async function main(): Promise<number> {
  let options: {
    json?: boolean;
    bank?: string;
    settings?: boolean;
    local?: boolean;
    help?: boolean;
    'with-test-customer'?: string;
  };
  try {
    options = parseArgs({
      options: {
        json: { type: 'boolean' },
        ...bankOption,
        // Checks only the settings, so it works before the first provision.
        settings: { type: 'boolean' },
        local: { type: 'boolean' },
        help: { type: 'boolean' },
        'with-test-customer': { type: 'string' },
      },
    }).values;
  } catch {
    console.error(usage);
    return 2;
  }
  if (options.help) {
    console.log(usage);
    return 0;
  }
  const given = options['with-test-customer'];
  const testCustomer = given === undefined ? undefined : NationalId.parse(given);
  if (given !== undefined && testCustomer === undefined) {
    console.error('--with-test-customer: not a national id.');
    return 2;
  }
  // The credential's SDK reads the identity endpoint from the process's own environment, so it must be set there.
  Object.assign(process.env, {
    ...(options.local ? await localWorld() : (await readLocalSettings('.')).values),
    ...process.env,
  });
  const read = readSettings(process.env);
  if (read.ok && options.bank !== undefined) bankNamed(read.settings.banks, options.bank);
  if (read.ok && options.bank === undefined && read.settings.banks.length > 1 && !options.settings)
    return examineAll(read.settings.banks, testCustomer, options.json ?? false, read.unknown);
  const results = await examine({
    environment: process.env,
    bank: options.bank,
    testCustomer,
    settingsOnly: options.settings ?? false,
    report: (result) =>
      options.json ? console.error(`${marks[result.status]}  ${result.title}`) : console.log(asText(result)),
  });
  const isWell = !results.some(({ status }) => status === 'fault');
  if (options.json) {
    const checks = results.map((result) => ({
      ...result,
      ...(result.cause === undefined ? {} : causes[result.cause]),
    }));
    console.log(JSON.stringify({ ok: isWell, checks }, null, 2));
  } else
    console.log(isWell ? '\nNothing to fix.' : '\nSomething is wrong: fix the first FAULT, then run doctor again.');
  return isWell ? 0 : 1;
}

/** Checks every bank, and prints a line for each with its first fault, or else its first warning. */
async function examineAll(
  banks: Banks,
  testCustomer: NationalId | undefined,
  json: boolean,
  unknown: readonly string[],
): Promise<number> {
  const report = json ? console.error : console.log;
  const note = unknownNote(unknown);
  if (note !== undefined) report(note);
  const reports: { organisationNumber: string; ok: boolean; checks: CheckResult[] }[] = [];
  for (const { organisationNumber, name } of banks) {
    const checks = await examine({
      environment: process.env,
      bank: organisationNumber,
      testCustomer,
      report: () => {},
    });
    const fault = checks.find(({ status }) => status === 'fault');
    reports.push({ organisationNumber, ok: fault === undefined, checks });
    const first = fault ?? checks.find(({ status }) => status === 'warning');
    const found = first && `${first.title}: ${causes[first.cause ?? 'check-failed'].says}`;
    const says = fault === undefined ? ['nothing to fix', found].filter(Boolean).join(', but ') : found;
    report(`${marks[first?.status ?? 'ok']}  ${organisationNumber} ${name}: ${says}`);
  }
  const isWell = reports.every(({ ok }) => ok);
  if (json) console.log(JSON.stringify({ ok: isWell, banks: reports }, null, 2));
  else console.log(isWell ? '\nNothing to fix.' : '\nSomething is wrong: see each with --bank <organisation number>.');
  return isWell ? 0 : 1;
}

/** The settings of the local world, which `npm start` keeps in a file while it runs. */
async function localWorld(): Promise<Record<string, string>> {
  try {
    return JSON.parse(await readFile('.artifacts/local-world.env.json', 'utf8')) as Record<string, string>;
  } catch {
    throw new RangeError('--local: no local world is running here; start it with `npm start`.');
  }
}

await runCommand('doctor', main);
