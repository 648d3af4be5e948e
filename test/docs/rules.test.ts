// docs/rules.md leads to the contract, the code and the test of each rule that a new reader looks for.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { linksIn, textOf } from './documents.ts';

/** What a reader looks for, as the words by which it is found in the table. */
const wanted = [
  /consent lasts at most a year/,
  /held until logout/,
  /consent token .* until the first 200/,
  /retry budget/i,
  /`jti` is unique/,
  /person equality/i,
  /return URL/i,
  /MP-121/,
  /rounding of øre/i,
  /lease is renewed/,
  /feed freshness/i,
  /one new request a day after a refusal/i,
];

const rows = textOf('docs/rules.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| Rule |'))
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));

/** The files that a cell links to, from the root. */
const filesOf = (cell: string): string[] =>
  linksIn(cell).map((link) => join('docs', decodeURI(link.split('#')[0] ?? '')));

test.each(wanted)('a reader finds the rule %s', (words) => {
  expect(rows.filter(([rule = '']) => words.test(rule))).toHaveLength(1);
});

describe.each(rows)('%s', (_rule, _short, contract = '', code = '', tests = '') => {
  test('its contract, code and test exist', () => {
    for (const cell of [contract, code, tests]) {
      expect(filesOf(cell).length).toBeGreaterThan(0);
      expect(filesOf(cell).filter((file) => !existsSync(file))).toEqual([]);
    }
    expect(filesOf(tests).filter((file) => !file.endsWith('.test.ts'))).toEqual([]);
  });

  test('the code has the given name', () => {
    const named = [...code.matchAll(/\[`(\w+)`\]\(\.\.\/([^)]+)\)/g)];
    expect(named.length).toBeGreaterThan(0);
    for (const [, name = '', file = ''] of named)
      expect(readFileSync(file, 'utf8'), `${file} has no ${name}`).toMatch(new RegExp(`\\b${name}\\b`));
  });
});

test('README and architecture link to the rules', () => {
  expect(linksIn(textOf('README.md'))).toContain('docs/rules.md');
  expect(linksIn(textOf('docs/architecture.md'))).toContain('rules.md');
});
