import type { NationalId } from '../person/national-id.ts';
import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { At, Documents } from '../storage/documents.ts';
import { type Consent, overviewOf } from './consent.ts';
import type { ConsentContext } from './consent-context.ts';
import { type Feed, feedPartitionOf, startOfDay } from './feed-lease.ts';
import { withImported } from './person.ts';
import { type Mismatch, verifyConsent } from './verify-consent.ts';

/** What became of one consent moved from Altinn 2. Only `recorded` and `already-recorded` count from now on. */
export type ImportResult =
  | 'recorded'
  | 'already-recorded'
  /** The customer has given a newer one. */
  | 'another-active'
  | 'unknown-to-altinn'
  | `mismatch-${Mismatch}`
  /** What Altinn says of it, where that is not accepted: `pending`, `rejected`, `revoked`, `expired`. */
  | `not-accepted-${Consent['state']}`;

/** Pauses before a step is tried again, milliseconds: a bulk of thousands must not fail for one busy second. */
const pausesMs = [500, 1000, 2000, 4000];

/** Tries one step again while what it needs does not answer; what was verified already is not verified again. */
async function retryWithBackoff<T>(time: Time, deadline: Deadline, work: () => Promise<T>): Promise<T> {
  for (const pauseMs of pausesMs) {
    try {
      return await work();
    } catch (error) {
      const mayPass = error instanceof ProblemError && /^upstream-(?:busy|unavailable)$/.test(error.code);
      if (!mayPass) throw error;
      await deadline.bound((signal) => time.sleep(pauseMs, signal));
    }
  }
  return work();
}

/**
 * Records a consent that was moved from Altinn 2 under the same id (docs/contracts/altinn-consent.md §14). It is verified in
 * Altinn before it counts. Doing it again changes nothing. Throws `configuration` unless `ACCEPT_MIGRATED_CONSENTS`, and `upstream-…`.
 */
export async function importConsent(
  context: ConsentContext,
  feed: Documents<Feed>,
  { nationalId, id }: { nationalId: NationalId; id: string },
  deadline: Deadline,
): Promise<ImportResult> {
  const { bank, settings, altinn, people, index, keysOf, retentionMs, time } = context;
  if (!settings.consent.acceptMigrated)
    throw new ProblemError('configuration', { fault: 'accept-migrated-consents-is-off' });
  const step = <T>(work: () => Promise<T>) => retryWithBackoff(time, deadline, work);
  const names = keysOf(nationalId);
  const isThere = (consents: readonly Consent[]) => consents.some((consent) => consent.id === id);
  const at = await step(() => people.read(names, deadline));
  if (isThere(at.person.consents)) return 'already-recorded';
  // The feed's first day, before its first run and before Altinn is read: an event after that reading must be among those that the
  // feed is asked for.
  const since = startOfDay(time.now());
  const begin = ({ etag }: At<Feed>) =>
    etag === undefined ? { result: undefined, next: { since } } : { result: undefined };
  await step(() => feed.change(feedPartitionOf(bank.organisationNumber), deadline, begin));
  const answer = await step(() => altinn.read(id, deadline));
  if (answer === undefined) return 'unknown-to-altinn';
  const now = time.now();
  const asked: Consent = {
    id,
    state: 'pending',
    // When Altinn 2 was asked is not known; from today on a year at most holds for it as for any other.
    createdAt: now,
    changedAt: now,
    validTo: answer.validTo,
    resourceId: answer.resourceIds[0] ?? '',
    migrated: true,
  };
  const isPerson = (giver: NationalId) => giver.equals(nationalId);
  const verification = verifyConsent(asked, answer, { ...bank, ...settings.altinn, isPerson }, now);
  if ('mismatch' in verification) return `mismatch-${verification.mismatch}`;
  const { consent } = verification;
  if (consent.state !== 'accepted') return `not-accepted-${consent.state}`;
  await step(() => index.rememberConsent(id, at.name, consent.validTo + retentionMs, deadline));
  const written = await step(() =>
    people.change(at, deadline, (person): { result: ImportResult; next?: typeof person } => {
      if (isThere(person.consents)) return { result: 'already-recorded' };
      if (overviewOf(person.consents, now).active) return { result: 'another-active' };
      return { result: 'recorded', next: withImported(person, consent, now) };
    }),
  );
  return written.result;
}
