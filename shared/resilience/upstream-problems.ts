import { ProblemError, type ProblemOptions } from '../problems.ts';
import type { Upstream } from '../telemetry/dimensions.ts';
import { type Failure, type Party, partyOf } from '../telemetry/failure.ts';
import type { FailedAttempt } from './attempt.ts';
import type { Guards } from './guards.ts';
import { retryAfterFor } from './queue-wait.ts';
import { withJitter } from './retry.ts';

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

/** The longest `Retry-After` because of the queue, where the upstream's numbers name none. Milliseconds. */
const defaultMaxRetryAfterMs = 30_000;

function queueRetryAfterMs({ estimate, numbers }: Guards, share: string): number {
  return retryAfterFor(estimate.queueWait(share), numbers.maxRetryAfterMs ?? defaultMaxRetryAfterMs);
}

/** The problem of a call whose last attempt failed. */
export function givenUp(
  guards: Guards,
  share: string,
  { outcome, retryAfterMs, status, fault, cause }: FailedAttempt,
): UpstreamError {
  const { upstream, time } = guards;
  const last = { status, cause };
  if (outcome !== 'throttled')
    return unavailable(upstream, fault, time.random(), { ...last, isSlow: outcome === 'timeout' });
  // What is left of the pause and of the queue; without a word from the upstream, a guess.
  const waitMs =
    retryAfterMs === undefined
      ? 5000 + 25_000 * time.random()
      : Math.max(withJitter(retryAfterMs, time.random()), queueRetryAfterMs(guards, share));
  return busy(upstream, 'throttled', fault, waitMs, last);
}

/** The problem of a call whose next attempt is not made. */
export function notSent(guards: Guards, share: string, stop: 'breaker' | 'limit' | 'deadline'): UpstreamError {
  const { upstream, time } = guards;
  if (stop === 'deadline') return outOfTime(upstream, 'deadline', time.random());
  // What is left of the open time, or of the queue; where neither is known, two to five seconds.
  const leastMs = stop === 'limit' ? 2000 + 3000 * time.random() : 0;
  const kind = stop === 'limit' ? 'queue' : 'closed-off';
  return busy(upstream, kind, stop, Math.max(withJitter(queueRetryAfterMs(guards, share), time.random()), leastMs));
}
