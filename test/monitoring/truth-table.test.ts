import { expect, test } from 'vitest';
import { alertRules } from '../../tools/monitoring/scenarios/run.ts';
import { scenarios } from '../../tools/monitoring/scenarios/scenarios.ts';
import { holdsTrue } from './holds.ts';
import { truthTable } from './truth-table.ts';

/** One scenario of each kind; truth-table.full.test.ts runs all of them. */
const core = [
  'quiet-night',
  'reply-invalid-reloads',
  'tables-hiccup',
  'key-rotated',
  'lanekassen-down-rows-late',
  'lanekassen-throttles',
  'key-vault-refuses',
  'tables-down',
  'queue-full-at-one-bank',
  'queue-full-at-many-banks',
  'http-dead',
  'host-500',
  'setting-faulty',
];

// The parser is slow at its first queries.
test.each(core)('each alert fires where it should and nowhere else: %s', holdsTrue, 120_000);

test('the truth table has every scenario; every alert fires in at least one, and none in a healthy one', () => {
  expect(Object.keys(truthTable).toSorted()).toEqual(Object.keys(scenarios).toSorted());
  const raised = new Set(Object.values(truthTable).flatMap((alerts) => Object.keys(alerts)));
  expect([...raised].toSorted()).toEqual(
    alertRules()
      .map(({ id }) => id)
      .toSorted(),
  );
  for (const [name, { healthy }] of Object.entries(scenarios)) if (healthy) expect(truthTable[name], name).toEqual({});
});
