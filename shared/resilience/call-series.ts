import type { ProblemError } from '../problems.ts';
import { sharesOfCall } from '../telemetry/call-shares.ts';
import type { AttemptRecord } from '../telemetry/telemetry.ts';
import { type Attempt, type AttemptContext, asEnded, type Ended, type RunOptions } from './attempt.ts';
import { type Deadline, DeadlineExceeded } from './deadline.ts';
import type { Guards } from './guards.ts';
import { type RetriedCall, retryRules } from './retry.ts';
import { givenUp, notSent, outOfTime } from './upstream-problems.ts';

/** An attempt that was made: how it ended, how long it took, and the state of the upstream before it, without its own answer. */
type Made<T> = { ended: Ended<T>; tookMs: number; before: Pick<AttemptRecord, 'upstreamCold' | 'coldInstance'> };

/**
 * One call to an upstream: its attempts, and what is between them. Each round acquires a place and what the attempt needs, makes
 * the attempt, and judges how it ended: the call has its value, is tried again after a delay, or gives up.
 */
export class CallSeries<P> {
  /** As the guards know it (`Caller`). */
  readonly share: string;
  readonly who: string | undefined;
  readonly #guards: Guards;
  readonly #call: RetriedCall;
  readonly #callerDeadline: Deadline;
  readonly #options: RunOptions<P>;
  readonly #maxAttempts: number;
  /** Why attempts have been made again. */
  readonly #madeAgain = new Set<string>();
  /** The attempt that is under way or next, without those made again. The first is 1. */
  #number = 1;
  #hadPlace = false;
  /** The deadline of the queue wait, and of the attempts and the waits between them once there is a place. */
  #deadline: Deadline;

  constructor(guards: Guards, call: RetriedCall, share: string, deadline: Deadline, options: RunOptions<P>) {
    const { numbers } = guards;
    this.share = share;
    this.who = options.who;
    this.#guards = guards;
    this.#call = call;
    this.#callerDeadline = deadline;
    this.#options = options;
    this.#maxAttempts = Math.max(1, Math.min(numbers.maxAttempts, options.maxAttempts ?? numbers.maxAttempts));
    this.#deadline = this.#within(numbers.queueMs ?? numbers.totalMs);
  }

  async run<T>(attempt: (context: AttemptContext<P>) => Promise<Attempt<T>>): Promise<T> {
    const { upstream, breaker, bulkhead, time } = this.#guards;
    try {
      for (;;) {
        const { release, prepared } = await this.#acquire();
        const ends = sharesOfCall()?.waitsFor(upstream);
        try {
          const made = await this.#attempt(prepared, attempt);
          if (made === 'again') continue;
          const judged = this.#judge(made);
          if ('value' in judged) return judged.value;
          this.#number += 1;
          // The wait holds no place.
          release();
          if (judged.sleepMs !== undefined) await time.sleep(judged.sleepMs);
        } finally {
          // After the guards have been updated, so that a place that was just opened is used too.
          release();
          ends?.();
        }
      }
    } finally {
      breaker.release(this);
      bulkhead.admit();
    }
  }

