// Time that passes only when a test says so. Policies and deadlines are tested to the millisecond, without waiting.
import type { Time } from '../../../shared/resilience/time.ts';
import { afterBySleep } from './after-by-sleep.ts';

type Sleeper = { at: number; wake: () => void };

/** A clock that does not move. `run` lets it jump to the next sleeper whenever everything waits. */
export class VirtualTime implements Time {
  /** Wall clock at the start: 2026-11-23T08:00:00Z. */
  readonly startedAt: number;
  /** The value of `random()`. */
  chance = 0.5;
  /** How long each finished sleep was asked to last. */
  readonly slept: number[] = [];
  #elapsed = 0;
  #sleepers: Sleeper[] = [];

  constructor(startedAt = Date.UTC(2026, 10, 23, 8)) {
    this.startedAt = startedAt;
  }

  /** Whole milliseconds, as `Date.now` returns them. */
  now = () => this.startedAt + Math.floor(this.#elapsed);
  monotonic = () => this.#elapsed;
  random = () => this.chance;

  sleep = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const stop = () => {
        this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
        reject(signal?.reason);
      };
      const sleeper: Sleeper = {
        at: this.#elapsed + Math.max(0, ms),
        wake: () => {
          signal?.removeEventListener('abort', stop);
          this.slept.push(ms);
          resolve();
        },
      };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', stop, { once: true });
    });

  after = afterBySleep(this.sleep);

  /** How many sleepers there are. A sleep that no work waits for any more must not remain. */
  get pending(): number {
    return this.#sleepers.length;
  }

  /** Lets `ms` pass and wakes the sleepers that are due on the way. */
  async pass(ms: number): Promise<void> {
    const until = this.#elapsed + ms;
    for (;;) {
      await settle();
      const next = this.#next();
      if (next === undefined || next.at > until) break;
      this.#wake(next);
    }
    this.#elapsed = until;
    await settle();
  }

  /** Runs `work` to its end; time jumps whenever everything waits. */
  async run<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const finish = () => {
      done = true;
    };
    work.then(finish, finish);
    for (let round = 0; round < 10_000; round++) {
      await settle();
      if (done) return work;
      const next = this.#next();
      if (next !== undefined) this.#wake(next);
    }
    throw new Error('the work never ended');
  }

  #next(): Sleeper | undefined {
    return this.#sleepers.reduce<Sleeper | undefined>(
      (earliest, one) => (earliest === undefined || one.at < earliest.at ? one : earliest),
      undefined,
    );
  }

  #wake(sleeper: Sleeper): void {
    this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
    this.#elapsed = Math.max(this.#elapsed, sleeper.at);
    sleeper.wake();
  }
}

/** Lets every promise continue that can. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
