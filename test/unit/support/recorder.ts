// Telemetry as the program writes it, recorded for tests.
import { type MetricDefinition, metrics } from '../../../shared/telemetry/metrics.ts';
import { createTelemetry, type Sink } from '../../../shared/telemetry/telemetry.ts';

type Recorded = {
  name: string;
  dimensions: Readonly<Record<string, string>>;
  measurements: Readonly<Record<string, number>>;
};

/** Real telemetry that keeps its lines, counts and events. */
export function recordedTelemetry() {
  const lines: string[] = [];
  const counts = new Map<string, number>();
  const recorded: Recorded[] = [];
  // As exported: with the bank only where the vocabulary counts by bank.
  const keyOf = (metric: keyof typeof metrics, { bank, ...given }: Readonly<Record<string, string>>) => {
    const isByBank = bank !== undefined && (metrics[metric] as MetricDefinition).byBank === true;
    const dimensions = isByBank ? { ...given, bank } : given;
    return [metric, ...Object.entries(dimensions).map(([name, value]) => `${name}=${value}`)].join(' ');
  };
  const sink: Sink = {
    add(metric, amount, given) {
      const key = keyOf(metric, given);
      counts.set(key, (counts.get(key) ?? 0) + amount);
    },
    record: (metric, value, dimensions) => void counts.set(keyOf(metric, dimensions), value),
    observe: () => {},
    event: ({ name, dimensions, measurements }) => void recorded.push({ name, dimensions, measurements }),
  };
  const telemetry = createTelemetry((_level, line) => void lines.push(line), sink, { attemptLines: true });
  return Object.assign(telemetry, {
    lines,
    counts: (): ReadonlyMap<string, number> => counts,
    /** The events of one name. */
    events: (name: string) => recorded.filter((one) => one.name === name),
    /** The lines of one event, parsed. */
    of: (event: string) =>
      lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line.event === event),
  });
}
