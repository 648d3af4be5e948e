import { type AltinnEvent, followedTypes } from '../altinn/events.ts';
import { asProblem, ProblemError } from '../problems.ts';
import { Deadline } from '../resilience/deadline.ts';
import type { Documents } from '../storage/documents.ts';
import { oneOf } from '../telemetry/dimensions.ts';
import type { ConsentContext } from './consent-context.ts';
import { actOn, type EventResult, oursAmong } from './event-action.ts';
import { type Feed, type FeedLease, feedPartitionOf, feedStepMs, takeFeed } from './feed-lease.ts';
import type { WaitingEvent, WaitingEvents } from './waiting-events.ts';

/** How a run went. `complete`: the feed was read to its end. `busy`: another run is at it. */
export type FeedResult = 'complete' | 'unfinished' | 'busy';

/** What is counted under its own name; Altinn may send more. */
const feedTypes = [...followedTypes, 'other'] as const;
/** A run stops after this long and leaves the rest to the next; the host would end it at ten minutes. */
const runMs = 4 * 60_000;
/** What waits is tried for so long in a run, so that it does not keep the run from what is new. */
const waitingMs = 60_000;
/** An event that has waited for so long is reported. */
const stuckMs = 60 * 60_000;

const invalidReply = (fault: string) => new ProblemError('upstream-invalid-reply', { fault, party: 'altinn' });

/**
 * `sync-consent-events`: follows Altinn's event feed. Every event is acted on at least once: the position is written down only
 * behind a page that was worked through, and an event met again changes nothing. The last, not full page has no position
 * behind it, so each run reads it again.
 */
export class ConsentEvents {
  readonly #context: ConsentContext;
  readonly #feed: Documents<Feed>;
  readonly #waiting: WaitingEvents;
  readonly #partition: string;

  constructor(context: ConsentContext, feed: Documents<Feed>, waiting: WaitingEvents) {
    this.#context = context;
    this.#feed = feed;
    this.#waiting = waiting;
    this.#partition = feedPartitionOf(context.bank.organisationNumber);
  }

  /** One run. Throws what stopped it; the next run begins where this one had come to. */
  async sync(): Promise<FeedResult> {
    const { telemetry } = this.#context;
    try {
      const result = await this.#run();
      telemetry.count('feedRun', { result });
      if (result !== 'busy') await this.#reportAge();
      telemetry.log('info', 'sync-consent-events', { result });
      return result;
    } catch (error) {
      telemetry.count('feedRun', { result: 'failed' });
      await this.#reportAge();
      const { code, fault } = asProblem(error);
      telemetry.log('error', 'sync-consent-events', { result: 'failed', code, fault });
      throw error;
    }
  }

  /** Whether the last complete run began less than `CONSENT_FEED_FRESH_MINUTES` ago, and no event of this consent waits. */
  async isFresh(consentId: string, deadline: Deadline): Promise<boolean> {
    const { settings, time } = this.#context;
    const [at, isWaiting] = await Promise.all([
      this.#completeAt(deadline),
      this.#waiting.isWaiting(consentId, deadline),
    ]);
    if (at === undefined || isWaiting) return false;
    const ageMs = time.now() - at;
    // A time in the future is no evidence.
    return ageMs >= 0 && ageMs <= settings.consent.feedFreshMinutes * 60_000;
  }

  async #completeAt(deadline: Deadline): Promise<number | undefined> {
    return (await this.#feed.read(this.#partition, deadline, { evenUnreadable: true })).doc?.completeAt;
  }

