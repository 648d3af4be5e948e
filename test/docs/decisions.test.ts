import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withDecisionsList } from '../../tools/docs/write-decisions-list.ts';
import { textOf } from './documents.ts';

const folder = 'docs/decisions';
const decisions = readdirSync(folder).filter((name) => name !== 'README.md');

test('decisions have one number each, the same form of title, and an entry in the list', () => {
  const numbers = decisions.map((name) => name.slice(0, 4));
  expect(new Set(numbers).size).toBe(numbers.length);
  for (const name of decisions) {
    expect(name).toMatch(/^\d{4}-[a-z0-9-]+\.md$/);
    const [title = ''] = textOf(`${folder}/${name}`).split('\n');
    expect(title).toMatch(new RegExp(`^# ${Number(name.slice(0, 4))}\\. \\S`));
  }
  const index = textOf(`${folder}/README.md`);
  expect(index).toBe(withDecisionsList(index));
  expect(index.match(/^- \[\d+\. /gm)).toHaveLength(decisions.length);
});

test('every library has its reason in the decisions, and no reason remains for a library that is gone', () => {
  const used = ['package.json', 'tools/docs/package.json'].flatMap((path) => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(path, 'utf8'));
    return Object.keys({ ...dependencies, ...devDependencies });
  });
  const text = decisions.map((name) => textOf(`${folder}/${name}`)).join('\n');
  expect(used.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  const table =
    textOf(`${folder}/0001-libraries.md`)
      .match(/^\| (.*?) \|/gm)
      ?.slice(2) ?? [];
  const named = table.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
  expect(named.length).toBeGreaterThan(12);
  expect(named.filter((name) => !used.includes(name))).toEqual([]);
});

test('every library is pinned to one version, the one in its decision if that names one', () => {
  const { devDependencies: ofDocuments } = JSON.parse(readFileSync('tools/docs/package.json', 'utf8'));
  const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const versions: Record<string, string> = { ...ofDocuments, ...dependencies, ...devDependencies };
  for (const [name, version] of Object.entries(versions)) {
    expect(`${name} ${version}`).toMatch(/ \d+\.\d+\.\d+(?:-r\.\d+)?$/);
    const row = textOf(`${folder}/0001-libraries.md`).match(new RegExp(`\`${name}\` (\\d[\\d.]*\\d|\\d)`));
    if (row?.[1] !== undefined)
      expect(`${name} ${version}`).toMatch(new RegExp(` ${row[1].replaceAll('.', '\\.')}(?:\\.|$)`));
  }
});
