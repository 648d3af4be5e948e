// Each variable left out, and each given as blanks, one by one, because a pipeline passes an unset variable as empty text.
import { describe, expect, test } from 'vitest';
import { noBicep } from './bicep.ts';
import { ours, readAll, theirs } from './value-cases.ts';

// What a shell, a document or a list leaves in a value. A chain may have text around its certificates, and the hook checks it.
const leftovers: readonly ((value: string) => string)[] = [
  (value) => `"${value}"`,
  (value) => `'${value}'`,
  (value) => `“${value}”`,
  (value) => `${value}\u200b`,
  (value) => `${value},`,
];

describe.skipIf(noBicep !== undefined)('a variable of an azd environment', { timeout: 600_000 }, () => {
  test.each([
    ['the network made here', ours],
    ['the bank’s own', theirs],
  ])('%s: a blank value counts as absent, and a missing value is named', async (_, clean) => {
    const all = Object.keys(clean);
    for (let from = 0; from < all.length; from += 10) {
      const some = all.slice(from, from + 10);
      const readings = await readAll(some.flatMap((name) => ['', '  '].map((value) => ({ ...clean, [name]: value }))));
      for (const [index, name] of some.entries()) {
        const [without, blanks] = readings.slice(2 * index, 2 * index + 2);
        expect(blanks, name).toEqual(without);
        expect(without?.faults ?? [], name).toEqual(
          (without?.faults ?? []).filter((fault) => /[A-Z]+_[A-Z_]+/.test(fault)),
        );
      }
    }
  });

  test.each([
    ['the network made here', ours],
    ['the bank’s own', theirs],
  ])(
    '%s: quotes, an invisible character or a comma are refused by the name of the variable, or change nothing',
    async (_, clean) => {
      const all = Object.keys(clean).filter((name) => clean[name] !== '' && name !== 'MASKINPORTEN_CERTIFICATE_CHAIN');
      for (const [index, spoil] of leftovers.entries()) {
        const [expected, ...readings] = await readAll([
          clean,
          ...all.map((name) => ({ ...clean, [name]: spoil(clean[name] ?? '') })),
        ]);
        for (const [at, name] of all.entries()) {
          const reading = readings[at];
          if (reading?.faults.length === 0) expect(reading, `${name} ${index}`).toEqual(expected);
          else expect(reading?.faults.join(' '), `${name} ${index}`).toContain(name);
        }
      }
    },
  );
});
