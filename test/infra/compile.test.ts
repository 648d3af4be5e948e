import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exampleTarget } from '../../tools/infra/example-environment.ts';
import { bicep, evaluate, infraCopy, noBicep } from './bicep.ts';

const environments = ['dev', 'test', 'prod'] as const;

async function files(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true });
  return found.filter((name) => /\.bicep(param)?$/.test(name)).map((name) => join(folder, name));
}

describe.skipIf(noBicep !== undefined)('the Bicep of infra/', () => {
  test('builds and lints without a word', async () => {
    const { code, stderr, stdout } = await bicep(['build', 'infra/main.bicep', '--no-restore', '--stdout']);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(JSON.parse(stdout).$schema).toContain('subscriptionDeploymentTemplate');
    for (const pattern of ['infra/**/*.bicep', 'infra/**/*.bicepparam']) {
      const linted = await bicep(['lint', '--pattern', pattern, '--no-restore']);
      expect(linted).toEqual({ code: 0, stdout: '', stderr: '' });
    }
  });

  test('is formatted', async () => {
    const copy = await infraCopy();
    try {
      for (const extension of ['bicep', 'bicepparam'])
        expect((await bicep(['format', '--pattern', `infra/**/*.${extension}`], {}, copy.folder)).code).toBe(0);
      for (const file of await files('infra'))
        expect(await readFile(join(copy.folder, file), 'utf8'), file).toBe(await readFile(file, 'utf8'));
    } finally {
      await copy.drop();
    }
  });

  test('refers to no registry, so that it compiles with no network', async () => {
    for (const file of await files('infra')) expect(await readFile(file, 'utf8'), file).not.toMatch(/'(br|ts)[:/]/);
  });

  test.each(environments)('%s: the checked-in snapshot is what infra/ evaluates to (else: npm run infra:snapshots)', async (name) => {
    const args = ['snapshot', `infra/environments/${name}.bicepparam`, '--mode', 'validate', ...exampleTarget];
    const { code, stdout, stderr } = await bicep(args);
    expect(stdout + stderr).toBe('');
    expect(code).toBe(0);
  });

  test('a changed template no longer matches its snapshot', async () => {
    const args = ['snapshot', 'infra/environments/dev.bicepparam', '--mode', 'validate', ...exampleTarget];
    const { code } = await bicep(args, { PUBLIC_BASE_URL: 'https://other.example' });
    expect(code).not.toBe(0);
  });

  test('azd’s main.bicepparam evaluates to the same as the environment of its ENVIRONMENT_KIND', async () => {
    const [byAzd, byFile] = await Promise.all([
      evaluate('main', { ENVIRONMENT_KIND: 'prod' }),
      evaluate('environments/prod'),
    ]);
    expect(byAzd).toEqual(byFile);
    await expect(evaluate('main', { ENVIRONMENT_KIND: 'production' })).rejects.toThrow(/dev, test or prod|production/);
  });
});
