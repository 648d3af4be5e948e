import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compile, noBicep } from './bicep.ts';

const folder = 'test/infra/fixtures/lint';
const { rules } = JSON.parse(readFileSync('bicepconfig.json', 'utf8')).analyzers.core;
const fixtures = readdirSync(folder).filter((name) => name.includes('.bicep'));
const ruleOf = (name: string): string => name.replace(/\.bicep(param)?$/, '');

describe.skipIf(noBicep !== undefined)('every linter rule at level error', () => {
  test('has a fixture that breaks it', () => {
    const atError = Object.keys(rules).filter((name) => rules[name].level === 'error');
    expect(fixtures.map(ruleOf).sort()).toEqual(atError.sort());
  });

  test.each(fixtures)(
    'catches %s',
    async (name) => {
      const { diagnostics } = await compile(`${folder}/${name}`);
      const errors = diagnostics.filter(({ level, source }) => level === 'Error' && source.endsWith(name));
      expect(errors.map(({ code }) => code)).toContain(ruleOf(name));
    },
    60_000,
  );
});
