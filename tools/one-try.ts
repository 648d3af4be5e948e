import { ProblemError } from '../shared/problems.ts';
import type { UpstreamCall } from '../shared/resilience/upstream-call.ts';

/**
 * A policy for a tool that a person waits for: one attempt within the deadline, and its fault reported at once. The person decides whether to
 * try again.
 */
export const oneTry: UpstreamCall = {
  queueWait: () => ({ pauseMs: 0, waitMs: 0 }),
  async run(_call, deadline, attempt, options) {
    const prepared = (await options?.prepare?.(deadline)) as never;
    const ended = await deadline.bound((signal) => attempt({ signal, number: 1, prepared }));
    const result = 'again' in ended ? ended.otherwise : ended;
    if ('value' in result) return result.value;
    if ('problem' in result) throw result.problem;
    throw new ProblemError('upstream-unavailable', { fault: result.fault, cause: result.cause });
  },
};
