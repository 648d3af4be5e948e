// A clock that jumps from one timer to the next, and randomness from a seed: hours of policy in milliseconds, the same each time.
import type { Time } from '../../../shared/resilience/time.ts';
import { afterBySleep } from './after-by-sleep.ts';

type Timer = { at: number; order: number; fire: (() => void) | undefined };

/** Virtual time. Only `run` moves it. */
export class SeededTime implements Time {
  readonly #startedAt: number;
  readonly #random: () => number;
  readonly #heap: Timer[] = [];
  #now = 0;
  #order = 0;

  constructor(seed = 1, startedAt = Date.parse('2026-11-23T08:00:00Z')) {
    this.#random = seeded(seed);
    this.#startedAt = startedAt;
  }

  /** Whole milliseconds, as a real clock gives them. */
  now = (): number => Math.floor(this.#startedAt + this.#now);
  monotonic = (): number => this.#now;
  random = (): number => this.#random();

  sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        timer.fire = undefined;
        reject(signal?.reason);
      };
      const timer = this.#at(this.#now + Math.max(0, ms), () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    });

  after = afterBySleep(this.sleep);

  /** Calls `work` at an instant, in milliseconds of `monotonic`. */
  schedule(at: number, work: () => void): void {
    this.#at(at, work);
  }

  /** Moves on until no timer is left, or until `untilMs`. */
  async run(untilMs = Number.POSITIVE_INFINITY): Promise<void> {
    for (;;) {
      // Everything that the last timers started must come to rest before the clock moves.
      await new Promise((resolve) => setImmediate(resolve));
      while (this.#heap[0] && this.#heap[0].fire === undefined) this.#pop();
      const next = this.#heap[0];
      if (next === undefined || next.at > untilMs) {
        if (Number.isFinite(untilMs)) this.#now = Math.max(this.#now, untilMs);
        return;
      }
      this.#now = Math.max(this.#now, next.at);
      while (this.#heap[0] && this.#heap[0].at <= this.#now) this.#pop().fire?.();
    }
  }

  /** Runs until `work` has ended, and returns its result. */
  async until<T>(work: Promise<T>): Promise<T> {
    work.catch(() => {});
    await this.run();
    return work;
  }

  #at(at: number, fire: () => void): Timer {
    const timer: Timer = { at, order: this.#order++, fire };
    const heap = this.#heap;
    heap.push(timer);
    let index = heap.length - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (before(heap[parent] as Timer, timer)) break;
      heap[index] = heap[parent] as Timer;
      index = parent;
    }
    heap[index] = timer;
    return timer;
  }

  #pop(): Timer {
    const heap = this.#heap;
    const top = heap[0] as Timer;
    const last = heap.pop() as Timer;
    if (heap.length === 0) return top;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Timer, heap[child] as Timer)) child += 1;
      if (before(last, heap[child] as Timer)) break;
      heap[index] = heap[child] as Timer;
      index = child;
    }
    heap[index] = last;
    return top;
  }
}

const before = (one: Timer, other: Timer) => one.at < other.at || (one.at === other.at && one.order < other.order);

/** Random numbers from a seed (mulberry32, public domain): from 0 (included) to 1 (excluded). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
