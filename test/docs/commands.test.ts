// What the documents tell people to type: it exists, it is documented, and it works.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { blocksIn, documents, textOf } from './documents.ts';

const pages = documents();
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const everything = pages.map(textOf).join('\n');

/** Commands that a test runs against something of its own, in a place of its own or in CI: where. */
const provenBy: Readonly<Record<string, string>> = {
  '.ci/run': '.ci/run',
  'npm ci': 'test/integration/clean-clone.full.test.ts',
  'npm start': 'test/integration/clean-clone.full.test.ts',
  'npm test': '.ci/run',
  'npm run azd-hook': 'test/infra/hooks.test.ts',
  'npm run build': '.ci/run',
  'npm run check': '.ci/run',
  'npm run dev': 'test/integration/dev-command.test.ts',
  'npm run docs': 'test/docs/generated.test.ts',
  'npm run doctor': 'test/integration/doctor.test.ts',
  'npm run dsop-cases': 'test/integration/dsop-cases.test.ts',
  'npm run host': 'test/integration/host-command.test.ts',
  'npm run jwk': 'test/infra/vault-tools.test.ts',
  'npm run rotate-key': 'test/integration/rotate-key.test.ts',
  'npm run secrets': 'test/infra/vault-tools.test.ts',
  'npm run supply-chain': '.ci/run',
  'npm run test:full': '.ci/run',
  'tools/import-consents.ts': 'test/integration/consent-import.test.ts',
  'tools/write-doctor-table.ts': 'test/unit/tools/doctor-table.test.ts',
};

/** Named in words only: they change files of this checkout, or run what `npm test` runs anyway. */
const onlyNamed = [
  'npm run format',
  'npm run infra:snapshots',
  'npm run bicep',
  'npm run test:infra',
  'npm run count-results',
];

/** A command as people type it, without its arguments. */
const ours = /\bnpm run [a-z][a-z0-9:-]*|\bnpm (?:start|test|ci)\b|\btools\/[a-z-]+\.ts\b|(?<![\w/])\.ci\/run\b/g;
const scriptOf = (command: string) => command.replace(/^npm (?:run )?/, '');

/** Blocks that a test runs as they stand. The four pages of the infrastructure have a test of their own. */
const infraPages = ['docs/deploy.md', 'docs/onboarding.md', 'docs/supply-chain.md', 'docs/infrastructure-rules.md'];
const local = pages
  .filter((page) => !infraPages.includes(page))
  .flatMap((page) => blocksIn(textOf(page)).filter(({ language, kind }) => language === 'sh' && kind === 'local'))
  .flatMap(({ lines }) => lines.map((line) => line.replace(/ +#.*$/, '')));

describe.each(pages)('%s', (page) => {
  const text = textOf(page);

  test('every block of commands says whether a test runs it', () => {
    for (const { language, kind, lines } of blocksIn(text)) {
      const isCommands = lines.some((line) => /^(?:npm|npx|node|azd|az|curl|git|openssl) /.test(line));
      if (isCommands || language === 'sh')
        expect(`${language} ${kind}: ${lines[0]}`).toMatch(/^sh (?:local|azure|elsewhere): /);
    }
  });

  test('every command of ours that is named exists, with the flags named, and a test runs it', () => {
    for (const [command] of text.matchAll(ours)) {
      const script = scriptOf(command);
      const exists = command === 'npm ci' || existsSync(command) || scripts[script] !== undefined;
      expect(exists, `${command} does not exist`).toBe(true);
      const inInfra = infraPages.some((one) =>
        blocksIn(textOf(one)).some(
          ({ kind, lines }) => kind === 'local' && lines.some((line) => line.startsWith(command)),
        ),
      );
      const isProven = local.some((line) => line.startsWith(command)) || inInfra || onlyNamed.includes(command);
      expect(isProven || existsSync(provenBy[command] ?? 'nowhere'), `no test runs ${command}`).toBe(true);
    }
    for (const [, script = '', flags = ''] of text.matchAll(/npm run ([a-z:-]+) -- ([^\n`]*)/g))
      for (const [, flag = ''] of flags.matchAll(/--([a-z-]+)/g)) {
        const file = /[\w/-]+\.ts/.exec(scripts[script] ?? '')?.[0];
        // What is passed on to another program is that program's.
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

test('a stale command would be found', () => {
  expect('run `npm run gone` and `tools/gone.ts`'.match(ours)).toEqual(['npm run gone', 'tools/gone.ts']);
  expect(scripts.gone).toBeUndefined();
});

test('what is said to be run elsewhere is named there', () => {
  for (const [command, file] of Object.entries(provenBy)) {
    const name = scriptOf(command);
    const file2 = /[\w/-]+\.ts/.exec(scripts[name] ?? name)?.[0] ?? name;
    const text = readFileSync(file, 'utf8');
    // A script by its name or its file; what `npm test` begins with stands in its own script.
    const chained = [scripts.pretest, scripts.test].join(' ').includes(name);
    const imported = file2.replace(/^.*\//, '').replace(/\.ts$/, '');
    expect(chained || [name, file2, imported].some((one) => text.includes(one)), `${file}: ${command}`).toBe(true);
  }
});

describe('blocks marked local', () => {
  test.each([...new Set(local)])(
    '%s',
    (command) => {
      const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
        encoding: 'utf8',
        env: { ...process.env, FORCE_COLOR: '0' },
      });
      expect(status, stdout + stderr).toBe(0);
    },
    120_000,
  );
  test('there are some', () => expect(local.length).toBeGreaterThan(0));
});
