// Documents are short enough to be read: lines, and the two documents that grew too long before.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { documents, textOf } from './documents.ts';

const longest = 140;

/** Lines of prose that are too long. Tables, fenced blocks and lines whose length is one link are left out. */
function longLinesIn(page: string): string[] {
  const text = textOf(page).replace(/^```[\s\S]*?^```$/gm, (block) => block.replace(/[^\n]/g, ''));
  return text
    .split('\n')
    .map((line, index) => [line, index + 1] as const)
    .filter(([line]) => !line.startsWith('|') && [...line.replace(/\]\([^)]*\)/g, ']')].length > longest)
    .map(([, number]) => `${page}:${number}`);
}

test(`no line of a document has over ${longest} characters, but for tables and links`, () => {
  expect(documents().flatMap(longLinesIn)).toEqual([]);
});

test('the runbook is under 3 000 words, and CONTRIBUTING under 80 lines', () => {
  expect(textOf('docs/runbook.md').split(/\s+/).length).toBeLessThan(3000);
  expect(readFileSync('CONTRIBUTING.md', 'utf8').split('\n').length).toBeLessThan(80);
});
