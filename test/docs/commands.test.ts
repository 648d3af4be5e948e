// The commands in the documents exist, are documented, and work.
import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { quickDescribe, slowTest, quickTest as test } from '../part.ts';
import { blocksIn, documents, textOf } from './documents.ts';
import { expectToRun } from './run-command.ts';

const pages = documents();
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const everything = pages.map(textOf).join('\n');

/** Commands that a test or CI runs elsewhere: in which file, and the word by which the run is found there. */
const provenBy: Readonly<Record<string, readonly [file: string, word: string]>> = {
  '.ci/run': ['.ci/run', 'npm run test:full'],
  'npm ci': ['test/integration/clean-clone.full.test.ts', "['ci']"],
  'npm start': ['test/integration/clean-clone.full.test.ts', "['start']"],
  'npm test': ['.ci/run', 'npm test'],
  'npm run azd-hook': ['test/infra/hooks.test.ts', "azd.run('preprovision'"],
  'npm run build': ['package.json', '"pretest": "npm run --silent build"'],
  'npm run capacity': ['test/unit/tools/capacity.test.ts', 'toBe(capacityDocument())'],
  'npm run check': ['package.json', '"test": "npm run --silent check'],
  'npm run dev': ['test/integration/dev-command.full.test.ts', 'tools/dev/main.ts'],
  'npm run docs': ['test/docs/generated.test.ts', 'tools/docs/write-'],
  'npm run doctor': ['test/integration/doctor.test.ts', 'doctor.ts'],
  'npm run dsop-cases': ['test/integration/dsop-command.ts', 'tools/dsop-cases/main.ts'],
  'npm run erase-bank': ['test/integration/erase-bank.test.ts', 'tools/erase-bank/main.ts'],
  'npm run first-day': ['test/integration/first-day.full.test.ts', 'tools/first-day/main.ts'],
  'npm run host': ['test/integration/host-command.test.ts', "'host'"],
  'npm run jwk': ['test/infra/vault-tools.test.ts', 'jwk'],
  'npm run playground': ['test/browser/card-states.full.test.ts', 'startPlayground'],
  'npm run release': ['test/integration/release.full.test.ts', 'tools/release/main.ts'],
  'npm run bank-report': ['test/unit/tools/bank-report.test.ts', 'tools/bank-report/main.ts'],
  'npm run restore': ['test/integration/restore.test.ts', 'tools/restore/main.ts'],
  'node tools/drift/main.ts': ['test/infra/pipelines.test.ts', 'tools/infra/drift.ts'],
  'npm run rotate-key': ['test/integration/rotate-key.test.ts', 'tools/rotate-key/main.ts'],
  'npm run secrets': ['test/infra/vault-tools.test.ts', 'secrets'],
  'npm run supply-chain': ['.ci/run', 'supply-chain'],
  'npm run test:full': ['.ci/run', 'npm run test:full'],
  'npm run test:deployed': ['.ci/run', 'npm run test:deployed'],
  // test:full runs every kind of it, and that is the same file.
  'npm run test:faults': ['test/faults/faults.full.test.ts', 'npm run test:faults'],
  'npm run workbook:preview': ['test/browser/workbook.test.ts', 'workbook-preview'],
  'npm run count-results': ['.ci/run', 'count-results'],
  'node tools/docs/write-doctor-table.ts': ['test/unit/tools/doctor-table.test.ts', 'write-doctor-table.ts'],
};

/** Not run by a test, because they change files of this checkout, use the whole machine, or are a part of `npm test`. */
const notRun = [
  'npm run images',
  'npm run format',
  'npm run infra:snapshots',
  'npm run test:infra',
  'npm run bench',
  'npm run bench:fleet',
  'npm run bench:login',
];

/** A command as people type it, without its arguments. */
const ours = /\bnpm run [a-z][a-z0-9:-]*|\bnpm (?:start|test|ci)\b|\bnode tools\/[a-z-]+\.ts\b|(?<![\w/])\.ci\/run\b/g;
const scriptOf = (command: string) => command.replace(/^npm (?:run )?|^node /, '');