  /** How old the knowledge of withdrawals is. Never the reason why a run fails. */
  async #reportAge(): Promise<void> {
    const { time, telemetry } = this.#context;
    const at = await this.#completeAt(this.#step()).catch(() => undefined);
    if (at !== undefined) telemetry.record('feedAge', Math.round((time.now() - at) / 1000));
  }

  /** The time of one page, one event or one write. */
  #step(): Deadline {
    return Deadline.after(this.#context.time, feedStepMs);
  }

  async #run(): Promise<FeedResult> {
    const { altinn, time, telemetry } = this.#context;
    const lease = await takeFeed(this.#feed, this.#partition, time);
    if (lease === undefined) return 'busy';
    const until = time.monotonic() + runMs;
    let isReread = false;
    /** Where the pages of this run begin: a link back would lead in a circle. */
    const seen = new Set<string | undefined>();
    try {
      const waitingNow = await this.#waiting.read(this.#step());
      if (!(await this.#actOnAll(lease, waitingNow.due, until, time.monotonic() + waitingMs))) return 'unfinished';
      for (;;) {
        const askedAt = time.now();
        const { position, since: createdAfter } = lease.doc ?? {};
        const page = await altinn.events({ position, createdAfter }, this.#step());
        if (page === undefined) {
          telemetry.alert(
            'feed-position-unknown',
            'Altinn does not know the place in the event feed; it is read again.',
          );
          if (isReread) throw invalidReply('altinn-events-position');
          isReread = true;
          seen.clear();
          if (!(await lease.keep({ position: undefined }))) return 'unfinished';
          continue;
        }
        const ours = await this.#oursIn(page.events);
        const since = time.now();
        // One that waits has its own time: the last page is read again in each run.
        const news = ours.filter((event) => !waitingNow.has(event)).map((event) => ({ ...event, since, tries: 0 }));
        if (!(await this.#actOnAll(lease, news, until))) return 'unfinished';
        seen.add(position);
        if (page.next !== undefined && 'fault' in page.next) throw invalidReply(page.next.fault);
        if (page.next !== undefined && seen.has(page.next.position)) throw invalidReply('altinn-events-next-seen');
        const change = page.next === undefined ? { completeAt: askedAt } : { position: page.next.position };
        if (!(await lease.keep(change))) return 'unfinished';
        if (page.next === undefined) return 'complete';
        if (time.monotonic() >= until) return 'unfinished';
      }
    } finally {
      // A lease that is not given back runs out by itself.
      await lease.keep({ runId: undefined }).catch(() => telemetry.log('warning', 'feed-not-released'));
    }
  }

  /** The events of a page that are about our consents; the others are counted. */
  async #oursIn(events: readonly AltinnEvent[]): Promise<AltinnEvent[]> {
    const ours = await oursAmong(this.#context, events, () => this.#step());
    for (const event of events) if (!ours.includes(event)) this.#count(event, 'unknown');
    return ours;
  }

  /** Acts on events until `stopAt`. `false`: another run has taken the feed. */
  async #actOnAll(
    lease: FeedLease,
    events: readonly WaitingEvent[],
    until: number,
    stopAt = Number.POSITIVE_INFINITY,
  ): Promise<boolean> {
    for (const event of events) {
      if (this.#context.time.monotonic() >= stopAt) break;
      await this.#actOn(event, until);
      if (!(await lease.keepAlive())) return false;
    }
    return true;
  }

  /** Acts on one event; what cannot be acted on is put aside, and the run continues. */
  async #actOn({ since, tries, ...event }: WaitingEvent, until: number): Promise<void> {
    const { time, telemetry } = this.#context;
    try {
      // A page of slow events must not outlast the run.
      if (time.monotonic() >= until) throw new ProblemError('upstream-unavailable', { fault: 'run-over' });
      this.#count(event, await actOn(this.#context, event, this.#step()));
      if (tries > 0) await this.#waiting.done(event, this.#step());
    } catch (error) {
      const { code, fault } = asProblem(error);
      telemetry.log('warning', 'feed-event-waits', { type: event.type, code, fault });
      this.#count(event, 'waits');
      if (time.now() - since > stuckMs)
        telemetry.alert(
          'feed-event-stuck',
          'An event of the feed could not be acted on for more than an hour. The log line before it says why.',
          { fault },
        );
      // Where this fails, too, the page is not worked through.
      await this.#waiting.put({ ...event, since, tries }, this.#step());
    }
  }

  #count({ type }: AltinnEvent, result: EventResult | 'waits'): void {
    this.#context.telemetry.count('feedEvent', { type: oneOf(feedTypes, type, 'other'), result });
  }
}
