import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { quickTest, slowTest } from '../part.ts';
import { compile, evaluate, formatted, noBicep, snapshotOf } from './bicep.ts';
import { rootsOf } from './roots.ts';

const files = (extension: string): string[] =>
  readdirSync('infra', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension))
    .map((name) => join('infra', name));

async function expectNoMessage(file: string): Promise<void> {
  const { success, diagnostics } = await compile(file);
  expect(
    diagnostics.map(({ code, message }) => `${code} ${message}`),
    file,
  ).toEqual([]);
  expect(success, file).toBe(true);
}

describe.skipIf(noBicep !== undefined)('the Bicep of infra/', () => {
  quickTest(
    'compiles and lints without a message',
    async () => {
      expect(files('.bicep').length).toBeGreaterThan(10);
      for (const file of rootsOf('infra')) await expectNoMessage(file);
    },
    240_000,
  );

  slowTest(
    'has parameter files that compile and lint without a message',
    async () => {
      for (const file of files('.bicepparam')) await expectNoMessage(file);
    },
    240_000,
  );

  quickTest('is formatted', async () => {
    for (const file of [...files('.bicep'), ...files('.bicepparam')])
      expect(await formatted(file), `${file} (npm run bicep -- format ${file})`).toBe(readFileSync(file, 'utf8'));
  });

  quickTest('refers to no registry, so it compiles without a network', () => {
    for (const file of files('.bicep')) expect(readFileSync(file, 'utf8'), file).not.toMatch(/'(br|ts)[:/]/);
  });

  quickTest.each(['dev', 'test', 'prod'])(
    '%s: the checked-in snapshot is the result of evaluating infra/ (else: npm run infra:snapshots)',
    async (name) => {
      const fresh = JSON.parse(await snapshotOf(`infra/environments/${name}.bicepparam`));
      expect(fresh).toEqual(JSON.parse(readFileSync(`infra/environments/${name}.snapshot.json`, 'utf8')));
      expect(fresh.diagnostics).toEqual([]);
    },
    60_000,
  );

  quickTest(
    "azd's main.bicepparam evaluates to the same as the environment of its ENVIRONMENT_KIND",
    async () => {
      expect(await evaluate('main', { ENVIRONMENT_KIND: 'prod' })).toEqual(await evaluate('environments/prod'));
      await expect(evaluate('main', { ENVIRONMENT_KIND: 'production' })).rejects.toThrow();
    },
    60_000,
  );

  slowTest(
    'npm run bicep finds the same compiler',
    () => {
      const said = execFileSync(process.execPath, ['tools/bicep/main.ts', '--version'], { encoding: 'utf8' });
      expect(said).toMatch(/Bicep CLI version 0\.\d+\.\d+/);
    },
    60_000,
  );
});
