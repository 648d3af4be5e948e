/** One who waits: whose share of the upstream it takes, and whether it was let in before and so comes first in its share. */
export type Queued = { share: string; isRetry: boolean };

/** A queue for each share, and the shares take turns. Nothing is kept of a share when no one waits any more. */
export type Turns<W extends Queued> = {
  /** At the end of its share's queue. A share that comes first has its turn after those that are there. */
  add(waiter: W): void;
  /** Whose turn it is. */
  next(): W | undefined;
  /** It goes: the other shares have their turn before the next of this one. */
  goes(waiter: W): void;
  /** It gives up: its share keeps its turn. */
  leaves(waiter: W): void;
  /** Whether no one who waits goes before this one, that has not joined a queue. */
  isNext(comer: Queued): boolean;
  /** How many of a share wait that were never let in. */
  waiting(share: string): number;
  /** How many go before one that joins the end of this share's queue now, if no one else comes. */
  ahead(share: string): number;
  /** Whether no one waits. */
  isEmpty(): boolean;
};

type ShareQueue<W> = { returning: Set<W>; first: Set<W> };

/**
 * Empty queues. Round robin: every share has the same right, and what one does not use is the others'. Whose queue is empty for a
 * while keeps its place in the round: one that comes now and then need not wait behind one that has always more.
 */
export function createTurns<W extends Queued>(): Turns<W> {
  /** Whose turn is the longest ago comes first. */
  const queues = new Map<string, ShareQueue<W>>();
  let waiting = 0;
  const sizeOf = (queue: ShareQueue<W> | undefined) =>
    queue === undefined ? 0 : queue.returning.size + queue.first.size;
  const setOf = (queue: ShareQueue<W>, { isRetry }: Queued) => (isRetry ? queue.returning : queue.first);
  const remove = (waiter: W) => {
    const queue = queues.get(waiter.share);
    if (queue !== undefined && setOf(queue, waiter).delete(waiter)) waiting -= 1;
    if (waiting === 0) queues.clear();
    return queue;
  };

  return {
    add(waiter) {
      const queue = queues.get(waiter.share) ?? { returning: new Set(), first: new Set() };
      setOf(queue, waiter).add(waiter);
      waiting += 1;
      queues.set(waiter.share, queue);
    },
    next() {
      for (const { returning, first } of queues.values())
        for (const own of [returning, first]) for (const waiter of own) return waiter;
      return undefined;
    },
    goes(waiter) {
      const queue = remove(waiter);
      if (queue === undefined || waiting === 0) return;
      queues.delete(waiter.share);
      queues.set(waiter.share, queue);
    },
    leaves: (waiter) => void remove(waiter),
    isNext: ({ share, isRetry }) => waiting === 0 || (isRetry && waiting === queues.get(share)?.first.size),
    waiting: (share) => queues.get(share)?.first.size ?? 0,
    ahead(share) {
      const own = sizeOf(queues.get(share));
      let ahead = own;
      // Each of the own goes in a round of its own. A share before it in the round has one turn more.
      let rounds = own + 1;
      for (const [other, queue] of queues) {
        if (other === share) rounds = own;
        else ahead += Math.min(sizeOf(queue), rounds);
      }
      return ahead;
    },
    isEmpty: () => waiting === 0,
  };
}
