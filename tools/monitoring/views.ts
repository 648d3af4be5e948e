import { readFileSync } from 'node:fs';
import type { EventDefinition } from '../../shared/telemetry/events.ts';
import type { MetricDefinition } from '../../shared/telemetry/metrics.ts';

/** The vocabulary, or a changed one in a test. */
export type Vocabulary = {
  metrics: Readonly<Record<string, MetricDefinition>>;
  events: Readonly<Record<string, EventDefinition>>;
};

const quoted = (name: string) => `['${name}']`;
const texts = (names: readonly string[]) =>
  names.map((name) => `, ${quoted(name)} = tostring(Properties${quoted(name)})`).join('');

/** The columns of a metric, by kind. Each kind has other names, so that a query cannot read one kind as another. */
const measured = {
  counter: 'happened = Sum',
  gauge: 'value = Sum',
  histogram: 'total = Sum, calls = ItemCount, least = Min, most = Max',
} as const;

/** A figure that is counted by bank has the bank as a column. If `onlyBank` is not `all`, only the rows of that bank are kept. */
const ofBank = (byBank: true | undefined) =>
  byBank
    ? { column: `, bank = tostring(Properties['bank'])`, filter: ` | where onlyBank == 'all' or bank == onlyBank` }
    : undefined;

function metricView(name: string, { kind, dimensions, byBank }: MetricDefinition): string {
  const bank = ofBank(byBank);
  return `let ${name} = AppMetrics | where _ResourceId =~ component and Name == '${name}' | project TimeGenerated, AppRoleInstance, ${measured[kind]}${texts(Object.keys(dimensions))}${bank?.column ?? ''}${bank?.filter ?? ''};`;
}

function eventView(name: string, { dimensions, measurements, byBank }: EventDefinition): string {
  const bank = ofBank(byBank);
  const numbers = Object.keys(measurements)
    .map((one) => `, ${quoted(one)} = todouble(Measurements${quoted(one)})`)
    .join('');
  return `let ${name} = AppEvents | where _ResourceId =~ component and Name == '${name}' | project TimeGenerated, AppRoleInstance, OperationId${texts(Object.keys(dimensions))}${numbers}${bank?.column ?? ''}${bank?.filter ?? ''};`;
}

/**
 * Each metric and event as a table with typed columns. A query names these and not the raw tables, so that a metric, event or
 * dimension that the app does not send is a name that the query language does not know.
 */
export function viewsOf({ metrics, events }: Vocabulary): Record<string, string> {
  const views = [
    ...Object.entries(metrics).map(([name, one]) => [name, metricView(name, one)]),
    ...Object.entries(events).map(([name, one]) => [name, eventView(name, one)]),
  ];
  return Object.fromEntries(views.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)));
}

/** Every value that each dimension may have, over the whole vocabulary. */
export function valuesOf({ metrics, events }: Vocabulary): Map<string, Set<string>> {
  const values = new Map<string, Set<string>>();
  for (const { dimensions } of [...Object.values(metrics), ...Object.values(events)])
    for (const [name, list] of Object.entries(dimensions)) {
      const known = values.get(name) ?? new Set();
      for (const value of list) known.add(value);
      values.set(name, known);
    }
  return values;
}

/** A complete query: the values and views that its text names, the look-ups with a verdict if it names them, then the text. */
export function wholeText(
  text: string,
  views: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string>>,
): string {
  const judged = text.includes('judgedLookups') ? readFileSync('infra/monitoring/judged-lookups.kql', 'utf8') : '';
  const isNamed = (key: string) => `${judged}${text}`.includes(key);
  const lets = Object.entries(values)
    .filter(([key]) => ['component', 'onlyBank'].includes(key) || isNamed(key))
    .map(([key, value]) => `let ${key} = ${value};`);
  const named = Object.entries(views).filter(([key]) => isNamed(key));
  return [...lets, ...named.map(([, definition]) => definition), judged, text].join('\n');
}
