// `docs/faults.md` says what the rows expect; that the program does it, the suite finds out.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { rowOf } from './expect-outcome.ts';
import { faultsDocument } from './faults-document.ts';
import { expectationOf } from './run-row.ts';
import { specialRows } from './special-rows.ts';
import { targets } from './targets.ts';
import { faultNames } from './wire-rows.ts';

it('docs/faults.md holds every row', () => {
  const rows = targets.flatMap((target) =>
    faultNames
      .filter((fault) => !target.without?.includes(fault))
      .map((fault) => rowOf(target.name, fault, expectationOf(target, fault))),
  );
  const special = specialRows.map(({ target, fault, expected }) => rowOf(target.name, fault, expected));
  expect(rows.length).toBeGreaterThan(190);
  expect(readFileSync('docs/faults.md', 'utf8')).toBe(faultsDocument([...rows, ...special]));
});
