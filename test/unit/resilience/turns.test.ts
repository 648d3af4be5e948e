import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTurns, type Queued } from '../../../shared/resilience/turns.ts';

type Waiter = Queued & { number: number };

/** All waiters in the order in which they go when no other arrives. Empties the queues. */
function drain(turns: ReturnType<typeof createTurns<Waiter>>): Waiter[] {
  const order: Waiter[] = [];
  for (let waiter = turns.next(); waiter !== undefined; waiter = turns.next()) {
    turns.goes(waiter);
    order.push(waiter);
  }
  return order;
}

const step = fc.record({
  share: fc.constantFrom('a', 'b', 'c', 'd'),
  isRetry: fc.boolean(),
  // What happens before the waiter arrives: one goes, one gives up, or nothing.
  before: fc.constantFrom('goes', 'leaves', 'nothing', 'nothing'),
  which: fc.nat(),
});

describe('queues of banks that take turns', () => {
  it('serve banks in turn, and within a bank retries first', () => {
    const turns = createTurns<Waiter>();
    const add = (number: number, share: string, isRetry = false) => turns.add({ number, share, isRetry });
    for (const number of [1, 2, 3, 4]) add(number, 'rush');
    add(5, 'small');
    add(6, 'rush', true);
    add(7, 'other');
    add(8, 'small');
    expect(drain(turns).map(({ number }) => number)).toEqual([6, 5, 7, 1, 8, 2, 3, 4]);
    expect(turns.isEmpty()).toBe(true);
  });

  it('say exactly how many go before a call that arrives now', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.constantFrom('a', 'b', 'c', 'd', 'new'), (steps, share) => {
        const turns = createTurns<Waiter>();
        const waiting: Waiter[] = [];
        const drop = (gone: Waiter) => waiting.splice(waiting.indexOf(gone), 1);
        steps.forEach(({ before, which, ...comer }, number) => {
          const next = turns.next();
          const any = waiting[which % Math.max(1, waiting.length)];
          if (before === 'goes' && next) {
            turns.goes(next);
            drop(next);
          }
          if (before === 'leaves' && any) {
            turns.leaves(any);
            drop(any);
          }
          const waiter = { ...comer, number };
          // If no one is before it, it would be the next.
          if (turns.isNext(waiter))
            expect(waiting.every((one) => one.share === waiter.share && !one.isRetry)).toBe(true);
          turns.add(waiter);
          waiting.push(waiter);
        });
        const ahead = turns.ahead(share);
        const last: Waiter = { number: -1, share, isRetry: false };
        turns.add(last);
        expect(drain(turns).indexOf(last)).toBe(ahead);
      }),
    );
  });

  it('keep a bank for at most one turn of each other bank for each of its own calls, however many the others have', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 0, max: 200 }),
        fc.integer({ min: 0, max: 5 }),
        (banks, rush, own) => {
          const turns = createTurns<Waiter>();
          let number = 0;
          const crowd = (count: number) => {
            for (let bank = 0; bank < banks; bank++)
              for (let one = 0; one < count; one++)
                turns.add({ number: number++, share: `crowd-${bank}`, isRetry: false });
          };
          crowd(rush);
          for (let one = 0; one <= own; one++) turns.add({ number: -one, share: 'mine', isRetry: false });
          // The load continues: after each that goes, each bank adds one more, and one bank adds a retry.
          let gone = 0;
          for (let mine = 0; mine <= own && gone <= 1000; ) {
            const next = turns.next() as Waiter;
            turns.goes(next);
            gone += 1;
            crowd(1);
            turns.add({ number: number++, share: 'crowd-0', isRetry: true });
            if (next.share === 'mine') mine += 1;
          }
          expect(gone).toBeLessThanOrEqual((own + 1) * (banks + 1));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('are one queue if there is one bank: retries first, then the others, each in the order of arrival', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 40 }), (comers) => {
        const turns = createTurns<Waiter>();
        const all = comers.map((isRetry, number) => ({ share: '', isRetry, number }));
        for (const waiter of all) turns.add(waiter);
        expect(turns.ahead('')).toBe(all.length);
        const expected = [...all.filter(({ isRetry }) => isRetry), ...all.filter(({ isRetry }) => !isRetry)];
        expect(drain(turns)).toEqual(expected);
      }),
    );
  });

  it('keep nothing of a bank that has no waiter left', () => {
    const turns = createTurns<Waiter>();
    for (let bank = 0; bank < 300; bank++) {
      const waiter = { number: bank, share: `bank-${bank}`, isRetry: false };
      turns.add(waiter);
      if (bank % 2 === 0) turns.goes(waiter);
      else turns.leaves(waiter);
    }
    expect([turns.isEmpty(), turns.ahead('bank-1'), turns.next()]).toEqual([true, 0, undefined]);
  });
});
