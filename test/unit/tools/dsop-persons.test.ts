import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dsopCases } from '../../../tools/dsop-cases/cases.ts';
import { readPersons } from '../../../tools/dsop-cases/persons.ts';

const head = 'nationalId,accounts,total,name';
const read = (...lines: string[]) => readPersons(lines.join('\n'), 'persons.csv');

test('a list of Tenor persons is read with commas or semicolons, quotes, a byte order mark and blank lines', () => {
  const text = `\uFEFFname;accounts;nationalId\r\n"Tilgode Havn";Lån Renter;27879110039\r\n\r\n;none;41858810084\r\n`;
  expect(readPersons(text, 'a.csv').cases).toEqual([
    { case: 'P1', nationalId: '27879110039', name: 'Tilgode Havn', accounts: ['lan', 'renter'] },
    { case: 'P2', nationalId: '41858810084', name: 'person of line 4', accounts: [] },
  ]);
});

test('the cases of DSOP that no person on the list covers are reported', () => {
  const all = dsopCases.map((one) => [one.nationalId, one.accounts.join(' ') || 'none', one.total ?? ''].join(','));
  expect(read('nationalId,accounts,total', ...all).missing).toEqual([]);
  expect(read('nationalId,accounts,total', ...all.slice(1)).missing).toEqual(['1a']);
  // Below or above one million is part of case 1a. A person without it covers neither.
  expect(read(head, '27879110039,lan,,').missing).toContain('1a');
});

describe('refused lines are reported with their line number and without the national id', () => {
  test.each([
    ['no such column', ['id,accounts', '27879110039,lan'], 'line 1'],
    ['nothing in it', [head], 'no person'],
    ['a wrong control digit', [head, '27879110038,lan,,'], 'line 2: the national id is not valid'],
    ["what may be a living person's", [head, '01010750160,lan,,'], "line 2: the national id may be a living person's"],
    ['twice the same', [head, '27879110039,lan,,', '27879110039,lan,,'], 'line 3: the person is in the list already'],
    ['an unknown sub-account', [head, '27879110039,lan gjeld,,'], 'line 2: there is no sub-account "gjeld"'],
    ['a sub-account twice', [head, '27879110039,lan lån,,'], 'named twice'],
    ['no word on accounts', [head, '27879110039,,,'], 'accounts is empty'],
    ['another total', [head, '27879110039,lan,much,'], 'total must be under'],
    ['too many fields', [head, '27879110039,lan,,a,b'], 'more fields'],
    ['too many persons', [head, ...Array<string>(201).fill('27879110039,lan,,')], 'at most 200'],
  ])('%s', (_, lines, words) => {
    expect(() => read(...lines)).toThrow(words);
    expect(() => read(...lines)).not.toThrow(/\d{11}/);
  });
});

test('any text is read as a list, or is a RangeError that contains no national id', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constant('27879110039,lan,,'), fc.constant('01010750160,1,'))),
      (lines) => {
        try {
          expect(read(head, ...lines).cases.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          expect(String(error)).not.toMatch(/\d{11}/);
        }
      },
    ),
  );
});
