import * as z from 'zod';
import type { PersonKey } from '../person/person-key.ts';
import { hash, instant, storedPersonKey, storedSessionKey, withoutVersion } from '../storage/document-schemas.ts';
import type { DocumentKind } from '../storage/documents.ts';
import { type Consent, type ConsentState, consentMoves, doubtReasons } from './consent.ts';
import { leftToErase, maxClosed, maxFormerNames, maxListed, maxRequests, maxSessions, type Person } from './person.ts';

/**
 * The content of a person's row: the customer, who may be moving to another key (`movingTo`; nothing else may change the row then), or
 * a signpost to the key where the customer is now.
 */
export type PersonRow = (Person & { movingTo?: PersonKey | undefined }) | { movedTo: PersonKey; purgeAt: number };

const states = Object.keys(consentMoves) as [ConsentState, ...ConsentState[]];
const url = z.string().min(1).max(8192);

const question = z.strictObject({
  returnUrl: url,
  consentUrl: url.optional(),
  stateHashes: z.array(hash).max(3),
});

const consent = z.strictObject({
  id: z.guid(),
  state: z.enum(states),
  createdAt: instant,
  changedAt: instant,
  validTo: instant,
  resourceId: z.string().min(1).max(256),
  consentTokenAcceptedAt: instant.optional(),
  migrated: z.literal(true).optional(),
  doubt: z
    .strictObject({ reason: z.enum(doubtReasons), at: instant, checkedIn: z.array(storedSessionKey).max(maxSessions) })
    .optional(),
  question: question.optional(),
});

const atMostOne = (state: ConsentState) => (consents: readonly Consent[]) =>
  consents.filter((one) => one.state === state).length <= 1;

const person = z.strictObject({
  v: z.literal(1),
  consents: z
    .array(consent)
    .max(maxClosed + 2)
    .refine(atMostOne('accepted'))
    .refine(atMostOne('pending')),
  sessions: z
    .array(z.strictObject({ session: storedSessionKey, consentId: z.guid(), at: instant, until: instant }))
    .max(maxListed),
  requests: z.array(instant).max(maxRequests.aDay),
  formerly: z.array(storedPersonKey).max(maxFormerNames),
  movingTo: storedPersonKey.optional(),
});

// A signpost means the same in every version, so one of a newer version is read too. Otherwise a customer whose row a newer version
// has moved would depend on which processes know both keys, after that version is taken back.
const signpost = z.object({
  v: z.int().min(1),
  movedTo: storedPersonKey,
  purgeAt: instant,
  consents: z.undefined().optional(),
});

const schema = z.union([person, signpost]);

/** The kind of document that a person's row is. Closed consents are kept for `retentionMs`, then the row may be swept. */
export function personKind(retentionMs: number, now: () => number): DocumentKind<PersonRow> {
  return {
    kind: 'person',
    rowKey: 'person',
    version: 1,
    parse: (json) => withoutVersion(schema.safeParse(json)),
    due(row) {
      if ('movedTo' in row) return { purgeAt: row.purgeAt };
      const eraseAt = leftToErase(row, now()).length > 0 ? now() : undefined;
      return { purgeAt: purgeAtOf(row, retentionMs), eraseAt };
    },
  };
}

/** When a customer's row may be swept: it is kept for the retention time, because the bank must account for the processing. */
export function purgeAtOf({ consents, requests, sessions }: Person, retentionMs: number): number {
  const ends = consents.map(({ state, changedAt, validTo }) =>
    state === 'pending' || state === 'accepted' ? validTo : changedAt,
  );
  return Math.max(...[...ends, ...requests].map((at) => at + retentionMs), ...sessions.map(({ until }) => until), 0);
}
