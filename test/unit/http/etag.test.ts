import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { matchesTag, tagOf } from '../../../shared/http/etag.ts';

test('the ETag is the hash of the text, in quotes, and changes with the text', () => {
  const hash = createHash('sha256').update('{"a":1}').digest('hex');
  expect(tagOf({ a: 1 })).toBe(`"${hash}"`);
  expect(tagOf({ a: 2 })).not.toBe(tagOf({ a: 1 }));
});

test.each([
  ['"x"', true],
  ['W/"x"', true],
  ['"y", "x"', true],
  ['*', true],
  ['"y"', false],
  ['x', false],
  ['', false],
  [null, false],
])('If-None-Match: %s names "x": %s', (header, matches) => {
  expect(matchesTag(header, '"x"')).toBe(matches);
});
