import type { AlertKind, AlertReason } from './alerts.ts';
import type { EventName, events } from './events.ts';
import type { DimensionsOf, MetricArguments, MetricName, MetricOfKind } from './metrics.ts';
import { redact } from './redaction.ts';
import { bankOfInvocation, requestContext } from './request-context.ts';

export type Level = 'info' | 'warning' | 'error';

/** Values of a log line: never an object, so that nothing is logged by accident. */
export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

type AttemptEvent = (typeof events)['upstreamAttempt'];

/** One attempt at an upstream: what its event says (events.ts). Absent: no pause, `none`. */
export type AttemptRecord = Omit<
  DimensionsOf<AttemptEvent> & Measurements<'upstreamAttempt'>,
  'stop' | 'delayMs' | 'retryAfterMs'
> & {
  stop?: Exclude<DimensionsOf<AttemptEvent>['stop'], 'none'>;
  delayMs?: number;
  retryAfterMs?: number | undefined;
  /** A success at the state table, which is asked at every request: counted, not reported one by one. */
  quiet?: boolean;
};

type Dimensions = Readonly<Record<string, string>>;

/** Where metrics and events go. Names and values have been checked by types on the way in. */
export type Sink = {
  add(metric: MetricName, amount: number, dimensions: Dimensions): void;
  record(metric: MetricName, value: number, dimensions: Dimensions): void;
  /** `read` is asked whenever metrics are sent. */
  observe(metric: MetricName, read: () => number, dimensions: Dimensions): void;
  event(event: SentEvent): void;
};

/** An event with when it happened (milliseconds since 1970) and the trace it belongs to (`traceparent`, W3C). */
export type SentEvent = {
  name: EventName;
  dimensions: Dimensions;
  measurements: Readonly<Record<string, number>>;
  at: number;
  traceParent: string | undefined;
};

/** With the bank that the invocation is for, once that is known. What is not counted by bank leaves without it (azure-monitor-sdk.ts). */
function withBank(dimensions: object): Dimensions {
  const bank = bankOfInvocation();
  return (bank === undefined ? dimensions : { ...dimensions, bank }) as Dimensions;
}

type Measurements<Name extends EventName> = {
  readonly [One in keyof (typeof events)[Name]['measurements']]: number;
};

/** What the program reports to its operators. Logs, metrics and events leave only here; names and dimensions are the vocabulary's. */
export type Telemetry = {
  count<Name extends MetricOfKind<'counter'>>(metric: Name, ...dimensions: MetricArguments<Name>): void;
  /** A counter by more than one. */
  add<Name extends MetricOfKind<'counter'>>(metric: Name, amount: number, ...dimensions: MetricArguments<Name>): void;
  /** A value, for a histogram or a gauge. */
  record<Name extends MetricOfKind<'histogram' | 'gauge'>>(
    metric: Name,
    value: number,
    ...dimensions: MetricArguments<Name>
  ): void;
  /** A gauge that is read when metrics are sent. Of several of one name and the same dimensions, the worst value is reported. */
  observe<Name extends MetricOfKind<'gauge'>>(
    metric: Name,
    read: () => number,
    ...dimensions: MetricArguments<Name>
  ): void;
  event<Name extends EventName>(
    name: Name,
    dimensions: DimensionsOf<(typeof events)[Name]>,
    measurements: Measurements<Name>,
  ): void;
  attempt(record: AttemptRecord): void;
  /** One line; `event` is a fixed word, never built from data. */
  log(level: Level, event: string, fields?: Fields): void;
  /** Something an operator must act on: an error line with what to do, and an `alert` event. Default `reason`: `none`. */
  alert(kind: AlertKind, action: string, fields?: Fields & { reason?: AlertReason | undefined }): void;
};

/** Whole numbers of fewer digits are neither a national id nor an amount. */
const plainBelow = 1e10;

/** Eleven digits are a national id as a number too, and two decimals an amount. */
function safeValue(value: Fields[string]): Fields[string] {
  if (typeof value === 'string') return redact(value);
  if (typeof value !== 'number' || (Number.isInteger(value) && Math.abs(value) < plainBelow)) return value;
  return redact(String(value)) === String(value) ? value : '[number]';
}

/**
 * Telemetry that writes JSON lines through `write`, each redacted, and hands metrics and events to `sink`. With a sink,
 * an attempt is its event; without one (nothing is exported) it is a line, so that it can be read at all.
 */
export function createTelemetry(
  write: (level: Level, line: string) => void,
  sink?: Sink,
  options: { attemptLines: boolean } = { attemptLines: sink === undefined },
): Telemetry {
  const log = (level: Level, event: string, fields: Fields = {}) => {
    const line: Record<string, Fields[string]> = { level, event };
    for (const name of Object.keys(fields)) line[name] = safeValue(fields[name]);
    write(level, JSON.stringify(line));
  };
  const observed = new Map<string, (() => number)[]>();
  const telemetry: Telemetry = {
    count: (metric, ...[dimensions = {}]) => sink?.add(metric, 1, withBank(dimensions)),
    add: (metric, amount, ...[dimensions = {}]) => sink?.add(metric, amount, withBank(dimensions)),
    record: (metric, value, ...[dimensions = {}]) => sink?.record(metric, value, withBank(dimensions)),
    observe(metric, read, ...[dimensions = {}]) {
      const key = JSON.stringify([metric, dimensions]);
      const known = observed.get(key);
      if (known !== undefined) return void known.push(read);
      const reads = [read];
      observed.set(key, reads);
      // Several vaults, or identity providers, are one upstream. Of two values under one name the SDK would export the last.
      const worst = metric === 'breakerOpen' ? Math.max : Math.min;
      sink?.observe(metric, () => worst(...reads.map((one) => one())), dimensions as Dimensions);
    },
    event(name, dimensions, measurements) {
      const traceParent = requestContext.getStore()?.invocation.traceContext?.traceParent;
      sink?.event({ name, dimensions: withBank(dimensions), measurements, at: Date.now(), traceParent });
    },
    log,
    attempt({ quiet, ...record }) {
      const { attempt, durationMs, delayMs = 0, retryAfterMs = 0, budgetTokens, stop = 'none', ...others } = record;
      const { upstream, call, outcome } = others;
      telemetry.count('attemptEnded', { upstream, outcome, stop });
      if (quiet)
        return telemetry.record('tableCall', durationMs, { call: call === 'tables-write' ? call : 'tables-read' });
      const measurements = { attempt, durationMs, delayMs, retryAfterMs, budgetTokens };
      telemetry.event('upstreamAttempt', { ...others, stop }, measurements);
      if (options.attemptLines) log(outcome === 'ok' ? 'info' : 'warning', 'upstream-attempt', record);
    },
    alert(kind, action, fields = {}) {
      telemetry.event('alert', { alert: kind, reason: fields.reason ?? 'none' }, {});
      log('error', kind, { ...fields, alert: true, action });
    },
  };
  return telemetry;
}
