import * as z from 'zod';
import { documentKind, instant, storedPersonKey, storedSessionKey } from '../storage/document-schemas.ts';
import type { DocumentKind } from '../storage/documents.ts';
import { type Consent, type ConsentState, consentSchema } from './consent.ts';
import { leftToErase, maxClosed, maxFormerNames, maxListed, maxRequests, nobodyYet, type Person } from './person.ts';

const atMostOne = (state: ConsentState) => (consents: readonly Consent[]) =>
  consents.filter((one) => one.state === state).length <= 1;

const person = z.strictObject({
  consents: z
    .array(consentSchema)
    .max(maxClosed + 2)
    .refine(atMostOne('accepted'))
    .refine(atMostOne('pending'))
    .readonly(),
  sessions: z
    .array(z.strictObject({ session: storedSessionKey, consentId: z.guid(), at: instant, until: instant }))
    .max(maxListed)
    .readonly(),
  requests: z.array(instant).max(maxRequests.aDay).readonly(),
  formerly: z.array(storedPersonKey).max(maxFormerNames).readonly(),
  /** The customer moves to another key: nothing else may change the row then. */
  movingTo: storedPersonKey.optional(),
});

const signpost = z.object({
  movedTo: storedPersonKey,
  purgeAt: instant,
  consents: z.undefined().optional(),
});

const schema = z.union([person, signpost]);

/** The content of a person's row: the customer, or a signpost to the key where the customer is now. */
export type PersonRow = z.infer<typeof schema>;

/** The kind of document that a person's row is. Closed consents are kept for `retentionMs`, then the row may be swept. */
export function personKind(retentionMs: number, now: () => number): DocumentKind<PersonRow> {
  const due = (row: PersonRow) => {
    if ('movedTo' in row) return { purgeAt: row.purgeAt };
    const eraseAt = leftToErase(row, now()).length > 0 ? now() : undefined;
    // A row without content may go now. The year 1970 would count as long overdue.
    return { purgeAt: purgeAtOf(row, retentionMs) || now(), eraseAt };
  };
  // A signpost of a newer version is read too. Otherwise a customer whose row a newer version has moved would depend on which
  // processes know both keys, after that version is taken back.
  return documentKind('person', schema, due, (row) => 'movedTo' in row);
}

/**
 * When a customer's row may be swept: it is kept for the retention time, because the bank must account for the processing. An
 * imported consent that has ended is kept while Altinn calls it valid, because an import could bring it back.
 */
export function purgeAtOf({ consents, requests, sessions }: Person, retentionMs: number): number {
  const ends = consents.map(({ state, changedAt, validTo, migrated }) =>
    state === 'pending' || state === 'accepted'
      ? validTo + retentionMs
      : Math.max(changedAt + retentionMs, migrated ? validTo : 0),
  );
  return Math.max(...ends, ...requests.map((at) => at + retentionMs), ...sessions.map(({ until }) => until), 0);
}

/** No consent is valid for longer than this from its request or its import, milliseconds: a year, which may be a leap year. */
export const maxValidityMs = 366 * 86_400_000;

const consentIds = /(?<![\w-])[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?![\w-])/gi;

/**
 * The customer of a row that cannot be read, once the use has ended: the consents whose ids are in the text have ended. Without them an
 * import could bring one back.
 */
export function endedIn(unreadable: string, now: number): Person {
  const ids = [...new Set(unreadable.match(consentIds) ?? [])].slice(0, maxClosed);
  const ended = { state: 'ended' as const, createdAt: now, changedAt: now, validTo: now + maxValidityMs };
  return { ...nobodyYet, consents: ids.map((id) => ({ ...ended, id, resourceId: 'unknown', migrated: true })) };
}
