import type { Time } from './time.ts';

/** The reason of our aborted signals: the time has run out. */
export class DeadlineExceeded extends Error {
  constructor() {
    super('deadline exceeded');
    this.name = 'DeadlineExceeded';
  }
}

/**
 * The instant at which something must have ended. It is passed down through every call and bounds all attempts and waits below.
 * A number of retries does not bound time; only this does (`docs/contracts/resilience.md` §1).
 */
export class Deadline {
  readonly #time: Time;
  readonly #at: number;

  /** The work may take all the time that is left, beyond its policy's own limit, because it saves an answer that has been paid for. */
  readonly takesAll: boolean;

  private constructor(time: Time, at: number, takesAll = false) {
    this.#time = time;
    this.#at = at;
    this.takesAll = takesAll;
  }

  /** A deadline `ms` from now. */
  static after(time: Time, ms: number): Deadline {
    return new Deadline(time, time.monotonic() + ms);
  }

  /** The time that is left, milliseconds; 0 when the deadline has passed. */
  remainingMs(): number {
    return Math.max(0, this.#at - this.#time.monotonic());
  }

  /** The earlier of this deadline and `ms` from now. */
  atMost(ms: number): Deadline {
    return new Deadline(this.#time, Math.min(this.#at, this.#time.monotonic() + ms), this.takesAll);
  }

  /** The same instant, for work that saves a paid answer: policies allow it all the time that is left. */
  forPaidWork(): Deadline {
    return new Deadline(this.#time, this.#at, true);
  }

  /**
   * Runs `work` and rejects with `DeadlineExceeded` when the deadline passes first. The signal handed to the work is
   * aborted then, so that sockets are closed. Work that ignores it goes on, and its result is dropped.
   */
  bound<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const late = new AbortController();
    return this.#race(
      () => work(late.signal),
      (reason) => late.abort(reason),
    );
  }

  /** As `bound`, for work that holds nothing to close: it goes on, and its result is dropped. */
  within<T>(work: () => Promise<T>): Promise<T> {
    return this.#race(work, () => {});
  }

  #race<T>(work: () => Promise<T>, onLate: (reason: DeadlineExceeded) => void): Promise<T> {
    const leftMs = this.remainingMs();
    // Without time the work is not started: a request that is aborted at once still reaches the other side, and counts there.
    if (leftMs === 0) return Promise.reject(new DeadlineExceeded());
    return new Promise<T>((resolve, reject) => {
      const cancel = this.#time.after(leftMs, () => {
        const reason = new DeadlineExceeded();
        // First: what the work says of its own end, now or later, has no listener.
        reject(reason);
        onLate(reason);
      });
      work().then(resolve, reject).then(cancel);
    });
  }
}
