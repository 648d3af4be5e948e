// Faults that a test plans for Altinn's API.

/** The calls a fault can be planned for. */
export type AltinnRoute = 'create' | 'read' | 'events' | 'lookup';

/** A planned fault. */
export type AltinnFault = {
  /** Only for this call; default: the next API call. */
  route?: AltinnRoute;
  /** HTTP status of the answer; not used with `afterProcessing`. */
  status?: number;
  body?: string | object;
  /** Value of `Retry-After`, as sent. */
  retryAfter?: string;
  /** Do the work, then break the connection: a lost answer. */
  afterProcessing?: boolean;
};

/** A call that waits at a marked point, so that a test can stop the caller there. */
export type HeldCall = {
  /** Resolves when the call has come to the point. */
  reached: Promise<void>;
  /** Releases it. */
  release(): void;
};

/** Calls to be held, in the order planned: `before` they are worked on, or `after`, when only the answer is missing. */
export class Holds {
  #planned: { route: AltinnRoute; point: string; reach(): void; gone: Promise<void> }[] = [];

  hold(route: AltinnRoute, point: 'before' | 'after'): HeldCall {
    const reached = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<void>();
    this.#planned.push({ route, point, reach: reached.resolve, gone: gone.promise });
    return { reached: reached.promise, release: gone.resolve };
  }

  async wait(route: AltinnRoute, point: 'before' | 'after'): Promise<void> {
    const index = this.#planned.findIndex((one) => one.route === route && one.point === point);
    if (index < 0) return;
    const [held] = this.#planned.splice(index, 1);
    held?.reach();
    await held?.gone;
  }
}