  /** Waits in the queue and prepares. Throws `upstream-busy` when the upstream fails, or no place comes in time. */
  async #acquire(): Promise<{ release: () => void; prepared: P }> {
    const { upstream, numbers, breaker, time } = this.#guards;
    for (;;) {
      const { release } = await this.#place();
      if (!this.#hadPlace && numbers.queueMs !== undefined) this.#deadline = this.#within(numbers.totalMs);
      this.#hadPlace = true;
      try {
        // After the queue: what is prepared may not keep (an assertion's `iat`), and may cost (a signature).
        const prepared = (await this.#options.prepare?.(this.#deadline)) as P;
        // Preparing may have taken long enough for the breaker to open.
        if (this.#deadline.remainingMs() > 0 && breaker.decide(this) === 'go') return { release, prepared };
        release();
      } catch (error) {
        release();
        throw error instanceof DeadlineExceeded ? outOfTime(upstream, 'prepare-timeout', time.random()) : error;
      }
    }
  }

  async #place(): Promise<{ release: () => void }> {
    const { upstream, breaker, bulkhead, time, telemetry } = this.#guards;
    if (this.#deadline.remainingMs() === 0) throw this.#notSent('deadline');
    const admission = breaker.decide(this);
    if (admission === 'refuse') throw this.#notSent('breaker');
    if (admission === 'wait') {
      const pauseMs = breaker.blockedMs();
      if (pauseMs + this.#guards.shortestTryMs() > this.#deadline.remainingMs()) throw this.#notSent('breaker');
      this.#options.onPause?.(pauseMs);
    }
    const queuedAt = time.monotonic();
    const ends = sharesOfCall()?.waitsFor(upstream);
    const isRetry = this.#hadPlace || this.#options.isRetry === true;
    const slot = await bulkhead.take(this.#deadline, { caller: this, share: this.share, isRetry });
    ends?.();
    if (typeof slot === 'string')
      throw this.#notSent(slot !== 'refused' && breaker.state() === 'closed' ? 'limit' : 'breaker');
    if (slot.waited) telemetry.record('limiterWait', Math.round(time.monotonic() - queuedAt), { upstream });
    return slot;
  }

  /** One try, within its limit. `again`: it said nothing about the upstream, and is to be made once more. */
  async #attempt<T>(
    prepared: P,
    attempt: (context: AttemptContext<P>) => Promise<Attempt<T>>,
  ): Promise<Made<T> | 'again'> {
    const { upstream, numbers, time, telemetry } = this.#guards;
    const sentAt = time.monotonic();
    const before = this.#guards.temperature();
    const limitMs = before.upstreamCold === 'true' ? Math.max(numbers.coldTryMs ?? 0, numbers.tryMs) : numbers.tryMs;
    const deadline = this.#number >= this.#maxAttempts ? this.#deadline : this.#deadline.atMost(limitMs);
    const context = { number: this.#number + this.#madeAgain.size, prepared };
    const found = await deadline.bound((signal) => attempt({ signal, ...context })).catch(asEnded);
    const made = (ended: Ended<T>) => ({ ended, tookMs: time.monotonic() - sentAt, before });
    if (!('again' in found)) return made(found);
    if (this.#madeAgain.has(found.again)) return made(found.otherwise);
    this.#madeAgain.add(found.again);
    telemetry.log('info', 'upstream-again', { upstream, call: this.#call, reason: found.again });
    return 'again';
  }

  /**
   * Keeps the books of the guards, and records the attempt. Throws the call's problem when it is over. `sleepMs`: the wait before the
   * next attempt, without a place; `undefined`: the queue holds it back until the upstream's pause ends, and it is the first there.
   */
  #judge<T>({ ended, tookMs, before }: Made<T>): { value: T } | { sleepMs: number | undefined } {
    const guards = this.#guards;
    const durationMs = Math.round(tookMs);
    if (!('outcome' in ended)) {
      if ('value' in ended || !ended.elsewhere) guards.answered(this, tookMs);
      if ('value' in ended) {
        guards.budget.succeeded(this.share);
        this.#record('ok', { durationMs, quiet: guards.numbers.quiet === true, ...before });
        return ended;
      }
      this.#record('final', { durationMs, stop: 'not-retryable', ...before });
      throw ended.problem;
    }
    const { outcome, retryAfterMs } = ended;
    // Work that takes all the time there is (a write behind a paid answer) does not end with a try that was too slow.
    const isWorthMore = this.#callerDeadline.takesAll && outcome === 'timeout';
    const decision = guards.failed(this, ended, {
      rule: isWorthMore ? 'yes' : retryRules[this.#call][outcome],
      attempts: this.#number,
      maxAttempts: this.#maxAttempts,
      remainingMs: this.#deadline.remainingMs(),
    });
    const follows = decision.retry ? { delayMs: Math.round(decision.delayMs) } : { stop: decision.reason };
    this.#record(outcome, { durationMs, retryAfterMs, ...follows, ...before });
    if (!decision.retry) throw givenUp(guards, this.share, ended);
    guards.budget.spend(this.share);
    const isHeldBack = outcome === 'throttled' && decision.delayMs <= guards.common.breaker.maxDelayMs;
    return { sleepMs: isHeldBack ? undefined : decision.delayMs };
  }

  #notSent(stop: 'breaker' | 'limit' | 'deadline'): ProblemError {
    this.#record('not-sent', { durationMs: 0, stop, ...this.#guards.temperature() });
    return notSent(this.#guards, this.share, stop);
  }

  #record(
    outcome: AttemptRecord['outcome'],
    made: Omit<AttemptRecord, 'upstream' | 'call' | 'attempt' | 'outcome' | 'budgetTokens' | 'breakerState'>,
  ): void {
    const { upstream, breaker, budget, telemetry } = this.#guards;
    telemetry.attempt({
      upstream,
      call: this.#call,
      attempt: this.#number,
      outcome,
      ...made,
      budgetTokens: Math.round(budget.tokens(this.share) * 10) / 10,
      breakerState: breaker.state(),
    });
  }

  #within(ms: number): Deadline {
    return this.#callerDeadline.takesAll ? this.#callerDeadline : this.#callerDeadline.atMost(ms);
  }
}
