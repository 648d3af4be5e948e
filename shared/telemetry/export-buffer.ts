import type { EventName } from './events.ts';
import type { Sink } from './telemetry.ts';

type Values = Readonly<Record<string, string>>;

/** An event with when it happened (milliseconds since 1970) and the trace it belongs to (`traceparent`, W3C). */
export type ExportedEvent = {
  name: EventName;
  dimensions: Values;
  measurements: Readonly<Record<string, number>>;
  at: number;
  traceParent: string | undefined;
};

/** What sends metrics and events. */
export type Exporter = Omit<Sink, 'event'> & { event(event: ExportedEvent): void };

/** The most events that are kept until the exporter exists, seconds after the first answer. */
const keptAtMost = 5000;

/**
 * A sink that keeps events until an exporter exists, and then passes all of them on in order. Instruments that are made before the SDK is
 * up stay dead for ever (tried), and the SDK
 * is loaded only when no call waits for it. Beyond the limit the newest is dropped, and how much is counted: `telemetryDropped`.
 */
export function createExportBuffer(ports: {
  now: () => number;
  traceParent: () => string | undefined;
  keptAtMost?: number;
}) {
  const limit = ports.keptAtMost ?? keptAtMost;
  let kept: ((exporter: Exporter) => void)[] = [];
  /** Gauges to be read: few, made at start, and never dropped. */
  let observed: ((exporter: Exporter) => void)[] = [];
  const dropped = { metric: 0, event: 0 };
  let target: Exporter | undefined;
  let hopeless = false;

  const pass = (kind: 'metric' | 'event', hand: (exporter: Exporter) => void) => {
    if (target) hand(target);
    else if (hopeless) return;
    else if (kept.length < limit) kept.push(hand);
    else dropped[kind] += 1;
  };

  return {
    sink: {
      add: (metric, amount, dimensions) => pass('metric', (to) => to.add(metric, amount, dimensions)),
      record: (metric, value, dimensions) => pass('metric', (to) => to.record(metric, value, dimensions)),
      observe(metric, read, dimensions) {
        const hand = (to: Exporter) => to.observe(metric, read, dimensions);
        if (target) hand(target);
        else if (!hopeless) observed.push(hand);
      },
      event(name, dimensions, measurements) {
        const event = { name, dimensions, measurements, at: ports.now(), traceParent: ports.traceParent() };
        pass('event', (to) => to.event(event));
      },
    } satisfies Sink,
    /** Passes on what was kept, and everything from now on. */
    attach(exporter: Exporter): void {
      target = exporter;
      for (const hand of [...observed, ...kept]) hand(exporter);
      for (const kind of ['metric', 'event'] as const)
        if (dropped[kind] > 0) exporter.add('telemetryDropped', dropped[kind], { kind });
      kept = [];
      observed = [];
    },
    /** Nothing will be exported, because the exporter cannot be loaded: drops what was kept, and keeps nothing more. */
    giveUp(): void {
      hopeless = true;
      kept = [];
      observed = [];
    },
    /** How much is kept. */
    size: () => kept.length,
  };
}
