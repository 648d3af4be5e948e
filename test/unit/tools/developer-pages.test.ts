import { expect, test } from 'vitest';
import { developerPages, pagesAsArguments } from '../../../local/developer-pages.ts';

test('origins and return addresses, as often as they are given; without an address each origin has its root', () => {
  const both = ['--origin', 'http://127.0.0.1:8410', '--return-url', 'http://127.0.0.1:8410/lan'];
  expect(developerPages(both)).toEqual({
    origins: ['http://127.0.0.1:8410'],
    returnUrls: ['http://127.0.0.1:8410/lan'],
  });
  expect(developerPages(['--origin=http://localhost:5173', '--origin=https://bank.localhost'])).toEqual({
    origins: ['http://localhost:5173', 'https://bank.localhost'],
    returnUrls: ['http://localhost:5173/', 'https://bank.localhost/'],
  });
  expect(developerPages([])).toEqual({ origins: [], returnUrls: [] });
  expect(developerPages(pagesAsArguments(developerPages(both)))).toEqual(developerPages(both));
});

test.each([
  [['--origin', 'http://127.0.0.1:8410/'], '--origin must be an origin'],
  [['--origin', '*'], '--origin must be an origin'],
  [['--return-url', '/lan'], '--return-url must be a whole address'],
  [['--orgin', 'x'], 'known: --origin'],
  [['x'], 'known: --origin'],
])('%j is refused with what was wrong', (args, words) => {
  expect(() => developerPages(args)).toThrow(words);
});