/** Blocks that a test runs unchanged. The four pages of the infrastructure have a test of their own. */
const infraPages = ['docs/deploy.md', 'docs/onboarding.md', 'docs/supply-chain.md', 'docs/infrastructure-rules.md'];
const local = pages
  .filter((page) => !infraPages.includes(page))
  .flatMap((page) => blocksIn(textOf(page)).filter(({ language, kind }) => language === 'sh' && kind === 'local'))
  .flatMap(({ lines }) => lines.map((line) => line.replace(/ +#.*$/, '')));

quickDescribe.each(pages)('%s', (page) => {
  const text = textOf(page);

  test('every block of commands says whether a test runs it', () => {
    for (const { language, kind, lines } of blocksIn(text)) {
      const isCommands = lines.some((line) => /^(?:npm|npx|node|azd|az|curl|git|openssl) /.test(line));
      if (isCommands || language === 'sh')
        expect(`${language} ${kind}: ${lines[0]}`).toMatch(/^sh (?:local|azure|elsewhere): /);
    }
  });

  test('every file of the repository that is named exists', () => {
    const named = [...text.matchAll(/`((?:functions|shared|local|tools|test|docs|infra|web)\/[\w./-]+\.\w+)`/g)];
    expect(named.map(([, file = '']) => file).filter((file) => !existsSync(file))).toEqual([]);
  });

  test('every command of the repository that is named exists, with its flags, and a test runs it', () => {
    for (const [command] of text.matchAll(ours)) {
      const script = scriptOf(command);
      const exists = command === 'npm ci' || existsSync(script) || scripts[script] !== undefined;
      expect(exists, `${command} does not exist`).toBe(true);
      const inInfra = infraPages.some((one) =>
        blocksIn(textOf(one)).some(
          ({ kind, lines }) => kind === 'local' && lines.some((line) => line.startsWith(command)),
        ),
      );
      const isProven = local.some((line) => line.startsWith(command)) || inInfra || command in provenBy;
      expect(isProven || notRun.includes(command), `no test runs ${command}`).toBe(true);
    }
    for (const [, script = '', flags = ''] of text.matchAll(/npm run ([a-z:-]+) -- ([^\n`]*)/g))
      for (const [, flag = ''] of flags.matchAll(/--([a-z-]+)/g)) {
        const file = /[\w/-]+\.ts/.exec(scripts[script] ?? '')?.[0];
        // Arguments for another program belong to that program.
        if (file === undefined || script === 'bicep') continue;
        expect(readFileSync(file, 'utf8'), `${script} knows no --${flag}`).toMatch(new RegExp(`['"\\s[-]${flag}\\b`));
      }
  });
});

test('every script of package.json is documented', () => {
  const hooks = /^(?:pre|post)/;
  const undocumented = Object.keys(scripts)
    .filter((name) => !hooks.test(name) || scripts[name.replace(hooks, '')] === undefined)
    .filter((name) => !new RegExp(`npm (?:run )?${name}(?![\\w:-])`).test(everything));
  expect(undocumented).toEqual([]);
});

test('an outdated command would be found', () => {
  expect('run `npm run gone` and `node tools/gone.ts`'.match(ours)).toEqual(['npm run gone', 'node tools/gone.ts']);
  expect(scripts.gone).toBeUndefined();
});

test.each(Object.entries(provenBy))('%s is run where the list says', (_, [file, word]) => {
  expect(readFileSync(file, 'utf8')).toContain(word);
});

// A second run of vitest takes as long as several files, so `test:full` has it.
const isSlow = (command: string) => command.startsWith('npx vitest');
test.each([...new Set(local)].filter((command) => !isSlow(command)))('local: %s', expectToRun, 120_000);
slowTest.each([...new Set(local)].filter(isSlow))('local: %s', expectToRun, 120_000);
