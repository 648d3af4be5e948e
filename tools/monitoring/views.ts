import type { EventDefinition } from '../../shared/telemetry/events.ts';
import type { MetricDefinition } from '../../shared/telemetry/metrics.ts';

/** The vocabulary, or what a test has made of it. */
export type Vocabulary = {
  metrics: Readonly<Record<string, MetricDefinition>>;
  events: Readonly<Record<string, EventDefinition>>;
};

const quoted = (name: string) => `['${name}']`;
const texts = (names: readonly string[]) =>
  names.map((name) => `, ${quoted(name)} = tostring(Properties${quoted(name)})`).join('');

/** What a metric's row says, by kind, under names of its own, so that one kind can not be read as another. */
const measured = {
  counter: 'happened = Sum',
  gauge: 'value = Sum',
  histogram: 'total = Sum, calls = ItemCount, least = Min, most = Max',
} as const;

function metricView(name: string, { kind, dimensions }: MetricDefinition): string {
  return `let ${name} = AppMetrics | where _ResourceId =~ component and Name == '${name}' | project TimeGenerated, AppRoleInstance, ${measured[kind]}${texts(Object.keys(dimensions))};`;
}

function eventView(name: string, { dimensions, measurements }: EventDefinition): string {
  const numbers = Object.keys(measurements)
    .map((one) => `, ${quoted(one)} = todouble(Measurements${quoted(one)})`)
    .join('');
  return `let ${name} = AppEvents | where _ResourceId =~ component and Name == '${name}' | project TimeGenerated, AppRoleInstance, OperationId${texts(Object.keys(dimensions))}${numbers};`;
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
