import type { Upstream } from '../telemetry/dimensions.ts';
import { bankOfInvocation } from '../telemetry/request-context.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Attempt, AttemptContext, CommonNumbers, RunOptions, UpstreamCallNumbers } from './attempt.ts';
import { CallSeries } from './call-series.ts';
import type { Deadline } from './deadline.ts';
import { createGuards } from './guards.ts';
import type { RetriedCall } from './retry.ts';
import type { Time } from './time.ts';

/** The share of the invocation's bank. Empty: work for no bank in particular, as the sweep, and what runs before a caller is known. */
const shareOfInvocation = (): string => bankOfInvocation() ?? '';

/**
 * The policy of one upstream: deadline first, count second, budget third; before each attempt the breaker and the queue.
 * One object an upstream and process.
 */
export function createUpstreamCall(
  upstream: Upstream,
  numbers: UpstreamCallNumbers,
  common: CommonNumbers,
  ports: { time: Time; telemetry: Telemetry },
) {
  const guards = createGuards(upstream, numbers, common, ports);
  return {
    /** Runs a call under the policy. Throws `upstream-busy`, `upstream-unavailable`, or the attempt's own problem. */
    run: <T, P = undefined>(
      call: RetriedCall,
      deadline: Deadline,
      attempt: (context: AttemptContext<P>) => Promise<Attempt<T>>,
      options: RunOptions<P> = {},
    ): Promise<T> => new CallSeries(guards, call, options.share ?? shareOfInvocation(), deadline, options).run(attempt),
    /** As a call of this share (default as in `RunOptions`) would find it now. */
    queueWait: (share = shareOfInvocation()) => guards.estimate.queueWait(share),
  };
}

/** Runs calls to one upstream under its policy. */
export type UpstreamCall = ReturnType<typeof createUpstreamCall>;
