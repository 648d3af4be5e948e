// The format of recorded rounds: a line for each row, with values in the order of the vocabulary, so that the file is small.
import { readFileSync } from 'node:fs';
import { events } from '../../../shared/telemetry/events.ts';
import { metrics } from '../../../shared/telemetry/metrics.ts';

/** The parts of an envelope that are kept. Keys, traces and names of machines are not. */
export type Envelope = {
  time: string;
  data: {
    baseData: {
      name?: string;
      metrics?: { name: string; value: number; count: number; min?: number; max?: number }[];
      properties?: Record<string, string>;
      measurements?: Record<string, number>;
    };
  };
};

/** A row that the exporter sent: an event, or the value of a metric in that minute. */
export type RecordedRow = {
  name: string;
  /** Seconds since the first row of the round. */
  at: number;
  dimensions: Record<string, string>;
  /** For an event. */
  measurements?: Record<string, number>;
  /** For a metric, as in `AppMetrics`. */
  metric?: { sum: number; count: number; min: number; max: number };
};

type Kept = [name: string, at: number, dimensions: string, numbers: number[]];

const dimensionsOf = (name: string): string[] =>
  Object.keys(({ ...metrics, ...events } as Record<string, { dimensions: object }>)[name]?.dimensions ?? {});
const measurementsOf = (name: string): string[] =>
  Object.keys((events as Record<string, { measurements: object }>)[name]?.measurements ?? {});
const kindOf = (name: string): string =>
  (({ ...metrics, ...events }) as Record<string, { kind: string }>)[name]?.kind ?? '';

/** Envelopes as rows. The values of a counter in several exports are added; of a gauge the last value is used. */
export function rowsOf(envelopes: readonly Envelope[]): RecordedRow[] {
  const start = Math.min(...envelopes.map(({ time }) => Date.parse(time)));
  const ofMetrics = new Map<string, RecordedRow>();
  const ofEvents: RecordedRow[] = [];
  for (const { time, data } of envelopes.toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time))) {
    const { properties: dimensions = {}, measurements = {}, name: event = '', metrics: [metric] = [] } = data.baseData;
    const at = Math.round((Date.parse(time) - start) / 1000);
    if (metric === undefined) {
      ofEvents.push({ name: event, at, dimensions, measurements });
      continue;
    }
    const { name, value: sum, count = 1, min = sum, max = sum } = metric;
    const key = JSON.stringify([name, dimensions]);
    const before = ofMetrics.get(key)?.metric;
    const adds = before !== undefined && kindOf(name) !== 'gauge';
    ofMetrics.set(key, {
      name,
      at,
      dimensions,
      metric: adds
        ? {
            sum: before.sum + sum,
            count: kindOf(name) === 'histogram' ? before.count + count : 1,
            min: Math.min(before.min, min),
            max: Math.max(before.max, max),
          }
        : { sum, count, min, max },
    });
  }
  return [...ofEvents, ...ofMetrics.values()];
}

/** Rounds as the text of a file. */
export function written(rounds: ReadonlyMap<string, readonly RecordedRow[]>): string {
  const line = ({ name, at, dimensions, measurements, metric }: RecordedRow): string => {
    const values = dimensionsOf(name).map((dimension) => dimensions[dimension] ?? '');
    const numbers = metric
      ? [metric.sum, metric.count, metric.min, metric.max]
      : measurementsOf(name).map((one) => measurements?.[one] ?? 0);
    const kept: Kept = [name, at, values.join(','), numbers.map((number) => Math.round(number * 100) / 100)];
    return JSON.stringify(kept);
  };
  const texts = [...rounds].map(([name, rows]) => `${JSON.stringify(name)}: [\n${rows.map(line).join(',\n')}\n]`);
  return `{\n${texts.join(',\n')}\n}\n`;
}

/** The recorded rounds (rounds.json), by name. Throws if a row is no longer in the vocabulary: then record them again. */
export function recordedRounds(): Map<string, RecordedRow[]> {
  const kept = JSON.parse(readFileSync('tools/monitoring/scenarios/rounds.json', 'utf8')) as Record<string, Kept[]>;
  return new Map(Object.entries(kept).map(([round, rows]) => [round, rows.map(read)]));
}

function read([name, at, joined, numbers]: Kept): RecordedRow {
  const names = dimensionsOf(name);
  const values = joined === '' ? [] : joined.split(',');
  const [sum = 0, count = 0, min = 0, max = 0] = numbers;
  const measurements = measurementsOf(name);
  if (kindOf(name) === '' || values.length !== names.length)
    throw new Error(`${name} is not of the vocabulary any more: node test/monitoring/rounds/record.ts`);
  return {
    name,
    at,
    dimensions: Object.fromEntries(names.map((dimension, index) => [dimension, values[index] ?? ''])),
    ...(name in metrics
      ? { metric: { sum, count, min, max } }
      : { measurements: Object.fromEntries(measurements.map((one, index) => [one, numbers[index] ?? 0])) }),
  };
}
