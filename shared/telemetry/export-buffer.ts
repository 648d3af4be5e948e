import type { Sink } from './telemetry.ts';

/** The most metrics and events that are kept until the exporter exists, seconds after the first answer. */
export const keptAtMost = 5000;

/**
 * A sink that keeps what it is given until an exporter exists, and then passes all of it on in order. Instruments that are made before the
 * SDK is up stay dead for ever (tried), and the SDK is loaded only when no call waits for it. Beyond the limit the newest is dropped, and
 * how much is counted: `telemetryDropped`.
 */
export function createExportBuffer() {
  let kept: ((exporter: Sink) => void)[] = [];
  const dropped = { metric: 0, event: 0 };
  let target: Sink | undefined;

  const pass = (kind: 'metric' | 'event', hand: (exporter: Sink) => void) => {
    if (target) hand(target);
    else if (kept.length < keptAtMost) kept.push(hand);
    else dropped[kind] += 1;
  };

  return {
    sink: {
      add: (metric, amount, dimensions) => pass('metric', (to) => to.add(metric, amount, dimensions)),
      record: (metric, value, dimensions) => pass('metric', (to) => to.record(metric, value, dimensions)),
      observe(metric, read, dimensions) {
        const hand = (to: Sink) => to.observe(metric, read, dimensions);
        if (target) hand(target);
        // Gauges to be read: few, made at start, and never dropped.
        else kept.unshift(hand);
      },
      event: (event) => pass('event', (to) => to.event(event)),
    } satisfies Sink,
    /** Passes on what was kept, and everything from now on. */
    attach(exporter: Sink): void {
      target = exporter;
      for (const hand of kept) hand(exporter);
      for (const kind of ['metric', 'event'] as const)
        if (dropped[kind] > 0) exporter.add('telemetryDropped', dropped[kind], { kind });
      kept = [];
    },
  };
}
