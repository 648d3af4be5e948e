import { ProblemError } from '../problems.ts';
import { sharesOfCall } from '../telemetry/call-shares.ts';
import { bankOfInvocation } from '../telemetry/request-context.ts';
import type { Attempt, AttemptContext, Ended, RunOptions } from './attempt.ts';
import { CallBooks, type Series, type UpstreamPolicy } from './call-books.ts';
import { type Deadline, DeadlineExceeded } from './deadline.ts';
import type { RetriedCall } from './retry.ts';
import { outOfTime } from './upstream-problems.ts';

/** The share of work for no bank in particular: the sweep, the feed, and what runs before a caller is known. */
const noBank = '';
/** The share of the invocation's bank. */
export const shareOfInvocation = (): string => bankOfInvocation() ?? noBank;

/**
 * One call to an upstream: its attempts, and what is between them. Each round acquires a place and what the attempt needs, makes
 * the attempt, and judges how it ended: the call has its value, is tried again after a delay, or gives up.
 */
export class CallSeries<P> {
  readonly #policy: UpstreamPolicy;
  readonly #series: Series;
  readonly #callerDeadline: Deadline;
  readonly #options: RunOptions<P>;
  /** Why attempts have been made again. */
  readonly #madeAgain = new Set<string>();
  /** The deadline of the queue wait, and of the attempts and the waits between them once there is a place. */
  #deadline: Deadline;
  readonly #books: CallBooks;

