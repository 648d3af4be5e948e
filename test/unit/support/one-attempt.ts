import type { UpstreamCall } from '../../../shared/resilience/upstream-call.ts';
import { unavailable } from '../../../shared/resilience/upstream-problems.ts';

/** One attempt without the policy's guards, which have tests of their own. */
export const oneAttempt: UpstreamCall = {
  queueWait: () => ({ pauseMs: 0, waitMs: 0 }),
  async run(_call, deadline, attempt, options = {}) {
    const prepared = await options.prepare?.(deadline);
    const got = await deadline.bound((signal) => attempt({ signal, number: 1, prepared: prepared as never }));
    const ended = 'again' in got ? got.otherwise : got;
    if ('value' in ended) return ended.value;
    throw 'problem' in ended ? ended.problem : unavailable('altinn', ended.fault, 0);
  },
};
