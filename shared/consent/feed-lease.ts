import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import { documentKind, instant } from '../storage/document-schemas.ts';
import type { At, Documents } from '../storage/documents.ts';

const schema = z.strictObject({
  /** The continuation token behind which nothing has been read yet; `undefined`: from `since` on. */
  position: z.string().max(256).optional(),
  /** Older events are not requested: the day of the first run, or of the first import if that was earlier. */
  since: instant.optional(),
  /** When the last run that read the feed to its end began. */
  completeAt: instant.optional(),
  /** The run that reads it now. */
  runId: z.string().max(64).optional(),
});

/** How far the event feed has been read, and by which run. Instants in milliseconds since 1970. */
export type Feed = z.infer<typeof schema>;

/** The kind of document that the feed's row is; the sweep never takes it. */
export const feedKind = documentKind('feed', schema, () => ({}));

/** The partition of the feed's row of one consumer organisation (nine digits), and of the events that wait. */
export const feedPartitionOf = (organisationNumber: string): string => `feed-${organisationNumber}`;

/** A run that has not written for so long counts as dead, by the Table service's clock. Milliseconds. */
export const feedLeaseMs = 10_000;

/** Where the feed begins at its first run: events of consents that were asked for before it on that day count too. */
export const startOfDay = (now: number): number => now - (now % 86_400_000);

/** One write of the lease may take this long. Less than the lease, so that the holder never looks dead at work. Milliseconds. */
export const feedStepMs = feedLeaseMs - 2000;

/** The event feed, held by one run on all instances. */
export type FeedLease = {
  /** The feed's row as this run has written it, or as another run that has taken it. */
  readonly doc: Feed | undefined;
  /** Writes down how far the run has come, and keeps the feed for it. `false`: another run has taken it; stop. */
  keep(change: Partial<Feed>): Promise<boolean>;
  /** Keeps the feed, if it was not written for a third of the lease. `false`: another run has taken it; stop. */
  keepAlive(): Promise<boolean>;
};

/** Takes the feed for one run; `undefined` while another run, here or on another instance, holds it. */
export async function takeFeed(feed: Documents<Feed>, partition: string, time: Time): Promise<FeedLease | undefined> {
  const runId = randomUUID();
  const step = () => Deadline.after(time, feedStepMs);
  const take = ({ doc, etag, ageMs }: At<Feed>) => {
    if (doc?.runId !== undefined && ageMs <= feedLeaseMs) return { result: false };
    // A row that cannot be read is made again. Without a first day everything is read: nothing may be missed.
    const since = etag === undefined ? startOfDay(time.now()) : doc?.since;
    return { result: true, next: { ...doc, since, runId } };
  };
  const taken = await feed.change(partition, step(), take, { evenUnreadable: true });
  if (!taken.result) return undefined;
  let held = taken.at;
  let keptAt = time.monotonic();
  const keep = async (change: Partial<Feed>) => {
    const from = time.monotonic();
    const decide = ({ doc }: At<Feed>) =>
      doc?.runId === runId ? { result: true, next: { ...doc, ...change } } : { result: false };
    const { result, at } = await feed.change(partition, step(), decide, { seen: held });
    held = at;
    keptAt = from;
    return result;
  };
  return {
    get doc() {
      return held.doc;
    },
    keep,
    keepAlive: async () => time.monotonic() - keptAt < feedLeaseMs / 3 || keep({}),
  };
}
