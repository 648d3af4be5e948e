import type { ProblemError } from '../problems.ts';
import type { Upstream } from '../telemetry/dimensions.ts';
import type { AttemptRecord, Telemetry } from '../telemetry/telemetry.ts';
import type { CommonNumbers, Ended, FailedAttempt, UpstreamCallNumbers } from './attempt.ts';
import type { Guards } from './guards.ts';
import { retryAfterFor } from './queue-wait.ts';
import { type Decision, decide, type RetriedCall, retryRules, withJitter } from './retry.ts';
import type { Time } from './time.ts';
import { busy, outOfTime, unavailable } from './upstream-problems.ts';

/** What the calls to one upstream share in this process. */
export type UpstreamPolicy = {
  upstream: Upstream;
  numbers: UpstreamCallNumbers;
  common: CommonNumbers;
  guards: Guards;
  time: Time;
  telemetry: Telemetry;
};

/** One call's series of attempts. `who`, `share`: as in `RunOptions`. */
export type Series = {
  call: RetriedCall;
  /** Its identity for the breaker. */
  self: object;
  who: string | undefined;
  share: string;
  maxAttempts: number;
  /** It goes on as long as there is time. */
  takesAll: boolean;
};

/** What is recorded of an attempt besides what the series knows. */
type Recorded = Pick<AttemptRecord, 'durationMs' | 'delayMs' | 'retryAfterMs' | 'stop' | 'quiet'>;

/** An attempt shorter than this is not started, milliseconds: it could not even connect. */
const minTryMs = 50;
/** The longest `Retry-After` because of the queue, where the upstream's numbers name none. Milliseconds. */
const defaultMaxRetryAfterMs = 30_000;

/** Judges how the attempts of one call ended: keeps the books of the guards, records each attempt, and decides what follows. */
export class CallBooks {
  readonly #policy: UpstreamPolicy;
  readonly #series: Series;
  /** The state of the upstream before the last attempt, without that attempt's own answer. */
  #before: { upstreamCold: boolean; coldInstance: boolean };

  constructor(policy: UpstreamPolicy, series: Series) {
    this.#policy = policy;
    this.#series = series;
    this.#before = temperatureOf(policy);
  }

  /** An attempt goes out now. */
  sent(): void {
    this.#before = temperatureOf(this.#policy);
  }

  /** Keeps the books of all guards, and decides. Throws a problem that no retry helps. */
  judge<T>(
    number: number,
    ended: Ended<T>,
    tookMs: number,
    remainingMs: number,
  ): { value: T } | { failed: FailedAttempt; decision: Decision } {
    const { numbers, guards } = this.#policy;
    const durationMs = Math.round(tookMs);
    if ('value' in ended) {
      this.#answered(tookMs);
      guards.budget.succeeded(this.#series.share);
      this.#record(number, 'ok', { durationMs, quiet: numbers.quiet === true });
      return ended;
    }
    if ('problem' in ended) {
      if (!ended.elsewhere) this.#answered(tookMs);
      this.#record(number, 'final', { durationMs, stop: 'not-retryable' });
      throw ended.problem;
    }
    const decision = this.#decide(number, ended, remainingMs);
    this.#record(number, ended.outcome, {
      durationMs,
      retryAfterMs: ended.retryAfterMs === undefined ? undefined : Math.round(ended.retryAfterMs),
      ...(decision.retry ? { delayMs: Math.round(decision.delayMs) } : { stop: decision.reason }),
    });
    return { failed: ended, decision };
  }

  #answered(tookMs: number): void {
    const { cold, rateLimiter, estimate, breaker } = this.#policy.guards;
    cold.succeeded(tookMs);
    rateLimiter.answered();
    estimate.answered();
    breaker.leave(this.#series.self, 'answered', this.#series.who);
  }

  /** Whether the failed attempt is followed by another, and when. */
  #decide(number: number, { outcome, retryAfterMs }: FailedAttempt, remainingMs: number): Decision {
    const { guards, common, time } = this.#policy;
    const { budget, breaker, rateLimiter } = guards;
    budget.failed(this.#series.share);
    const isThrottled = outcome === 'throttled';
    if (isThrottled) rateLimiter.throttled();
    else breaker.leave(this.#series.self, 'failed', this.#series.who);
    // Work that takes all the time there is (a write behind a paid answer) does not end with a try that was too slow.
    const isWorthMore = this.#series.takesAll && outcome === 'timeout';
    const decision = decide({
      rule: isWorthMore ? 'yes' : retryRules[this.#series.call][outcome],
      outcome,
      attempts: number,
      maxAttempts: this.#series.maxAttempts,
      remainingMs,
      minTryMs: this.shortestTryMs(),
      retryAfterMs,
      backoff: common.backoff,
      budgetAllows: budget.allows(this.#series.share),
      breakerAllows: isThrottled || breaker.decide(this.#series.self) === 'go',
      random: time.random(),
    });
    if (isThrottled && retryAfterMs !== undefined)
      breaker.pause(decision.retry ? decision.delayMs : withJitter(retryAfterMs, time.random()));
    return decision;
  }

  /** The problem of a call whose last attempt failed. */
  giveUp({ outcome, retryAfterMs, status, fault, cause }: FailedAttempt): ProblemError {
    const { upstream, time } = this.#policy;
    const last = { status, cause };
    if (outcome !== 'throttled')
      return unavailable(upstream, fault, time.random(), { ...last, isSlow: outcome === 'timeout' });
    // What is left of the pause and of the queue; without a word from the upstream, a guess.
    const waitMs =
      retryAfterMs === undefined
        ? 5000 + 25_000 * time.random()
        : Math.max(withJitter(retryAfterMs, time.random()), this.#queueRetryAfterMs());
    return busy(upstream, 'throttled', fault, waitMs, last);
  }

  /** The problem of a call whose next attempt is not made. */
  notSent(number: number, stop: 'breaker' | 'limit' | 'deadline'): ProblemError {
    const { upstream, time } = this.#policy;
    this.#record(number, 'not-sent', { durationMs: 0, stop });
    if (stop === 'deadline') return outOfTime(upstream, 'deadline', time.random());
    // What is left of the open time, or of the queue; where neither is known, two to five seconds.
    const leastMs = () => (stop === 'limit' ? 2000 + 3000 * time.random() : 0);
    const kind = stop === 'limit' ? 'queue' : 'closed-off';
    return busy(upstream, kind, stop, Math.max(withJitter(this.#queueRetryAfterMs(), time.random()), leastMs()));
  }

  #record(number: number, outcome: AttemptRecord['outcome'], recorded: Recorded): void {
    const { upstream, guards, telemetry } = this.#policy;
    telemetry.attempt({
      upstream,
      call: this.#series.call,
      attempt: number,
      outcome,
      ...recorded,
      budgetTokens: Math.round(guards.budget.tokens(this.#series.share) * 10) / 10,
      breakerState: guards.breaker.state(),
      ...this.#before,
    });
  }

  shortestTryMs(): number {
    const { cold } = this.#policy.guards;
    return Math.max(minTryMs, Math.min(cold.usualMs() ?? 0, this.#policy.numbers.tryMs));
  }

  #queueRetryAfterMs(): number {
    const { guards, numbers } = this.#policy;
    return retryAfterFor(
      guards.estimate.queueWait(this.#series.share),
      numbers.maxRetryAfterMs ?? defaultMaxRetryAfterMs,
    );
  }
}

const temperatureOf = ({ guards: { cold } }: UpstreamPolicy) => ({
  upstreamCold: cold.isCold(),
  coldInstance: !cold.hasAnswered(),
});
