// `npm run dsop-cases`: DSOP's integration test as a command. It runs the 17 test customers, or the bank's own, checks the duties C-2 to
// C-6, and writes the report for DSOP Support. If there are settings (environment, or local.settings.json), the app runs on this machine
// against the parties in them, and a person answers in Altinn. Otherwise it runs in a local world of its own.
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readLocalSettings } from '../../local/host/settings-files.ts';
import { testBank } from '../../local/simulators/test-customers.ts';
import type { Bank } from '../../shared/bank/bank.ts';
import { readSettings, type Settings } from '../../shared/settings.ts';
import { findChromium } from '../chromium.ts';
import { isProduction } from '../doctor/customer-checks.ts';
import { runCommand } from '../run-command.ts';
import { bankNamed, bankOption, bankUsage } from '../which-bank.ts';
import type { DsopCase } from './cases.ts';
import { judge } from './duties.ts';
import type { LogoEvidence } from './evidence.ts';
import { runAll } from './full-run.ts';
import { showBankPage } from './logo.ts';
import { publishedList, readList } from './persons.ts';
import { forgetProgress, readProgress, writeProgress } from './progress.ts';
import { csvReport, markdownReport } from './report.ts';
import { type StartedTarget, startLocalTarget, startSettingsTarget } from './target.ts';
import { versions } from './versions.ts';

const usage = `npm run dsop-cases -- [--local] [--bank <number>] [--persons file.csv] [--out <folder>] [--only 1a,2,7] [--restart]
  --local   runs in a local world of its own, even if there are settings
  ${bankUsage}
  --persons the bank's own test persons: nationalId,accounts,total,name (docs/dsop-cases.md)
  --out     the folder of the report; default .artifacts/dsop-cases
  --only    runs these cases only (the integration test is then not shown)
  --restart forgets an interrupted run
Exit code: 0 all cases passed and every duty was shown, 1 something failed, 2 the command is wrong or cannot run, 3 nothing failed
but something was not shown.`;

const localWorld = 'local world';

type Options = {
  local?: boolean;
  bank?: string;
  out?: string;
  only?: string;
  persons?: string;
  restart?: boolean;
  help?: boolean;
};
type Around = { start(): Promise<StartedTarget>; against: string; environment: [string, string][] };

