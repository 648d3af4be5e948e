import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bicep, noBicep } from './bicep.ts';

const folder = 'test/infra/fixtures/lint';
const { rules } = JSON.parse(readFileSync('bicepconfig.json', 'utf8')).analyzers.core;
const atError = Object.keys(rules).filter((name) => rules[name].level === 'error');

describe.skipIf(noBicep !== undefined)('every linter rule at error', () => {
  test('has a fixture that breaks it, and catches it', async () => {
    const fixtures = readdirSync(folder).filter((name) => name.includes('.bicep'));
    expect(fixtures.map((name) => name.replace(/\.bicep(param)?$/, '')).sort()).toEqual([...atError].sort());
    // The compiler takes all of one kind at once.
    const runs = [`${folder}/*.bicep`, `${folder}/*.bicepparam`].map((pattern) =>
      bicep(['lint', '--pattern', pattern, '--no-restore']),
    );
    const found = (await Promise.all(runs)).map(({ stderr, stdout }) => stderr + stdout).join('\n');
    const caught = fixtures.filter((name) => {
      const rule = name.replace(/\.bicep(param)?$/, '');
      return found.split('\n').some((line) => line.includes(`/${name}(`) && line.includes(`: Error ${rule}:`));
    });
    expect(caught.sort()).toEqual(fixtures.sort());
  });
});
