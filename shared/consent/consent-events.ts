import { randomUUID } from 'node:crypto';
import type { Altinn } from '../altinn/client.ts';
import { type AltinnEvent, followedTypes } from '../altinn/events.ts';
import { asProblem, ProblemError } from '../problems.ts';
import { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { At, Documents } from '../storage/documents.ts';
import { oneOf } from '../telemetry/dimensions.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { EventAction } from './event-action.ts';
import { type Feed, feedLeaseMs, startOfDay } from './feed-document.ts';
import type { WaitingEvent, WaitingEvents } from './waiting-events.ts';

/** How a run went. `complete`: the feed was read to its end. `busy`: another run is at it. */
export type FeedResult = 'complete' | 'unfinished' | 'busy';

/** `sync-consent-events`: follows Altinn's event feed. */
export type ConsentEvents = {
  /** One run. Throws what stopped it; the next run begins where this one had come to. */
  sync(): Promise<FeedResult>;
  /** Whether the last complete run began less than `CONSENT_FEED_FRESH_MINUTES` ago, and no event of this consent waits. */
  isFresh(consentId: string, deadline: Deadline): Promise<boolean>;
};

/** What is counted under its own name; Altinn may send more. */
const feedTypes = [...followedTypes, 'other'] as const;
/** A run stops after this long and leaves the rest to the next; the host would end it at ten minutes. */
const runMs = 4 * 60_000;
/** What waits is tried for so long in a run, so that it does not keep the run from what is new. */
const waitingMs = 60_000;
/** One page, and one event, may take this long. Less than the lease, so that the holder never looks dead at work. */
const stepMs = feedLeaseMs - 2000;
/** An event that has waited for so long is reported. */
const stuckMs = 60 * 60_000;

/**
 * Every event is acted on at least once: the position is written down only behind a page that was worked through, and an
 * event met again changes nothing. The last, not full page has no position behind it, so each run reads it again.
 */
export function createConsentEvents(ports: {
  altinn: Pick<Altinn, 'events'>;
  feed: Documents<Feed>;
  /** The partition of the feed's row (`partitionOf`). */
  partition: string;
  waiting: WaitingEvents;
  action: EventAction;
  freshMs: number;
  time: Time;
  telemetry: Telemetry;
}): ConsentEvents {
  const { altinn, feed, partition, waiting, action, time, telemetry } = ports;
  const step = () => Deadline.after(time, stepMs);

  /** Takes the feed for one run; `undefined` while another run, here or on another instance, holds it. */
  const take = async (runId: string): Promise<At<Feed> | undefined> => {
    const { result, at } = await feed.change(
      partition,
      step(),
      (read) => {
        const isHeld = read.doc?.runId !== undefined && read.ageMs <= feedLeaseMs;
        if (isHeld) return { result: false };
        // A row that cannot be read is made again. Without a first day everything is read: nothing may be missed.
        const since = read.etag === undefined ? startOfDay(time.now()) : read.doc?.since;
        return { result: true, next: { ...read.doc, since, runId } };
      },
      { evenUnreadable: true },
    );
    return result ? at : undefined;
  };

  /** Acts on one event; what cannot be acted on is put aside, and the feed goes on. */
  const actOn = async (event: AltinnEvent, since: number, tries: number, until: number) => {
    try {
      // A page of slow events must not outlast the run.
      if (time.monotonic() >= until) throw new ProblemError('upstream-unavailable', { fault: 'run-over' });
      const result = await action.act(event, step());
      telemetry.count('feedEvent', { type: oneOf(feedTypes, event.type, 'other'), result });
      if (tries > 0) await waiting.done(event, step());
    } catch (error) {
      const { code, fault } = asProblem(error);
      telemetry.log('warning', 'feed-event-waits', { type: event.type, code, fault });
      telemetry.count('feedEvent', { type: oneOf(feedTypes, event.type, 'other'), result: 'waits' });
      if (time.now() - since > stuckMs)
        telemetry.alert(
          'feed-event-stuck',
          'An event of the feed could not be acted on for more than an hour. The log line before it says why.',
          { fault },
        );
      // Where this fails, too, the page is not worked through.
      await waiting.put({ ...event, since, tries }, step());
    }
  };

  const run = async (): Promise<FeedResult> => {
    const runId = randomUUID();
    let held = await take(runId);
    if (held === undefined) return 'busy';
    /** Writes down how far the run has come, and keeps the feed for it. `false`: another run has taken it; stop. */
    const keep = async (change: Partial<Feed>) => {
      const { result, at } = await feed.change(
        partition,
        step(),
        ({ doc }) => (doc?.runId === runId ? { result: true, next: { ...doc, ...change } } : { result: false }),
        { seen: held },
      );
      held = at;
      return result;
    };
    const until = time.monotonic() + runMs;
    let keptAt = time.monotonic();
    const keepAlive = async () => {
      if (time.monotonic() - keptAt < feedLeaseMs / 3) return true;
      keptAt = time.monotonic();
      return keep({});
    };
    /** `false`: another run has taken the feed. */
    const actOnAll = async (events: readonly WaitingEvent[], stopAt = Number.POSITIVE_INFINITY) => {
      for (const { since, tries, ...event } of events) {
        if (time.monotonic() >= stopAt) break;
        await actOn(event, since, tries, until);
        if (!(await keepAlive())) return false;
      }
      return true;
    };
    let isReread = false;
    try {
      const waitingNow = await waiting.read(step());
      if (!(await actOnAll(waitingNow.due, time.monotonic() + waitingMs))) return 'unfinished';
      for (;;) {
        const askedAt = time.now();
        const { position, since: createdAfter } = held?.doc ?? {};
        const page = await altinn.events({ position, createdAfter }, step());
        if (page === undefined) {
          telemetry.alert(
            'feed-position-unknown',
            'Altinn does not know the place in the event feed; it is read again.',
          );
          if (isReread)
            throw new ProblemError('upstream-invalid-reply', { fault: 'altinn-events-position', party: 'altinn' });
          isReread = true;
          if (!(await keep({ position: undefined }))) return 'unfinished';
          continue;
        }
        const ours = await action.ours(page.events, step);
        for (const event of page.events)
          if (!ours.includes(event))
            telemetry.count('feedEvent', { type: oneOf(feedTypes, event.type, 'other'), result: 'unknown' });
        const now = time.now();
        // One that waits has its own time: the last page is read again in each run.
        const news = ours.filter((event) => !waitingNow.has(event));
        const events = news.map((event) => ({ ...event, since: now, tries: 0 }));
        if (!(await actOnAll(events))) return 'unfinished';
        if (page.next !== undefined && 'fault' in page.next)
          throw new ProblemError('upstream-invalid-reply', { fault: page.next.fault, party: 'altinn' });
        const change = page.next === undefined ? { completeAt: askedAt } : { position: page.next.position };
        if (!(await keep(change))) return 'unfinished';
        if (page.next === undefined) return 'complete';
        if (time.monotonic() >= until) return 'unfinished';
      }
    } finally {
      // A lease that is not given back runs out by itself.
      await keep({ runId: undefined }).catch(() => telemetry.log('warning', 'feed-not-released'));
    }
  };

  const completeAt = async (deadline: Deadline): Promise<number | undefined> =>
    (await feed.read(partition, deadline, { evenUnreadable: true })).doc?.completeAt;

  /** How old the knowledge of withdrawals is. Never the reason why a run fails. */
  const reportAge = async () => {
    const at = await completeAt(step()).catch(() => undefined);
    if (at !== undefined) telemetry.record('feedAge', Math.round((time.now() - at) / 1000));
  };

  return {
    async sync() {
      try {
        const result = await run();
        telemetry.count('feedRun', { result });
        if (result !== 'busy') await reportAge();
        telemetry.log('info', 'sync-consent-events', { result });
        return result;
      } catch (error) {
        telemetry.count('feedRun', { result: 'failed' });
        await reportAge();
        const { code, fault } = asProblem(error);
        telemetry.log('error', 'sync-consent-events', { result: 'failed', code, fault });
        throw error;
      }
    },

    async isFresh(consentId, deadline) {
      const [at, isWaiting] = await Promise.all([completeAt(deadline), waiting.isWaiting(consentId, deadline)]);
      if (at === undefined || isWaiting) return false;
      const ageMs = time.now() - at;
      // A time in the future is no evidence.
      return ageMs >= 0 && ageMs <= ports.freshMs;
    },
  };
}
