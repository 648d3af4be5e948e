// A policy on virtual time against a scripted upstream, and a record of what it did.

import type { Attempt, CommonNumbers, UpstreamCallNumbers } from '../../../shared/resilience/attempt.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import type { RetriedCall } from '../../../shared/resilience/retry.ts';
import { createUpstreamCall } from '../../../shared/resilience/upstream-call.ts';
import type { MetricName } from '../../../shared/telemetry/metrics.ts';
import { type AttemptRecord, createTelemetry, type Telemetry } from '../../../shared/telemetry/telemetry.ts';
import { SeededTime } from '../support/seeded-time.ts';

/** Lånekassen's policy with the default settings. */
export const numbers: UpstreamCallNumbers = { tryMs: 5000, totalMs: 20_000, maxAttempts: 2, concurrency: 4, queue: 64 };
/** The common numbers with the default settings. */
export const common: CommonNumbers = {
  backoff: { baseMs: 200, capMs: 2000 },
  budget: { tokens: 10, perSuccess: 0.1, floorMs: 10_000 },
  breaker: {
    windowMs: 30_000,
    minCalls: 10,
    failureShare: 0.5,
    minOpenMs: 5000,
    maxOpenMs: 30_000,
    maxDelayMs: 3_600_000,
  },
  rateLimiter: { remainingShare: 0.5, recovery: { perPause: 1.5, minMs: 4000, maxMs: 10_000 }, minPerMinute: 30 },
  cold: { silentMs: 60_000, slowFactor: 3 },
};
/** As `common`, but failures alone do not open the breaker. */
export const withoutBreaker: CommonNumbers = { ...common, breaker: { ...common.breaker, minCalls: 1_000_000 } };

/** The scripted answer to a call: its duration and its result. */
export type Script = (call: { number: number; at: number }) => { tookMs: number; result: Attempt<string> };

/** Every call that was sent. */
export type Sent = { at: number; endedAt: number; number: number; result: Attempt<string> };

export function createPolicyWorld(options: {
  script: Script;
  seed?: number;
  numbers?: Partial<UpstreamCallNumbers>;
  common?: CommonNumbers;
  call?: RetriedCall;
}) {
  const time = new SeededTime(options.seed ?? 1);
  const attempts: AttemptRecord[] = [];
  const counts = new Map<string, number>();
  const note = (metric: MetricName) => void counts.set(metric, (counts.get(metric) ?? 0) + 1);
  const telemetry: Telemetry = {
    ...createTelemetry(() => {}),
    count: (...[metric]) => note(metric),
    record: (...[metric]) => note(metric),
    attempt: (record) => void attempts.push(record),
  };
  const policy = createUpstreamCall('lanekassen', { ...numbers, ...options.numbers }, options.common ?? common, {
    time,
    telemetry,
  });
  const sent: Sent[] = [];
  let underWay = 0;
  let mostUnderWay = 0;
  const run = (deadlineMs: number) =>
    policy.run<string>(options.call ?? 'lanekassen', Deadline.after(time, deadlineMs), async ({ number, signal }) => {
      const { tookMs, result } = options.script({ number: sent.length + 1, at: time.monotonic() });
      const entry = { at: time.monotonic(), endedAt: Number.POSITIVE_INFINITY, number, result };
      sent.push(entry);
      underWay += 1;
      mostUnderWay = Math.max(mostUnderWay, underWay);
      try {
        await time.sleep(tookMs, signal);
        entry.endedAt = time.monotonic();
        return result;
      } finally {
        underWay -= 1;
      }
    });
  return { time, policy, run, sent, attempts, counts, mostUnderWay: () => mostUnderWay };
}
