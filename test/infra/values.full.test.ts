// Each variable left out, and each given as blanks, one by one, because a pipeline passes an unset variable as empty text.
import { describe, expect, test } from 'vitest';
import { noBicep } from './bicep.ts';
import { ours, readAll, theirs } from './value-cases.ts';

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
});