function readOptions(): Options | undefined {
  try {
    return parseArgs({
      options: {
        local: { type: 'boolean' },
        ...bankOption,
        out: { type: 'string' },
        only: { type: 'string' },
        persons: { type: 'string' },
        restart: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch {
    return undefined;
  }
}

/** Where the run takes place: the app with the given settings, or a local world. Throws `RangeError` with the reason if neither is possible. */
async function around(options: Options): Promise<Around> {
  const environment = options.local ? {} : { ...(await readLocalSettings('.')).values, ...process.env };
  if (!environment.MASKINPORTEN_ISSUER) {
    bankNamed([testBank], options.bank);
    return {
      start: startLocalTarget,
      against: localWorld,
      environment: [
        ['Environment', 'local world: the built app, its simulators of all parties, Azurite'],
        ['Bank', `${testBank.name}, ${testBank.organisationNumber}`],
      ],
    };
  }
  const result = readSettings(environment);
  if (!result.ok)
    throw new RangeError(`The settings have faults. Correct them, or use --local:\n  ${result.faults.join('\n  ')}`);
  const { settings } = result;
  const bank = bankNamed(settings.banks, options.bank);
  if (isProduction(settings.maskinporten.issuer))
    throw new RangeError('These are production settings. The test customers exist in test environments only.');
  return {
    start: () => startSettingsTarget(environment, settings, bank, (text) => console.log(text)),
    against: [
      settings.maskinporten.issuer,
      settings.altinn.baseUrl,
      settings.lanekassen.baseUrl,
      bank.organisationNumber,
    ].join(' '),
    environment: environmentOf(settings, bank),
  };
}

const environmentOf = ({ maskinporten, altinn, lanekassen, consent }: Settings, bank: Bank): [string, string][] => [
  [
    'Environment',
    'the built app on this machine with the settings at hand; test customers log in at an issuer of the run',
  ],
  ['Bank', `${bank.name}, ${bank.organisationNumber}`],
  ['Maskinporten', maskinporten.issuer],
  ['Altinn', `${altinn.baseUrl}, resource ${altinn.resourceIds[0]}`],
  ['Lånekassen', lanekassen.baseUrl],
  [
    'Settings',
    `LANEKASSEN_CONSENT_TRANSPORT ${lanekassen.consentTransport}, LANEKASSEN_SEND_CONSENT_TOKEN ${lanekassen.sendConsentToken}, CONSENT_CHECK ${consent.check}`,
  ],
];

async function look(bank: StartedTarget['bank'], customer: DsopCase): Promise<LogoEvidence> {
  const notSeen = (text: string): LogoEvidence => ({ page: '', widths: [], notSeen: text });
  if (bank === undefined)
    return notSeen("The bank's own page was not checked: send a picture of it with a test customer's saldo.");
  if (findChromium() === undefined)
    return notSeen('There is no Chromium here to look at the page with: install it, or set CHROMIUM_PATH.');
  return showBankPage(bank.url, customer, bank.words);
}

async function main(): Promise<number> {
  const options = readOptions();
  const wanted = options?.only?.split(',').map((name) => name.trim());
  const list = options?.persons === undefined ? publishedList : await readList(options.persons);
  const cases = list.cases.filter((one) => wanted?.includes(one.case) ?? true);
  if (options === undefined || options.help || (wanted !== undefined && wanted.length !== cases.length)) {
    console.log(usage);
    return options?.help ? 0 : 2;
  }
  const { start, against: parties, environment } = await around(options);
  if (!existsSync('dist/functions.cjs')) throw new RangeError('There is no bundle: run `npm run build`.');
  const against = list === publishedList || parties === localWorld ? parties : `${parties} ${list.id}`;
  const folder = options.out ?? '.artifacts/dsop-cases';
  if (options.restart) await forgetProgress(folder);
  // A local world ends with its run, so its progress is not kept.
  const earlier = against === localWorld ? undefined : await readProgress(folder, against);
  const startedAt = earlier?.startedAt ?? new Date().toISOString();

  console.log(`DSOP's integration test, ${cases.length} of ${list.words}. Against: ${against}.`);
  if (earlier) console.log('Continues an interrupted run. With --restart it begins again.');
  const target = await start();
  let interrupted = false;
  process.once('SIGINT', () => {
    interrupted = true;
    console.log('\nStopping. The results so far are kept: run this again to continue.');
    void target.close().finally(() => process.exit(130));
  });
  try {
    const evidence = await runAll(target, cases, {
      ...(earlier === undefined ? {} : { earlier }),
      report: (line) => {
        if (!interrupted) console.log(line);
      },
      keep: (customers, stretches) =>
        writeProgress(folder, { against, startedAt, customers: [...customers], stretches: [...stretches] }),
      look: (customer) => look(target.bank, customer),
    });
    const verdicts = judge(cases, list.cases.length, evidence, list);
    const persons: [string, string] = ['Test persons', list.words];
    const head = {
      startedAt,
      endedAt: new Date().toISOString(),
      environment: [...environment, persons, ...versions()],
    };
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'report.md'), markdownReport(head, cases, evidence, verdicts));
    await writeFile(join(folder, 'report.csv'), csvReport(cases, evidence, verdicts));
    await forgetProgress(folder);

    console.log('');
    for (const { id, result, seen } of verdicts)
      console.log(`${id}  ${{ pass: 'pass     ', fail: 'FAIL     ', 'not-shown': 'not shown' }[result]}  ${seen}`);
    console.log(`\nReport: ${join(folder, 'report.md')}, ${join(folder, 'report.csv')}`);
    if (verdicts.some(({ result }) => result === 'fail')) {
      console.error('\nFAILED: DSOP would not accept this. The report says what is broken.');
      return 1;
    }
    return verdicts.every(({ result }) => result === 'pass') ? 0 : 3;
  } finally {
    if (!interrupted) await target.close();
  }
}

await runCommand('dsop-cases', main);
