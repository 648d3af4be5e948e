import { describe, expect, test } from 'vitest';
import { csvRecords } from '../../../tools/csv.ts';
import { readRows } from '../../../tools/import-consents/rows.ts';

const id = '5f0c1c4e-3a8c-4b2e-9c56-0123456789ab';

describe('CSV', () => {
  test.each([
    ['a separator in quotes', 'a,b\n"x,y",z', ['x,y', 'z']],
    ['a semicolon in quotes', 'a;b\n"x;y";z', ['x;y', 'z']],
    ['a quote in quotes', 'a,b\n"x""y",z', ['x"y', 'z']],
    ['blanks around fields', 'a,b\n x , "z" ', ['x', 'z']],
    ['a byte order mark and CRLF', '\uFEFFa,b\r\nx,z\r\n', ['x', 'z']],
    ['a short record', 'a,b\nx', ['x']],
  ])('%s', (_, text, fields) => {
    expect(csvRecords(text)[0]?.fields).toEqual(['a', 'b']);
    expect(csvRecords(text)[1]?.fields).toEqual(fields);
  });

  test('a record is named by its line number; blank lines count', () => {
    expect(csvRecords('a,b\n\n   \n1,2\r\n3,4').map(({ line }) => line)).toEqual([1, 4, 5]);
  });

  test('quotes that do not match are reported by line, without the content', () => {
    for (const record of ['"01085301957,x', '"01085301957"x,y']) {
      expect(() => csvRecords(`a,b\n${record}`)).toThrow(/^CSV, line 2: the quotes do not match\.$/);
    }
  });
});

test('the import reads quoted fields, and names the row that it cannot read', () => {
  const text = `name,nationalId,consentId\n"Bruun, Steinar",01085301957,"${id}"\n\nx,01085301957,nothing\nx,1,${id}`;
  expect(readRows(text)).toMatchObject([
    { row: 2, id },
    { row: 4, fault: 'not-a-consent-id' },
    { row: 5, fault: 'not-a-national-id' },
  ]);
  expect(() => readRows('nationalId\n1')).toThrow('nationalId and consentId');
});
