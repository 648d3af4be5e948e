import type { Upstream } from '../telemetry/dimensions.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Attempt, AttemptContext, CommonNumbers, RunOptions, UpstreamCallNumbers } from './attempt.ts';
import { CallSeries, shareOfInvocation } from './call-series.ts';
import type { Deadline } from './deadline.ts';
import { createGuards } from './guards.ts';
import { createQueueWait, type QueueWait } from './queue-wait.ts';
import type { RetriedCall } from './retry.ts';
import type { Time } from './time.ts';

/** Runs calls to one upstream under its policy. */
export type UpstreamCall = {
  run<T, P = undefined>(
    call: RetriedCall,
    deadline: Deadline,
    attempt: (context: AttemptContext<P>) => Promise<Attempt<T>>,
    options?: RunOptions<P>,
  ): Promise<T>;
  /** As a call of this share (default as in `RunOptions`) would find it now. */
  queueWait(share?: string): QueueWait;
};

/**
 * The policy of one upstream: deadline first, count second, budget third; before each attempt the breaker and the queue.
 * One object an upstream and process. Throws `upstream-busy`, `upstream-unavailable`, or the attempt's own problem.
 */
export function createUpstreamCall(
  upstream: Upstream,
  numbers: UpstreamCallNumbers,
  common: CommonNumbers,
  ports: { time: Time; telemetry: Telemetry },
): UpstreamCall {
  const guards = createGuards(upstream, numbers, common, ports);
  const estimate = createQueueWait(guards, ports.time);
  const policy = { upstream, numbers, common, guards, estimate, ...ports };
  return {
    queueWait: (share = shareOfInvocation()) => estimate.queueWait(share),
    run: (call, deadline, attempt, options = {}) => new CallSeries(policy, call, deadline, options).run(attempt),
  };
}
