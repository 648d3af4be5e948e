import * as z from 'zod';
import { documentKind, instant } from '../storage/document-schemas.ts';

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
