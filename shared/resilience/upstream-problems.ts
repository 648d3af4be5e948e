import { ProblemError, type ProblemOptions } from '../problems.ts';
import type { Upstream } from '../telemetry/dimensions.ts';
import { type Failure, type Party, partyOf } from '../telemetry/failure.ts';

/** The party that provides what a call needs before it is made (a token, a signature). */
const preparers: Partial<Record<Upstream, Party>> = {
  lanekassen: 'maskinporten',
  altinn: 'maskinporten',
  'altinn-create': 'maskinporten',
  'altinn-events': 'maskinporten',
  maskinporten: 'key-vault',
};

/** A call to an upstream has failed. `answered`: the HTTP status of its last answer, where there was one. */
export class UpstreamError extends ProblemError {
  readonly upstream: Upstream;
  readonly answered: number | undefined;

  constructor(
    code: 'upstream-busy' | 'upstream-unavailable',
    upstream: Upstream,
    last: LastAnswer,
    options: ProblemOptions,
  ) {
    super(code, { ...options, cause: last.cause });
    this.upstream = upstream;
    this.answered = last.status;
  }
}

/** The answer that a call gave up after. */
type LastAnswer = { status?: number | undefined; cause?: unknown };

/** `upstream-busy`: the upstream throttles, fails for a known time, or too many wait for it; come back in `waitMs`. */
export function busy(
  upstream: Upstream,
  kind: 'throttled' | 'closed-off' | 'queue',
  fault: string,
  waitMs: number,
  last: LastAnswer = {},
): UpstreamError {
  return new UpstreamError('upstream-busy', upstream, last, {
    fault: `${upstream}-${fault}`,
    failure: { party: partyOf(upstream), kind },
    // A very long delay (a date in 2099) is of no use to a caller; an hour says "not now" as well.
    retryAfterSeconds: Math.min(3600, Math.max(1, Math.ceil(waitMs / 1000))),
  });
}

/** `upstream-unavailable`: no usable answer in time. Callers are spread over 5 to 30 s by `random`, from 0 to 1. */
export function unavailable(
  upstream: Upstream,
  fault: string,
  random: number,
  last: LastAnswer & { isSlow?: boolean; failure?: Failure } = {},
): UpstreamError {
  return new UpstreamError('upstream-unavailable', upstream, last, {
    fault: `${upstream}-${fault}`,
    failure: last.failure ?? { party: partyOf(upstream), kind: last.isSlow ? 'slow' : 'unavailable' },
    retryAfterSeconds: Math.ceil(5 + 25 * random),
  });
}

/** `upstream-unavailable`: the call was not made, because no time was left for it, or what it needs was not prepared in time. */
export function outOfTime(upstream: Upstream, fault: 'deadline' | 'prepare-timeout', random: number): UpstreamError {
  // Where no time was left it is the failure of the party that took it.
  const party = fault === 'deadline' ? undefined : (preparers[upstream] ?? partyOf(upstream));
  return unavailable(upstream, fault, random, { failure: { party, kind: 'slow' } });
}
