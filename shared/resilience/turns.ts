/** One who waits: whose share of the upstream it takes, and whether it was let in before and so comes first in its share. */
export type Queued = { share: string; isRetry: boolean };

type ShareQueue<W> = { returning: Set<W>; first: Set<W> };

/**
 * A queue for each share, and the shares take turns (docs/decisions/0028-banks-take-turns.md). Nothing is kept of a share when no one
 * waits any more. A share whose queue is empty for a while keeps its place in the round.
 */
export function createTurns<W extends Queued>() {
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
    /** At the end of its share's queue. A share that comes first has its turn after those that are there. */
    add(waiter: W): void {
      const queue = queues.get(waiter.share) ?? { returning: new Set(), first: new Set() };
      setOf(queue, waiter).add(waiter);
      waiting += 1;
      queues.set(waiter.share, queue);
    },
    /** Whose turn it is, of the shares that may go now. A share that may not keeps its turn. */
    next(mayGo: (share: string) => boolean = () => true): W | undefined {
      for (const [share, { returning, first }] of queues)
        if (mayGo(share)) for (const own of [returning, first]) for (const waiter of own) return waiter;
      return undefined;
    },
    /** It goes: the other shares have their turn before the next of this one. */
    goes(waiter: W): void {
      const queue = remove(waiter);
      if (queue === undefined || waiting === 0) return;
      queues.delete(waiter.share);
      queues.set(waiter.share, queue);
    },
    /** It gives up: its share keeps its turn. */
    leaves: (waiter: W) => void remove(waiter),
    /** Whether no one who waits goes before this one, that has not joined a queue. */
    isNext: ({ share, isRetry }: Queued) => waiting === 0 || (isRetry && waiting === queues.get(share)?.first.size),
    /** How many of a share wait. */
    size: (share: string) => sizeOf(queues.get(share)),
    /** How many of a share wait that were never let in. */
    waiting: (share: string) => queues.get(share)?.first.size ?? 0,
    /**
     * How many go before one that joins the end of this share's queue now, if no one else comes. Of the other shares those that may not go
     * now take no turn.
     */
    ahead(share: string, mayGo: (share: string) => boolean = () => true): number {
      const own = sizeOf(queues.get(share));
      let ahead = own;
      // Each of the own goes in a round of its own. A share before it in the round has one turn more.
      let rounds = own + 1;
      for (const [other, queue] of queues) {
        if (other === share) rounds = own;
        else if (mayGo(other)) ahead += Math.min(sizeOf(queue), rounds);
      }
      return ahead;
    },
    isEmpty: () => waiting === 0,
  };
}