  constructor(policy: UpstreamPolicy, call: RetriedCall, callerDeadline: Deadline, options: RunOptions<P>) {
    const { numbers } = policy;
    this.#policy = policy;
    this.#callerDeadline = callerDeadline;
    this.#options = options;
    this.#deadline = this.#within(numbers.queueMs ?? numbers.totalMs);
    this.#series = {
      call,
      self: {},
      who: options.who,
      share: options.share ?? shareOfInvocation(),
      maxAttempts: Math.max(1, Math.min(numbers.maxAttempts, options.maxAttempts ?? numbers.maxAttempts)),
      takesAll: callerDeadline.takesAll,
    };
    this.#books = new CallBooks(policy, this.#series);
  }

  async run<T>(attempt: (context: AttemptContext<P>) => Promise<Attempt<T>>): Promise<T> {
    const { upstream, guards, common, time } = this.#policy;
    try {
      for (let number = 1; ; number++) {
        const { release, prepared } = await this.#acquire(number);
        const ends = sharesOfCall()?.waitsFor(upstream);
        try {
          const { ended, sentAt } = await this.#attempt(number, prepared, attempt);
          if (ended === 'again') {
            number -= 1;
            continue;
          }
          const judged = this.#books.judge(number, ended, time.monotonic() - sentAt, this.#deadline.remainingMs());
          if ('value' in judged) return judged.value;
          const { failed, decision } = judged;
          if (!decision.retry) throw this.#books.giveUp(failed);
          guards.budget.spend(this.#series.share);
          // The wait holds no place. A call that waits for the end of a pause is first in the queue.
          release();
          if (failed.outcome !== 'throttled' || decision.delayMs > common.breaker.maxDelayMs)
            await time.sleep(decision.delayMs);
        } finally {
          // After the guards have been updated, so that a place that was just opened is used too.
          release();
          ends?.();
        }
      }
    } finally {
      guards.breaker.release(this.#series.self);
      guards.bulkhead.admit();
    }
  }

  /** Waits in the queue and prepares. Throws `upstream-busy` when the upstream fails, or no place comes in time. */
  async #acquire(number: number): Promise<{ release: () => void; prepared: P }> {
    const { numbers, guards } = this.#policy;
    let hadPlace = number > 1 || this.#madeAgain.size > 0;
    for (;;) {
      const { release } = await this.#place(number, hadPlace);
      if (!hadPlace && numbers.queueMs !== undefined) this.#deadline = this.#within(numbers.totalMs);
      hadPlace = true;
      let prepared: P;
      try {
        // After the queue: what is prepared may not keep (an assertion's `iat`), and may cost (a signature).
        prepared = await this.#prepare();
      } catch (error) {
        release();
        throw error;
      }
      // Preparing may have taken long enough for the breaker to open.
      if (this.#deadline.remainingMs() > 0 && guards.breaker.decide(this.#series.self) === 'go')
        return { release, prepared };
      release();
    }
  }

  async #place(number: number, hadPlace: boolean): Promise<{ release: () => void }> {
    const { upstream, guards, time, telemetry } = this.#policy;
    const { breaker, bulkhead } = guards;
    if (this.#deadline.remainingMs() === 0) throw this.#books.notSent(number, 'deadline');
    const admission = breaker.decide(this.#series.self);
    if (admission === 'refuse') throw this.#books.notSent(number, 'breaker');
    if (admission === 'wait' && breaker.blockedMs() + this.#books.shortestTryMs() > this.#deadline.remainingMs())
      throw this.#books.notSent(number, 'breaker');
    if (admission === 'wait') this.#options.onPause?.(breaker.blockedMs());
    const queuedAt = time.monotonic();
    const ends = sharesOfCall()?.waitsFor(upstream);
    const isRetry = hadPlace || this.#options.isRetry === true;
    const slot = await bulkhead.take(this.#deadline, { caller: this.#series.self, share: this.#series.share, isRetry });
    ends?.();
    if (slot === 'refused') throw this.#books.notSent(number, 'breaker');
    if (typeof slot === 'string') throw this.#books.notSent(number, breaker.state() === 'closed' ? 'limit' : 'breaker');
    if (slot.waited) {
      const queueMs = Math.round(time.monotonic() - queuedAt);
      telemetry.record('limiterWait', queueMs, { upstream });
      // A retry waits out the delay that its last attempt has reported already.
      if (!hadPlace) sharesOfCall()?.spent(upstream, queueMs);
    }
    return slot;
  }

  async #prepare(): Promise<P> {
    const { prepare } = this.#options;
    if (prepare === undefined) return undefined as P;
    try {
      return await prepare(this.#deadline);
    } catch (error) {
      if (!(error instanceof DeadlineExceeded)) throw error;
      throw outOfTime(this.#policy.upstream, 'prepare-timeout', this.#policy.time.random());
    }
  }

  /** One try, within its limit. `again`: it said nothing about the upstream, and is to be made once more. */
  async #attempt<T>(
    number: number,
    prepared: P,
    attempt: (context: AttemptContext<P>) => Promise<Attempt<T>>,
  ): Promise<{ ended: Ended<T> | 'again'; sentAt: number }> {
    const { upstream, numbers, guards, time, telemetry } = this.#policy;
    const sentAt = time.monotonic();
    this.#books.sent();
    const limitMs = guards.cold.isCold() ? Math.max(numbers.coldTryMs ?? 0, numbers.tryMs) : numbers.tryMs;
    const deadline = number >= this.#series.maxAttempts ? this.#deadline : this.#deadline.atMost(limitMs);
    const tries = number + this.#madeAgain.size;
    const ended = await oneTry(deadline, (signal) => attempt({ signal, number: tries, prepared }));
    if (!('again' in ended)) return { ended, sentAt };
    if (this.#madeAgain.has(ended.again)) return { ended: ended.otherwise, sentAt };
    this.#madeAgain.add(ended.again);
    telemetry.log('info', 'upstream-again', { upstream, call: this.#series.call, reason: ended.again });
    return { ended: 'again', sentAt };
  }

  #within(ms: number): Deadline {
    return this.#callerDeadline.takesAll ? this.#callerDeadline : this.#callerDeadline.atMost(ms);
  }
}

async function oneTry<T>(
  deadline: Deadline,
  attempt: (signal: AbortSignal) => Promise<Attempt<T>>,
): Promise<Attempt<T>> {
  try {
    return await deadline.bound(attempt);
  } catch (error) {
    if (error instanceof DeadlineExceeded) return { outcome: 'timeout', fault: 'timeout' };
    if (error instanceof ProblemError) return { problem: error };
    throw error;
  }
}
