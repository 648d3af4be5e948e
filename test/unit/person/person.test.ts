import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { fromPersonUrn, NationalId, personUrn } from '../../../shared/person/national-id.ts';
import { personKey, sessionKey, subjectKey } from '../../../shared/person/person-key.ts';
import { Secret } from '../../../shared/person/secret.ts';
import { ahmad, person, steinar } from '../support/people.ts';

const digits = '01085301957';

/** Every way in which a value gets into a text by accident. */
function accidents(value: object): string {
  const error = new Error(`about ${value}`, { cause: value });
  return [
    String(value),
    `${value}`,
    `${value as unknown as string}x`.concat(String(value)),
    JSON.stringify(value),
    JSON.stringify({ nested: [value] }),
    inspect(value),
    inspect(value, { depth: null, showHidden: true, customInspect: false, getters: true }),
    inspect({ a: { b: [value] } }, { depth: null, showHidden: true }),
    inspect(new Map([[value, value]]), { depth: null }),
    inspect(error),
    error.message,
    error.stack ?? '',
    Object.entries(value).join(),
    Reflect.ownKeys(value).map(String).join(),
    JSON.stringify(structuredClone(value)),
    String(Number(value)),
  ].join('\n');
}

describe('values that cannot be printed', () => {
  test('a national id', () => {
    expect(accidents(steinar)).not.toContain(digits);
    expect(accidents(steinar)).toContain('[national id]');
    expect(steinar.reveal()).toBe(digits);
  });

  test('a token or key', () => {
    const hidden = new Secret('hemmelig-nok');
    expect(accidents(hidden)).not.toContain('hemmelig');
    expect(accidents(hidden)).toContain('[hidden]');
    expect(hidden.reveal()).toBe('hemmelig-nok');
  });
});

describe('national ids', () => {
  test.each([
    ['a fødselsnummer', digits],
    ['one that begins with 2 to 9 in the control digit place', '02075700329'],
    ['a synthetic one of Tenor (month + 80)', '01810100000'],
  ])('%s', (_what, text) => {
    // The check digits are computed here, because lists of synthetic national ids may not be published.
    const valid = text.endsWith('00000') ? withControlDigits(text.slice(0, 9)) : text;
    expect(NationalId.parse(valid)?.reveal()).toBe(valid);
  });

  test.each([
    ['a D-number (day + 40)', '410853'],
    ['an H-number (month + 40)', '014853'],
  ])('%s is accepted', (_what, start) => {
    const valid = withControlDigits(`${start}019`);
    expect(NationalId.parse(valid)?.reveal()).toBe(valid);
  });

  test.each([
    '01085301958',
    '01085301947',
    '10853019577',
    '0108530195',
    '010853019570',
    '010853 01957',
    ' 01085301957',
    '01085301957\n',
    '٠١٠٨٥٣٠١٩٥٧',
    '00000000000',
    '99999999999',
    '',
    1085301957,
    null,
    undefined,
    ['01085301957'],
    { toString: () => '01085301957' },
  ])('%j is not accepted', (value) => expect(NationalId.parse(value)).toBeUndefined());

  test('national ids are equal if their digits are', () => {
    expect(steinar.equals(person(digits))).toBe(true);
    expect(steinar.equals(ahmad)).toBe(false);
  });

  test('a URN is written and read back; any other URN is no person', () => {
    expect(personUrn(steinar)).toBe(`urn:altinn:person:identifier-no:${digits}`);
    expect(fromPersonUrn(personUrn(steinar).toUpperCase())?.equals(steinar)).toBe(true);
    for (const urn of [
      `urn:altinn:organization:identifier-no:${digits}`,
      `urn:altinn:person:identifier-no:${digits}0`,
      `x urn:altinn:person:identifier-no:${digits}`,
      'urn:altinn:person:identifier-no:01085301958',
      'urn:altinn:party:uuid:0f6f3b3a-6f0f-4c6e-9a55-3c1f2f0f3a11',
      null,
      7,
    ])
      expect(fromPersonUrn(urn)).toBeUndefined();
  });
});

/** Nine digits with their two control digits (modulus 11), or the next nine digits that have valid ones. */
function withControlDigits(nine: string): string {
  const control = (text: string, weights: number[]) =>
    (11 - (weights.reduce((sum, weight, index) => sum + weight * Number(text[index]), 0) % 11)) % 11;
  for (let add = 0; add < 50; add++) {
    const start = nine.slice(0, 6) + String((Number(nine.slice(6)) + add) % 1000).padStart(3, '0');
    const first = control(start, [3, 7, 6, 1, 8, 9, 4, 5, 2]);
    const second = control(`${start}${first}`, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
    if (first < 10 && second < 10) return `${start}${first}${second}`;
  }
  throw new Error('none found');
}

describe('keyed names', () => {
  const secret = new Secret(Buffer.alloc(32, 1).toString('base64'));
  const other = new Secret(Buffer.alloc(32, 2).toString('base64'));

  test('have 43 characters of base64url, are the same each time, and do not contain the digits', () => {
    const key = personKey(secret, steinar);
    expect(key).toMatch(/^[\w-]{43}$/);
    expect(personKey(secret, person(digits))).toBe(key);
    expect(key).not.toContain(digits);
  });

  test('differ for another person, secret or purpose', () => {
    const names = [
      personKey(secret, steinar),
      personKey(secret, ahmad),
      personKey(other, steinar),
      sessionKey(secret, 'i', digits),
      subjectKey(secret, 'i', digits),
      sessionKey(secret, digits, ''),
      subjectKey(secret, digits, ''),
    ];
    expect(new Set(names).size).toBe(names.length);
  });

  test('differ when characters move from the issuer to the session', () => {
    const pairs = [
      ['ab', 'c'],
      ['a', 'bc'],
      ['abc', ''],
      ['', 'abc'],
      ['a\u0000b', 'c'],
      ['a', 'b\u0000c'],
      ['a\u00001:b', 'c'],
      ['a', 'b\u00001:c'],
    ];
    expect(new Set(pairs.map(([issuer = '', sid = '']) => sessionKey(secret, issuer, sid))).size).toBe(pairs.length);
  });
});
