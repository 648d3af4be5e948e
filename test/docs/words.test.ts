// The words that CONTRIBUTING asks writers to avoid are rare in code, tests and documents.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sources } from './sources.ts';

const avoided = 'tol-d|stan-ds|ane-w|men-d|men-ds|men-ded|some-body|no-body|mean-while|in- words|who-ever'
  .replaceAll('-', '')
  .split('|');
const limit = 40;

/** Each place of an avoided word, as `path:line: word`. */
const placesIn = (path: string, text: string): string[] =>
  text
    .split('\n')
    .flatMap((line, index) =>
      [...line.matchAll(new RegExp(`\\b(?:${avoided.join('|')})\\b`, 'gi'))].map(
        ([word]) => `${path}:${index + 1}: ${word}`,
      ),
    );

test('each avoided word would be found', () => {
  expect(placesIn('a.md', `It ${avoided[0]} us.\nNo. ${avoided[7]}`)).toEqual([
    `a.md:1: ${avoided[0]}`,
    `a.md:2: ${avoided[7]}`,
  ]);
});

test(`the avoided words occur at most ${limit} times`, () => {
  const places = sources('.ts', '.md').flatMap((path) => placesIn(path, readFileSync(path, 'utf8')));
  expect(places.length, places.join('\n')).toBeLessThanOrEqual(limit);
});
