import type { AdmissionDecision } from './breaker.ts';
import { type Deadline, DeadlineExceeded } from './deadline.ts';
import type { Time } from './time.ts';
import { createTurns, type Queued } from './turns.ts';

/**
 * The numbers of a bulkhead: calls at once, and callers of each share that may wait for a place. `concurrencyOf`: calls at once of a share
 * that is limited to fewer.
 */
export type BulkheadNumbers = { concurrency: number; queue: number; concurrencyOf?: ReadonlyMap<string, number> };

/** A caller: its identity for the breaker; its share (a bank); whether it was admitted before, and so is first in its share. */
export type Candidate = Queued & { caller: object };

/** A place, to be released once; or why there is none: the share's queue is full, no place came in time, the upstream fails. */
export type Slot = { release: () => void; waited: boolean } | 'full' | 'late' | 'refused';

/** What else decides which calls go. */
export type AdmissionRule = {
  /** How many of the places may be used just now: fewer than all while an upstream is cold or throttles. */
  places(): number;
  /** The breaker's decision, which also records a caller that goes. */
  enter(candidate: Candidate): AdmissionDecision;
  /** When that decision may change by itself, milliseconds from now. */
  blockedMs(candidate: Candidate): number;
};

type Waiter = Candidate & { start: (decision: 'go' | 'refuse') => void };

/**
 * A FIFO bulkhead: bounds the calls at once to an upstream, with a bounded queue for each share. One for each upstream and process. The
 * shares take turns (docs/decisions/0028-banks-take-turns.md). Within a share, retries after a 429 are admitted before new calls.
 */
export class Bulkhead {
  readonly #numbers: BulkheadNumbers;
  readonly #rule: AdmissionRule;
  readonly #time: Time;
  readonly #turns = createTurns<Waiter>();
  /** Of the alarm that looks at the rule again, for a waiter that it holds back. */
  #cancelAlarm = () => {};
  #underWay = 0;
  readonly #underWayOf = new Map<string, number>();
  #queuedSince = 0;

  constructor(numbers: BulkheadNumbers, rule: AdmissionRule, time: Time) {
    this.#numbers = numbers;
    this.#rule = rule;
    this.#time = time;
  }

  async take(deadline: Deadline, candidate: Candidate): Promise<Slot> {
    const turns = this.#turns;
    // Calls that wait already come first.
    const isNext = turns.isNext(candidate) || turns.next(this.#mayGo) === undefined;
    if (isNext && this.#hasPlace() && this.#mayGo(candidate.share)) {
      const decision = this.#rule.enter(candidate);
      if (decision === 'refuse') return 'refused';
      if (decision === 'go') {
        this.#count(candidate.share, 1);
        return this.#place(candidate.share, false);
      }
    }
    if (!candidate.isRetry && turns.waiting(candidate.share) >= this.#numbers.queue) return 'full';
    return this.#wait(deadline, candidate);
  }

  /** Admits the waiters that may go now. Call it when a change other than a released place may allow more calls. */
  admit(): void {
    const turns = this.#turns;
    /** The waiter that the rule holds back, when it is the rule and not the number of places. */
    let kept: Waiter | undefined;
    const next = () => turns.next(this.#mayGo);
    for (let waiter = next(); waiter !== undefined && this.#hasPlace(); waiter = next()) {
      const decision = this.#rule.enter(waiter);
      if (decision === 'wait') {
        kept = waiter;
        break;
      }
      turns.goes(waiter);
      if (decision === 'go') this.#count(waiter.share, 1);
      waiter.start(decision);
    }
    // The rule may change by the clock alone: it must be looked at then, and only while a call waits. Without a place no one
    // need look: the call that gives one back does. Where the rule has just said no, it is looked at again even when it says that
    // it opens now: the moment may have come between the two questions, and nothing else would ask.
    // No timer is finer than a millisecond; a remainder that rounding leaves would be slept over and over.
    this.#cancelAlarm();
    if (kept !== undefined)
      this.#cancelAlarm = this.#time.after(Math.max(1, this.#rule.blockedMs(kept)), () => this.admit());
  }

  underWay(): number {
    return this.#underWay;
  }

  /** How many calls go before one that joins its share's queue now, its own among them; how long the queue has not been empty, ms. */
  queue(share: string) {
    const turns = this.#turns;
    const forMs = turns.isEmpty() ? 0 : this.#time.monotonic() - this.#queuedSince;
    return { ahead: turns.ahead(share, this.#mayGo), own: turns.size(share), forMs };
  }

  async #wait(deadline: Deadline, candidate: Candidate): Promise<Slot> {
    const { promise, resolve } = Promise.withResolvers<void>();
    let started: 'go' | 'refuse' | undefined;
    const start: Waiter['start'] = (decision) => {
      started = decision;
      resolve();
    };
    const waiter = { ...candidate, start };
    if (this.#turns.isEmpty()) this.#queuedSince = this.#time.monotonic();
    this.#turns.add(waiter);
    this.admit();
    try {
      await deadline.within(() => promise);
    } catch (error) {
      this.#turns.leaves(waiter);
      this.admit();
      if (!(error instanceof DeadlineExceeded)) throw error;
      // The admission came in the very moment the time ran out: the place goes to the next.
      if (started === 'go') this.#place(candidate.share, true).release();
      return started === 'refuse' ? 'refused' : 'late';
    }
    return started === 'refuse' ? 'refused' : this.#place(candidate.share, true);
  }

  #count(share: string, change: 1 | -1): void {
    this.#underWay += change;
    this.#underWayOf.set(share, (this.#underWayOf.get(share) ?? 0) + change);
  }

  /** Whether a share is below its own limit; one without a limit always is. */
  readonly #mayGo = (share: string): boolean =>
    (this.#underWayOf.get(share) ?? 0) < (this.#numbers.concurrencyOf?.get(share) ?? Number.POSITIVE_INFINITY);

  #place(share: string, waited: boolean): { release: () => void; waited: boolean } {
    let given = false;
    const release = () => {
      if (given) return;
      given = true;
      this.#count(share, -1);
      this.admit();
    };
    return { waited, release };
  }

  #hasPlace(): boolean {
    return this.#underWay < Math.min(this.#numbers.concurrency, this.#rule.places());
  }
}
