import type { Deadline } from './deadline.ts';
import { DeadlineExceeded } from './deadline.ts';

/** The numbers of a limiter: calls under way at once, and callers that may wait for a place. */
export type LimiterNumbers = { concurrency: number; queue: number };

/** At most so many calls at once to an upstream, with a short queue before it. One an upstream and process. */
export type Limiter = {
  /**
   * A place, to be given back by the function returned. `undefined`: the queue is full, or no place came free within
   * the deadline. `waited` tells whether the caller had to queue.
   */
  take(deadline: Deadline): Promise<{ giveBack: () => void; waited: boolean } | undefined>;
  underWay(): number;
  waiting(): number;
};

type Waiter = { start: () => void };

/**
 * A bulkhead, first come first served. `open` gives how many of the places may be used just now: fewer than
 * `concurrency` while an upstream is known cold (slow start).
 */
export function createLimiter(numbers: LimiterNumbers, open: () => number = () => numbers.concurrency): Limiter {
  const waiters = new Set<Waiter>();
  let underWay = 0;

  const admit = () => {
    for (const waiter of waiters) {
      if (underWay >= Math.min(numbers.concurrency, open())) return;
      waiters.delete(waiter);
      underWay += 1;
      waiter.start();
    }
  };
  const place = (waited: boolean) => {
    let given = false;
    return {
      waited,
      giveBack: () => {
        if (given) return;
        given = true;
        underWay -= 1;
        admit();
      },
    };
  };

  return {
    async take(deadline) {
      // Whoever waits already comes first.
      if (waiters.size === 0 && underWay < Math.min(numbers.concurrency, open())) {
        underWay += 1;
        return place(false);
      }
      if (waiters.size >= numbers.queue) return undefined;
      let waiter: Waiter | undefined;
      let started = false;
      const turn = new Promise<void>((resolve) => {
        waiter = {
          start: () => {
            started = true;
            resolve();
          },
        };
        waiters.add(waiter);
      });
      try {
        await deadline.bound(() => turn);
      } catch (error) {
        if (waiter) waiters.delete(waiter);
        if (!(error instanceof DeadlineExceeded)) throw error;
        // The turn came in the very moment the time ran out: the place goes to the next.
        if (started) place(true).giveBack();
        return undefined;
      }
      return place(true);
    },
    underWay: () => underWay,
    waiting: () => waiters.size,
  };
}
