import { ProblemError } from '../problems.ts';
import { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import { oneOf } from '../telemetry/dimensions.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Altinn } from './altinn.ts';
import { type AltinnEvent, followedTypes } from './altinn-events.ts';
import { canMove, overviewOf } from './consent.ts';
import type { ConsentRecords } from './consent-records.ts';
import type { ConsentStore } from './consent-store.ts';
import { type FeedStore, feedLeaseMs } from './feed-store.ts';

/** How a run went. `complete`: the feed was read to its end. `busy`: another run is at it. */
export type FeedResult = 'complete' | 'unfinished' | 'busy';

/** `sync-consent-events`: follows Altinn's event feed. */
export type ConsentEvents = {
  /** One run. Throws what stopped it; the next run begins where this one had come to. */
  sync(): Promise<FeedResult>;
  /** Whether the last complete run began less than `CONSENT_FEED_FRESH_MINUTES` ago. */
  isFresh(deadline: Deadline): Promise<boolean>;
};

/** What is counted under its own name; Altinn may send more. */
const feedTypes = [...followedTypes, 'other'] as const;
/** A run stops after this long and leaves the rest to the next; the host would end it at ten minutes. */
const runMs = 4 * 60_000;
/** One page, and one event, may take this long. Less than the lease, so that the holder never looks dead at work. */
const stepMs = feedLeaseMs - 2000;

/**
 * Every event is acted upon at least once: the position is written down only behind a page that was worked through, and
 * an event met again changes nothing. The last, not full page has no position behind it, so each run reads it anew.
 */
export function createConsentEvents(ports: {
  altinn: Altinn;
  feed: FeedStore;
  store: ConsentStore;
  records: ConsentRecords;
  freshMs: number;
  time: Time;
  telemetry: Telemetry;
}): ConsentEvents {
  const { altinn, feed, store, records, time, telemetry } = ports;
  const step = () => Deadline.after(time, stepMs);

  const act = async ({ consentId, type }: AltinnEvent): Promise<'blocked' | 'settled' | 'unchanged' | 'unknown'> => {
    const deadline = step();
    const person = await store.findConsent(consentId, deadline);
    // The organisation may ask for other consents by other programs.
    if (person === undefined) return 'unknown';
    // Withdrawn is acted upon on the event alone, so that it takes effect while Altinn's other calls are down.
    if (type === 'revoked' || type === 'deleted')
      return (await records.withdraw(person, consentId, deadline)) ? 'blocked' : 'unchanged';
    const { person: settledPerson, consents } = await store.load(person, deadline);
    const consent = consents.find(({ id }) => id === consentId);
    const evidence = type === 'accepted' ? 'altinn-accepted' : 'altinn-rejected';
    if (consent === undefined || !canMove(consent, evidence)) return 'unchanged';
    if (consent.state === 'abandoned' && overviewOf(consents, time.now()).standing) return 'unchanged';
    const reading = await records.settle(settledPerson, consent, deadline);
    if (reading.kind === 'silent') throw reading.problem;
    return 'settled';
  };

  const run = async (): Promise<FeedResult> => {
    const held = await feed.take(step());
    if (held === undefined) return 'busy';
    const until = time.monotonic() + runMs;
    try {
      for (;;) {
        const askedAt = time.now();
        const position = held.position();
        const page = await altinn.events(position, step());
        if (page === undefined) {
          telemetry.alert(
            'feed-position-unknown',
            'Altinn does not know our place in the event feed; it is read anew.',
          );
          if (!(await held.keep({ position: null }, step()))) return 'unfinished';
          continue;
        }
        let keptAt = time.monotonic();
        let failure: unknown;
        for (const event of page.events) {
          try {
            telemetry.count('feedEvent', { type: oneOf(feedTypes, event.type, 'other'), result: await act(event) });
          } catch (error) {
            // The others must not wait for it: one of them may be a withdrawal. The page counts as not worked through.
            failure ??= error;
          }
          if (time.monotonic() - keptAt < feedLeaseMs / 3) continue;
          if (!(await held.keep({}, step()))) return 'unfinished';
          keptAt = time.monotonic();
        }
        if (failure !== undefined) throw failure;
        const change = page.next === undefined ? { completeAt: askedAt } : { position: page.next };
        if (!(await held.keep(change, step()))) return 'unfinished';
        if (page.next === undefined) return 'complete';
        if (time.monotonic() >= until) return 'unfinished';
      }
    } finally {
      // A lease that is not given back runs out by itself.
      await held.release(step()).catch(() => telemetry.log('warning', 'feed-not-released'));
    }
  };

  /** How old our knowledge of withdrawals is. Never the reason why a run fails. */
  const tellAge = async () => {
    const at = await feed.completeAt(step()).catch(() => undefined);
    if (at !== undefined) telemetry.record('feedAge', Math.round((time.now() - at) / 1000));
  };

  return {
    async sync() {
      try {
        const result = await run();
        telemetry.count('feedRun', { result });
        if (result !== 'busy') await tellAge();
        telemetry.log('info', 'sync-consent-events', { result });
        return result;
      } catch (error) {
        telemetry.count('feedRun', { result: 'failed' });
        await tellAge();
        const problem = error instanceof ProblemError ? error : undefined;
        telemetry.log('error', 'sync-consent-events', {
          result: 'failed',
          code: problem?.code ?? 'internal',
          fault: problem?.fault,
        });
        throw error;
      }
    },

    async isFresh(deadline) {
      const at = await feed.completeAt(deadline);
      return at !== undefined && time.now() - at <= ports.freshMs;
    },
  };
}
