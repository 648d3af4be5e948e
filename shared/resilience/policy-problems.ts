import { ProblemError } from '../problems.ts';
import type { Upstream } from '../telemetry/dimensions.ts';

/** `upstream-busy`: the upstream throttles, fails for a known time, or too many wait for it; come back in `waitMs`. */
export function busy(upstream: Upstream, fault: string, waitMs: number, cause?: unknown): ProblemError {
  return new ProblemError('upstream-busy', {
    fault: `${upstream}-${fault}`,
    // An absurd delay (a date in 2099) is no use to a caller; an hour says "not now" as well.
    retryAfterSeconds: Math.min(3600, Math.max(1, Math.ceil(waitMs / 1000))),
    cause,
  });
}

/** `upstream-unavailable`: no usable answer in time. Callers are spread over 5 to 30 s by `random`, from 0 to 1. */
export function unavailable(upstream: Upstream, fault: string, random: number, cause?: unknown): ProblemError {
  return new ProblemError('upstream-unavailable', {
    fault: `${upstream}-${fault}`,
    retryAfterSeconds: Math.ceil(5 + 25 * random),
    cause,
  });
}
