import type { MetricName } from './metrics.ts';
import { redact } from './redaction.ts';

export type Level = 'info' | 'warning' | 'error';

/** Values that may stand in a log line or a dimension: never an object, so that nothing rides along unseen. */
export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** One attempt at an upstream (resilience §5.5). */
export type AttemptRecord = {
  upstream: string;
  call: string;
  attempt: number;
  outcome: string;
  durationMs: number;
  delayMs?: number;
  stop?: string;
  /** What the upstream's retry budget holds after this attempt. */
  budgetTokens?: number;
  breakerState?: string;
  /** The upstream is known cold: silent for long, or much slower than usual. */
  upstreamCold?: boolean;
  /** This process has had no answer from the upstream yet. */
  coldInstance?: boolean;
};

/** What the program tells its operators. The only way out for logs and metrics. */
export type Telemetry = {
  count(metric: MetricName, dimensions?: Fields): void;
  attempt(record: AttemptRecord): void;
  /** One line; `event` is a fixed word, never built from data. */
  log(level: Level, event: string, fields?: Fields): void;
  /** Something an operator must act on: logged as an error with what to do. */
  alert(event: string, action: string, fields?: Fields): void;
};

/** Eleven digits are a national id as a number too. */
function safeValue(value: Fields[string]): Fields[string] {
  if (typeof value === 'string') return redact(value);
  return typeof value === 'number' && redact(String(value)) !== String(value) ? '[number]' : value;
}

/** Telemetry that keeps counts in memory and writes JSON lines through `write`, each redacted. */
export function createTelemetry(
  write: (level: Level, line: string) => void,
): Telemetry & { counts(): ReadonlyMap<string, number> } {
  const counts = new Map<string, number>();
  const log = (level: Level, event: string, fields: Fields = {}) => {
    const safe = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, safeValue(value)]));
    write(level, JSON.stringify({ level, event, ...safe }));
  };
  const count = (metric: MetricName, dimensions: Fields = {}) => {
    const key = [metric, ...Object.entries(dimensions).map(([name, value]) => `${name}=${value}`)].join(' ');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  };
  return {
    counts: () => counts,
    count,
    log,
    attempt(record) {
      const { upstream, call, outcome, stop } = record;
      count('upstreamAttempt', { upstream, call, outcome, ...(stop ? { stop } : {}) });
      log(outcome === 'ok' ? 'info' : 'warning', 'upstream-attempt', record);
    },
    alert: (event, action, fields = {}) => log('error', event, { ...fields, alert: true, action }),
  };
}
