import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { settingSchemas } from '../../shared/settings/schemas.ts';
import { blocksIn, textOf } from '../docs/documents.ts';
import { expectToRun } from '../docs/run-command.ts';
import { isFull, quickDescribe, quickTest } from '../part.ts';
import { noBicep } from './bicep.ts';

const pages = ['docs/deploy.md', 'docs/onboarding.md', 'docs/supply-chain.md', 'docs/infrastructure-rules.md'];
const blocks = (page: string) => blocksIn(textOf(page));

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const parameters = readFileSync('infra/main.bicepparam', 'utf8');
const readByBicep = [...parameters.matchAll(/readEnvironmentVariable\('([A-Z_]+)'/g)].map(([, name = '']) => name);

quickDescribe.each(pages)('%s', (page) => {
  test('every block of commands says whether it needs Azure; any other is an example in JSON', () => {
    for (const { language, kind } of blocks(page))
      if (language !== 'json') expect([language, kind].join(' ')).toMatch(/^sh (local|azure|elsewhere)$/);
  });

  // test/docs tests links, commands and what runs them, for all documents.
  test('every setting that is named exists', () => {
    const text = textOf(page);
    const outputs = [...readFileSync('infra/main.bicep', 'utf8').matchAll(/^output ([A-Z_]+)/gm)].map(
      ([, name = '']) => name,
    );
    const known = new Set([
      ...readByBicep,
      ...outputs,
      ...Object.keys(settingSchemas),
      'AZD_BICEP_TOOL_PATH',
      'ALLOW_DOWN',
      'ALLOW_WEAKER',
      'FUNCTIONS_REQUEST_BODY_SIZE_LIMIT',
    ]);
    for (const [, name = ''] of text.matchAll(/`([A-Z]+(?:_[A-Z0-9]+)+)`/g)) expect(known, name).toContain(name);
    for (const [, , name = ''] of text.matchAll(/azd env (set) ([A-Z_]+)/g)) expect(known, name).toContain(name);
  });
});

quickTest('every value that infra/main.bicepparam reads is in docs/deploy.md', () => {
  for (const name of readByBicep) expect(textOf('docs/deploy.md'), name).toContain(`\`${name}\``);
});

quickTest('the commands of the pipelines exist', () => {
  for (const file of ['github-actions', 'azure-pipelines', 'azure-pipelines-steps'])
    for (const [, script = ''] of readFileSync(`infra/pipelines/${file}.yml`, 'utf8').matchAll(/npm run ([a-z:-]+)/g))
      expect(Object.keys(scripts)).toContain(script);
});

const local = [
  ...new Set(
    pages.flatMap((page) =>
      blocks(page)
        .filter(({ kind }) => kind === 'local')
        .flatMap(({ lines }) => lines),
    ),
  ),
];

/** The commands with which every run of the tests begins. If run again here, they would change files under the other tests. */
const before = ['npm ci', 'npm run build'];

/** The slowest commands, which `test:full` runs. */
const slow = [
  'npm run infra:snapshots -- --check',
  'npm run bicep -- lint infra/main.bicep',
  'npm run bicep -- --version',
  'npx vitest run test/infra/azure-yaml.test.ts',
  'npm run supply-chain',
];

test('the slow commands occur in the documents', () => {
  expect(local).toEqual(expect.arrayContaining(slow));
});

test
  .skipIf(noBicep !== undefined)
  .each(local.filter((command) => !before.includes(command) && slow.includes(command) === isFull))(
  '%s',
  expectToRun,
  300_000,
);
