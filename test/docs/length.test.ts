// Documents are short enough to be read: the length of lines, and of the two documents that once grew too long.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { documents, textOf } from './documents.ts';

const longest = 140;

/** Lines of prose that are too long. Tables, fenced blocks and lines that consist of one link do not count. */
function longLinesIn(page: string): string[] {
  const text = textOf(page).replace(/^```[\s\S]*?^```$/gm, (block) => block.replace(/[^\n]/g, ''));
  return text
    .split('\n')
    .map((line, index) => [line, index + 1] as const)
    .filter(([line]) => !line.startsWith('|') && [...line.replace(/\]\([^)]*\)/g, ']')].length > longest)
    .map(([, number]) => `${page}:${number}`);
}

test(`no line of a document has more than ${longest} characters, except tables and links`, () => {
  expect(documents().flatMap(longLinesIn)).toEqual([]);
});

test('the runbook has less than 3 000 words, and CONTRIBUTING less than 80 lines', () => {
  expect(textOf('docs/runbook.md').split(/\s+/).length).toBeLessThan(3000);
  expect(readFileSync('CONTRIBUTING.md', 'utf8').split('\n').length).toBeLessThan(80);
});
