import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { oreFromText, oreToText } from '../../../shared/saldo/ore.ts';

/** The same rule written another way: the decimal text is cut after two places, and the next digit decides. The sign is set aside. */
function reference(sign: string, whole: string, fraction: string): bigint {
  const padded = `${fraction}000`;
  const cut = BigInt(whole + padded.slice(0, 2));
  const up = Number(padded[2]) >= 5 ? 1n : 0n;
  return sign === '-' ? -(cut + up) : cut + up;
}

const digits = (min: number, max: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: min, maxLength: max }).map((list) => list.join(''));

describe('amounts in øre', () => {
  test.each([
    ['12684.79', 1268479],
    ['280.0', 28000],
    ['0', 0],
    ['-0', 0],
    ['-0.004', 0],
    ['0.005', 1],
    ['-0.005', -1],
    ['1.005', 101],
    ['-1.005', -101],
    ['1.00499999999999999999999', 100],
    ['0.1', 10],
    ['1e2', 10000],
    ['1E+2', 10000],
    ['1.5e-2', 2],
    ['1.4e-2', 1],
    ['1e-9999', 0],
    ['9e-3', 1],
    ['0e9999', 0],
    ['999999999999.99', 99999999999999],
  ])('%s is %i øre', (text, ore) => {
    const result = oreFromText(text);
    expect(result).toBe(ore);
    expect(Object.is(result, -0)).toBe(false);
  });

  test.each([
    '1e16',
    '-1e16',
    '1e9999',
    '9'.repeat(500),
    `0.${'1'.repeat(500)}`,
    'NaN',
    'Infinity',
    '',
    ' 1',
    '1,5',
    '0x1',
    '1.',
    '.5',
    '+1',
    '1e',
    '1e99999',
    '١',
  ])('%j is not an amount', (text) => expect(oreFromText(text)).toBeUndefined());

  test('rounds half away from zero on the decimal text, for any number', () => {
    fc.assert(
      fc.property(fc.constantFrom('', '-'), digits(1, 11), digits(1, 30), (sign, whole, fraction) => {
        const expected = reference(sign, whole, fraction);
        expect(BigInt(oreFromText(`${sign}${whole}.${fraction}`) ?? Number.NaN)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  test('an exponent means the same as a moved decimal point', () => {
    fc.assert(
      fc.property(digits(1, 6), digits(6, 12), fc.integer({ min: 0, max: 6 }), (whole, fraction, shift) => {
        const moved = `${whole}${fraction.slice(0, shift)}.${fraction.slice(shift)}0`;
        expect(oreFromText(`${whole}.${fraction}e${shift}`)).toBe(oreFromText(moved));
      }),
    );
  });

  test('fifty accepted amounts always have an exact sum', () => {
    for (let power = 0; power < 30; power++) {
      const ore = oreFromText(`1e${power}`);
      if (ore !== undefined) expect(Number.isSafeInteger(ore * 50)).toBe(true);
    }
  });

  test('amounts are written with two digits and the minus sign first, and can be read again', () => {
    expect([0, 1, -1, 10, -125075, 100].map(oreToText)).toEqual(['0.00', '0.01', '-0.01', '0.10', '-1250.75', '1.00']);
    fc.assert(
      fc.property(fc.integer({ min: -1e13, max: 1e13 }), (ore) => {
        expect(oreToText(ore)).toMatch(/^-?\d+\.\d{2}$/);
        expect(oreFromText(oreToText(ore))).toBe(ore === 0 ? 0 : ore);
      }),
    );
  });
});
