import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { settingSchemas } from '../../shared/settings-schema.ts';
import { noBicep } from './bicep.ts';

const pages = ['docs/deploy.md', 'docs/onboarding.md', 'docs/supply-chain.md', 'docs/infrastructure-rules.md'];
const textOf = (page: string): string => readFileSync(page, 'utf8');
const blocks = (page: string) =>
  [...textOf(page).matchAll(/^```(\S*) ?(\S*)\n([\s\S]*?)^```$/gm)].map(([, language, kind, body = '']) => ({
    language,
    kind,
    commands: body.split('\n').filter((line) => line !== ''),
  }));

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const parameters = readFileSync('infra/main.bicepparam', 'utf8');
const readByBicep = [...parameters.matchAll(/readEnvironmentVariable\('([A-Z_]+)'/g)].map(([, name = '']) => name);

describe.each(pages)('%s', (page) => {
  test('every block says whether it needs Azure', () => {
    for (const { language, kind } of blocks(page)) expect([language, kind].join(' ')).toMatch(/^sh (local|azure)$/);
  });

  test('every npm script, file and setting that is named exists', () => {
    const text = textOf(page);
    for (const [, script = ''] of text.matchAll(/npm run ([a-z:-]+)/g))
      expect(Object.keys(scripts), script).toContain(script);
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)\)/g))
      expect(existsSync(join(dirname(page), target)), target).toBe(true);
    const outputs = [...readFileSync('infra/main.bicep', 'utf8').matchAll(/^output ([A-Z_]+)/gm)].map(
      ([, name = '']) => name,
    );
    const known = new Set([
      ...readByBicep,
      ...outputs,
      ...Object.keys(settingSchemas),
      'AZD_BICEP_TOOL_PATH',
      'ALLOW_DOWN',
    ]);
    for (const [, name = ''] of text.matchAll(/`([A-Z]+(?:_[A-Z0-9]+)+)`/g)) expect(known, name).toContain(name);
    for (const [, , name = ''] of text.matchAll(/azd env (set) ([A-Z_]+)/g)) expect(known, name).toContain(name);
  });
});

test('every value that infra/main.bicepparam reads stands in docs/deploy.md', () => {
  for (const name of readByBicep) expect(textOf('docs/deploy.md'), name).toContain(`\`${name}\``);
});

test('the pipelines pass only values that are read, the pinned key version among them', () => {
  const steps = parse(readFileSync('infra/pipelines/github-actions.yml', 'utf8')).jobs.deploy;
  const passed = Object.keys(steps.env);
  const azure = ['AZURE_CLIENT_ID', 'AZURE_TENANT_ID', 'AZURE_SUBSCRIPTION_ID'];
  for (const name of passed) expect([...readByBicep, ...azure], name).toContain(name);
  expect(passed).toContain('MASKINPORTEN_KEY_VERSION');
  for (const file of ['github-actions', 'azure-pipelines']) {
    const text = readFileSync(`infra/pipelines/${file}.yml`, 'utf8');
    expect(() => parse(text)).not.toThrow();
    expect(text).not.toMatch(/secrets\.|client-secret|password/i);
    for (const [, script = ''] of text.matchAll(/npm run ([a-z:-]+)/g)) expect(Object.keys(scripts)).toContain(script);
  }
});

const local = [
  ...new Set(
    pages.flatMap((page) =>
      blocks(page)
        .filter(({ kind }) => kind === 'local')
        .flatMap(({ commands }) => commands),
    ),
  ),
];

/** What every run of the tests begins with; again here it would change files under the other tests. */
const before = ['npm ci', 'npm run build'];

/** Commands named in the running text or among what needs Azure: the test that runs them against something of its own. */
const runElsewhere: Readonly<Record<string, string>> = {
  'npm run azd-hook': 'test/infra/hooks.test.ts',
  'npm run doctor': 'test/integration/doctor.test.ts',
  'npm run jwk': 'test/infra/vault-tools.test.ts',
  'npm run rotate-key': 'test/integration/rotate-key.test.ts',
  'npm run secrets': 'test/infra/vault-tools.test.ts',
  'tools/import-consents.ts': 'test/integration/consent-import.test.ts',
};

test('every command of ours that is named is run by a test', () => {
  for (const page of pages)
    for (const [command] of textOf(page).matchAll(/npm run [a-z:-]+|\btools\/[a-z-]+\.ts/g)) {
      const here = local.some((one) => one === command || one.startsWith(`${command} `));
      const elsewhere = runElsewhere[command];
      expect(here || (elsewhere !== undefined && existsSync(elsewhere)), `${page}: ${command}`).toBe(true);
    }
});

test.skipIf(noBicep !== undefined).each(local.filter((command) => !before.includes(command)))(
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
