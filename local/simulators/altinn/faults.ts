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

/** Calls to be held: `before` they are worked on, or `after`, when all is done and only the answer is missing. */
export type Holds = {
  hold(route: AltinnRoute, point: 'before' | 'after'): HeldCall;
  wait(route: AltinnRoute, point: 'before' | 'after'): Promise<void>;
};

/** Holds in the order planned, each for one call. */
export function createHolds(): Holds {
  const planned: { route: AltinnRoute; point: string; reach(): void; gone: Promise<void> }[] = [];
  return {
    hold(route, point) {
      const reached = Promise.withResolvers<void>();
      const gone = Promise.withResolvers<void>();
      planned.push({ route, point, reach: reached.resolve, gone: gone.promise });
      return { reached: reached.promise, release: gone.resolve };
    },
    async wait(route, point) {
      const index = planned.findIndex((one) => one.route === route && one.point === point);
      if (index < 0) return;
      const [held] = planned.splice(index, 1);
      held?.reach();
      await held?.gone;
    },
  };
}
