// `docs/faults.md` says what the rows expect. The suite itself tests that the program does it.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { rowOf } from './expect-outcome.ts';
import { faultsDocument } from './faults-document.ts';
import { expectationOf } from './run-row.ts';
import { faultsOf, sampledFaults } from './sampled-faults.ts';
import { specialRows } from './special-rows.ts';
import { targets } from './targets.ts';
import { faultNames, wireRows } from './wire-rows.ts';

it('docs/faults.md has every row', () => {
  const rows = targets.flatMap((target) =>
    faultsOf(target).map((fault) => rowOf(target.name, fault, expectationOf(target, fault))),
  );
  const special = specialRows.map(({ target, fault, expected }) => rowOf(target.name, fault, expected));
  expect(rows.length).toBeGreaterThan(190);
  expect(readFileSync('docs/faults.md', 'utf8')).toBe(faultsDocument([...rows, ...special]));
});

it('test:full has every fault at some call, and every kind of fault at every upstream', () => {
  const met = targets.map((target) => ({ upstream: target.upstream, faults: sampledFaults(target) }));
  expect(new Set(met.flatMap(({ faults }) => faults))).toEqual(new Set(faultNames));
  const kinds = new Set(Object.values(wireRows).map(({ kind }) => kind));
  for (const { upstream } of targets) {
    const here = met.filter((one) => one.upstream === upstream).flatMap(({ faults }) => faults);
    expect(new Set(here.map((fault) => wireRows[fault].kind)), upstream).toEqual(kinds);
  }
});
