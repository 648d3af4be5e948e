// The model of an upstream: a service that scales out under load as Lånekassen describes it (DSOP, "Ytelse"), and throttles until it has
// scaled.
import type { SeededTime } from '../../unit/support/seeded-time.ts';

/** The answer to a call. `undefined` for `retryAfterMs`: no header. */
export type ServerAnswer = { status: 200 | 429; retryAfterMs?: number | undefined };

/** An upstream of the simulation. */
export type Server = { call(signal: AbortSignal): Promise<ServerAnswer> };

/** Numbers of the model. */
export type ServerModel = {
  /** Requests a second at each step. */
  steps: readonly number[];
  /** Seconds of overload before the next step. */
  secondsToStep: number;
  /** Milliseconds of an answer when warm, and the range while the service scales to the next step. */
  warmMs: number;
  scalingMs: readonly [number, number];
  /** The delay in a 429, seconds; `undefined`: none. */
  retryAfterSeconds: number | undefined;
};

/** The model's steps and latencies. Whether a 429 of Lånekassen carries a delay is not known, so the seed decides. */
export function modelOf(seed: number): ServerModel {
  return {
    steps: [25, 50, 100, 200, 400],
    secondsToStep: 20,
    warmMs: 150,
    scalingMs: [2000, 6000],
    retryAfterSeconds: seed % 4 === 0 ? undefined : 1 + ((seed * 7) % 10),
  };
}

/** One such service in virtual time. */
export class ScalingServer {
  calls = 0;
  refused = 0;
  /** Calls by second. */
  readonly callsBySecond: number[] = [];
  /** When it reached its last step, milliseconds; `undefined`: it did not scale. */
  lastStepAt: number | undefined;
  readonly #time: SeededTime;
  readonly #model: ServerModel;
  #step = 0;
  #overloadedSeconds = 0;
  #second = -1;
  #inSecond = 0;
  #refusedInSecond = 0;
  #scaling = false;
  /** Room for calls, refilled continuously; holds half a second's worth. */
  #room: number;
  #filledAt = 0;

  constructor(time: SeededTime, model: ServerModel) {
    this.#time = time;
    this.#model = model;
    this.#room = this.#capacity() / 2;
  }

  /** Answers a call after its latency. */
  async call(signal: AbortSignal): Promise<ServerAnswer> {
    const now = this.#time.monotonic();
    this.#turnTo(Math.floor(now / 1000));
    this.calls += 1;
    this.#inSecond += 1;
    this.callsBySecond[this.#second] = (this.callsBySecond[this.#second] ?? 0) + 1;
    const burst = Math.max(1, this.#capacity() / 2);
    this.#room = Math.min(burst, this.#room + ((now - this.#filledAt) * this.#capacity()) / 1000);
    this.#filledAt = now;
    if (this.#room < 1) {
      this.refused += 1;
      this.#refusedInSecond += 1;
      await this.#time.sleep(5, signal);
      const { retryAfterSeconds } = this.#model;
      return { status: 429, retryAfterMs: retryAfterSeconds === undefined ? undefined : retryAfterSeconds * 1000 };
    }
    this.#room -= 1;
    const [least, most] = this.#model.scalingMs;
    await this.#time.sleep(this.#scaling ? least + (most - least) * this.#time.random() : this.#model.warmMs, signal);
    return { status: 200 };
  }

  #capacity(): number {
    return this.#model.steps[this.#step] ?? 1;
  }

  /** Checks the last second: it was one of overload if nine tenths of the capacity were used, or a call was refused. */
  #turnTo(second: number): void {
    if (second === this.#second) return;
    const overloaded = this.#refusedInSecond > 0 || this.#inSecond >= 0.9 * this.#capacity();
    const isLast = this.#step === this.#model.steps.length - 1;
    if (overloaded && !isLast) this.#overloadedSeconds += 1;
    // Seconds without a call were not seconds of overload.
    this.#scaling = overloaded && !isLast && second - this.#second === 1;
    if (this.#overloadedSeconds >= this.#model.secondsToStep) {
      this.#step += 1;
      this.#overloadedSeconds = 0;
      this.#scaling = false;
      this.lastStepAt = second * 1000;
    }
    this.#second = second;
    this.#inSecond = 0;
    this.#refusedInSecond = 0;
  }
}
