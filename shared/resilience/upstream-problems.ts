import { ProblemError, type ProblemOptions } from '../problems.ts';
import type { Upstream } from '../telemetry/dimensions.ts';
import { type Party, partyOf } from '../telemetry/failure.ts';

/** The party that provides what a call needs before it is made (a token, a signature). */
const preparers: Partial<Record<Upstream, Party>> = {
  lanekassen: 'maskinporten',
  altinn: 'maskinporten',
  'altinn-create': 'maskinporten',
  'altinn-events': 'maskinporten',
  maskinporten: 'key-vault',
};

const kindsOfBusy: Readonly<Record<string, 'queue' | 'closed-off'>> = { limit: 'queue', breaker: 'closed-off' };

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
export function busy(upstream: Upstream, fault: string, waitMs: number, last: LastAnswer = {}): UpstreamError {
  return new UpstreamError('upstream-busy', upstream, last, {
    fault: `${upstream}-${fault}`,
    failure: { party: partyOf(upstream), kind: kindsOfBusy[fault] ?? 'throttled' },
    // A very long delay (a date in 2099) is of no use to a caller; an hour says "not now" as well.
    retryAfterSeconds: Math.min(3600, Math.max(1, Math.ceil(waitMs / 1000))),
  });
}

/** `upstream-unavailable`: no usable answer in time. Callers are spread over 5 to 30 s by `random`, from 0 to 1. */
export function unavailable(upstream: Upstream, fault: string, random: number, last: LastAnswer = {}): UpstreamError {
  return new UpstreamError('upstream-unavailable', upstream, last, {
    fault: `${upstream}-${fault}`,
    failure:
      // No time was left for the call: that is the failure of the party that took it.
      fault === 'deadline'
        ? { party: undefined, kind: 'slow' }
        : fault === 'prepare-timeout'
          ? { party: preparers[upstream] ?? partyOf(upstream), kind: 'slow' }
          : { party: partyOf(upstream), kind: fault === 'timeout' ? 'slow' : 'unavailable' },
    retryAfterSeconds: Math.ceil(5 + 25 * random),
  });
}
