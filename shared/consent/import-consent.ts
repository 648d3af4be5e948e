import type { NationalId } from '../person/national-id.ts';
import type { KeyedName } from '../person/person-key.ts';
import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { Altinn } from './altinn.ts';
import { type Consent, overviewOf } from './consent.ts';
import type { ConsentStore } from './consent-store.ts';
import { type Mismatch, verdictOf } from './verdict.ts';

/** What became of one consent moved from Altinn 2. Only `recorded` and `already-recorded` count from now on. */
export type ImportResult =
  | 'recorded'
  | 'already-recorded'
  /** The customer has given a newer one meanwhile. */
  | 'another-stands'
  | 'unknown-to-altinn'
  | `mismatch-${Mismatch}`
  /** What Altinn says of it, where that is not accepted: `pending`, `rejected`, `revoked`, `expired`. */
  | `not-accepted-${Consent['state']}`;

const maxRounds = 5;
/** Pauses before a step is tried again, milliseconds: a bulk of thousands must not fail for one busy second. */
const pausesMs = [500, 1000, 2000, 4000];

/** Tries one step again while what it needs does not answer; what was verified already is not verified again. */
async function patiently<T>(time: Time, deadline: Deadline, work: () => Promise<T>): Promise<T> {
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
 * Records a consent that was moved from Altinn 2 under the same id (domain/altinn-consent.md §14). It is verified in
 * Altinn before it counts. Doing it again changes nothing. Throws `configuration` unless `ACCEPT_MIGRATED_CONSENTS`, and `upstream-…`.
 */
export async function importConsent(
  ports: {
    accepts: boolean;
    altinn: Altinn;
    store: ConsentStore;
    keyOf: (nationalId: NationalId) => KeyedName;
    bank: { organisationNumber: string; resourceId: string };
    returnUrl: string;
    time: Time;
  },
  { nationalId, id }: { nationalId: NationalId; id: string },
  deadline: Deadline,
): Promise<ImportResult> {
  if (!ports.accepts) throw new ProblemError('configuration', { fault: 'accept-migrated-consents-is-off' });
  const { altinn, store, keyOf, time } = ports;
  const person = keyOf(nationalId);
  const isThere = (consents: readonly Consent[]) => consents.some((consent) => consent.id === id);
  const step = <T>(work: () => Promise<T>) => patiently(time, deadline, work);
  if (isThere((await step(() => store.load(person, deadline))).consents)) return 'already-recorded';
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
    returnUrl: ports.returnUrl,
    migrated: true,
  };
  const isPerson = (giver: NationalId) => giver.equals(nationalId);
  const verdict = verdictOf(asked, answer, { ...ports.bank, isPerson }, now);
  if ('mismatch' in verdict) return `mismatch-${verdict.mismatch}`;
  const { consent } = verdict;
  if (consent.state !== 'accepted') return `not-accepted-${consent.state}`;
  await step(() => store.rememberConsent(id, person, consent.validTo, deadline));
  for (let round = 0; round < maxRounds; round++) {
    const loaded = await step(() => store.load(person, deadline));
    if (isThere(loaded.consents)) return 'already-recorded';
    if (overviewOf(loaded.consents, now).standing) return 'another-stands';
    if (await step(() => store.save(loaded, [consent], [], deadline))) return 'recorded';
  }
  throw new ProblemError('upstream-unavailable', { fault: 'consents-contended', retryAfterSeconds: 5 });
}
