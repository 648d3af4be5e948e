import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { events } from '../../shared/telemetry/events.ts';
import { metrics } from '../../shared/telemetry/metrics.ts';
import { checkQuery, queryNames } from '../../tools/monitoring/check-query.ts';
import { analyse } from '../../tools/monitoring/kusto.ts';
import { workspaceTables } from '../../tools/monitoring/tables.ts';
import { type Vocabulary, viewsOf } from '../../tools/monitoring/views.ts';

const vocabulary: Vocabulary = { metrics, events };
const json = (name: string) => JSON.parse(readFileSync(`infra/monitoring/${name}.json`, 'utf8'));
const textOf = (file: string) => readFileSync(`infra/monitoring/${file}.kql`, 'utf8').replace(/^\/\/.*$/gm, '');
const judged = textOf('judged-lookups');

/** Queries that name this metric or event, directly or through the view of look-ups. */
const naming = (name: string): string[] =>
  queryNames.filter((query) => {
    const text = textOf(`queries/${query}`);
    return new RegExp(`\\b${name}\\b`).test(text.includes('judgedLookups') ? judged + text : text);
  });
const faultsOf = (changed: Vocabulary, queries: readonly string[]): string[] =>
  queries.flatMap((name) => checkQuery(name, changed).faults.map((fault) => `${name}: ${fault}`));

/** The vocabulary with one metric or event renamed. */
function renamed(kind: 'metrics' | 'events', from: string, to: string): Vocabulary {
  const { [from]: moved, ...rest } = vocabulary[kind] as Record<string, never>;
  return { ...vocabulary, [kind]: { ...rest, [to]: moved } };
}

test('views.json is made from the present vocabulary (else: npm run docs)', () => {
  expect(json('views')).toEqual(viewsOf(vocabulary));
});

// The parser is slow at its first query.
describe('every query', { timeout: 120_000 }, () => {
  test.each(queryNames)('%s names only existing tables, columns, metrics, events, dimensions and values', (name) => {
    const { faults, columns } = checkQuery(name, vocabulary);
    expect(faults).toEqual([]);
    expect(columns.length).toBeGreaterThan(0);
    for (const { type } of columns) expect(type).toMatch(/^(string|long|int|real|datetime|bool)$/);
  });

  test('is passed to Bicep, and is used by a panel or an alert', () => {
    const listed = [...readFileSync('infra/monitoring/queries.bicep', 'utf8').matchAll(/'queries\/(.+)\.kql'/g)];
    expect(listed.map(([, name]) => name).sort()).toEqual([...queryNames].sort());
    const panels = json('panels').flatMap((section: { panels: { name: string }[] }) => section.panels);
    const used = [
      ...panels.map(({ name }: { name: string }) => name),
      ...json('alerts').map(({ query }: { query: string }) => query),
    ];
    expect([...new Set(used)].sort()).toEqual([...queryNames].sort());
  });

  test('begins with a comment that says what its rows mean', () => {
    for (const name of queryNames)
      expect(readFileSync(`infra/monitoring/queries/${name}.kql`, 'utf8'), name).toMatch(/^\/\/ .{20}/);
  });
});

describe('a query over something that the app no longer sends fails the check', { timeout: 120_000 }, () => {
  const kinds = [...Object.keys(metrics), ...Object.keys(events)].filter((name) => naming(name).length > 0);
  test.each(kinds)('a renamed metric or event: %s', (name) => {
    const changed = renamed(name in metrics ? 'metrics' : 'events', name, 'anotherName');
    const said = `'${name}' does not refer to any known`;
    expect(naming(name).some((query) => faultsOf(changed, [query]).join('\n').includes(said))).toBe(true);
  });

  test('a renamed dimension', () => {
    const { upstream, ...others } = metrics.breakerOpen.dimensions;
    const changed = {
      ...vocabulary,
      metrics: { ...metrics, breakerOpen: { ...metrics.breakerOpen, dimensions: { ...others, party: upstream } } },
    };
    expect(faultsOf(changed, ['breakers']).join('\n')).toMatch(/breakers: .*'upstream' does not refer to any known/);
  });

  test('a renamed value of a dimension', () => {
    const results = metrics.feedRun.dimensions.result.filter((result) => result !== 'complete');
    const changed = {
      ...vocabulary,
      metrics: {
        ...metrics,
        feedRun: { ...metrics.feedRun, dimensions: { result: results } },
        purgeRun: { ...metrics.purgeRun, dimensions: { ...metrics.purgeRun.dimensions, result: ['failed'] } },
      },
    };
    expect(faultsOf(changed, ['alert-feed-stale'])).toContain("alert-feed-stale: result is never 'complete'");
  });

  test('a renamed measurement', () => {
    const { durationMs, ...others } = events.saldoLookup.measurements;
    const measurements: Vocabulary['events'][string]['measurements'] = { ...others, tookMs: durationMs };
    const changed = { ...vocabulary, events: { ...events, saldoLookup: { ...events.saldoLookup, measurements } } };
    expect(faultsOf(changed, ['now']).join('\n')).toMatch(/now: .*'durationMs' does not refer to any known/);
  });

  test('a gauge that is read as a counter', () => {
    const changed = {
      ...vocabulary,
      metrics: { ...metrics, feedAge: { ...metrics.feedAge, kind: 'counter' as const } },
    };
    expect(faultsOf(changed, ['feed']).join('\n')).toMatch(/feed: .*'value' does not refer to any known/);
  });
});

test('the check finds a misspelt column, operator and table', () => {
  const said = (query: string) => analyse(query, workspaceTables).faults.join();
  expect(said('AppRequests | where Nmae == 1')).toContain("'Nmae' does not refer to any known column");
  expect(said('AppRequests | wehre Name == 1')).not.toBe('');
  expect(said('requests | count')).toContain("'requests' does not refer to any known table");
  expect(said('AppRequests | count')).toBe('');
});

test('the timers that queries exclude from the HTTP functions are exactly the existing timers', () => {
  const timers = readdirSync('functions').flatMap((file) =>
    [...readFileSync(`functions/${file}`, 'utf8').matchAll(/timerFunction\('([a-z-]+)'/g)].map(
      ([, name]) => `'${name}'`,
    ),
  );
  const named = queryNames.flatMap((name) =>
    [...textOf(`queries/${name}`).matchAll(/Name !in \(([^)]+)\)/g)].map(([, list]) => list?.split(', ').toSorted()),
  );
  expect(named.length).toBeGreaterThan(2);
  for (const list of named) expect(list).toEqual(timers.toSorted());
});
