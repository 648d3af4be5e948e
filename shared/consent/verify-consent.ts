import type { AltinnConsent } from '../altinn/reply.ts';
import type { NationalId } from '../person/national-id.ts';
import { type Consent, expired, isRefusal, transition } from './consent.ts';

const dayMs = 86_400_000;

/**
 * The `validTo` to ask for: the earlier of now + `days` and the same date next year (29 February → 28), minus 2 hours.
 * The year is the scheme's limit, the margin keeps clear of summer time and clocks (docs/contracts/open-questions.md U16).
 */
export function validToFrom(now: number, days: number): number {
  return Math.min(now + days * dayMs, sameDateNextYear(now)) - 2 * 3_600_000;
}

/** The same date and time of day next year in UTC; 29 February becomes the 28th. */
export function sameDateNextYear(now: number): number {
  const date = new Date(now);
  const next = new Date(now);
  next.setUTCFullYear(date.getUTCFullYear() + 1);
  if (next.getUTCMonth() !== date.getUTCMonth()) next.setUTCDate(0);
  return next.getTime();
}

/** The parties and resources of a valid answer. */
export type Expected = {
  isPerson(nationalId: NationalId): boolean;
  organisationNumber: string;
  /** The resources that are accepted; the first is used for new requests. */
  resourceIds: readonly string[];
};

/** The part of an answer that is not this person's, bank's or service's. */
export type Mismatch = 'id' | 'giver' | 'receiver' | 'resource' | 'validity';

/** What Altinn's answer means for a consent: the consent as it is now, or why the answer must not be believed. */
export type Verification = { consent: Consent } | { mismatch: Mismatch };

/** Judges Altinn's answer about `consent`. Pure; `Status` in a browser's address is never part of it. */
export function verifyConsent(consent: Consent, answer: AltinnConsent, expected: Expected, now: number): Verification {
  const mismatch = mismatchOf(consent, answer, expected);
  if (mismatch !== undefined) return { mismatch };
  switch (answer.status) {
    case 'accepted': {
      // Altinn sets no maximum; a consent for longer than the scheme's year is not one we asked for.
      if (answer.validTo > sameDateNextYear(consent.createdAt)) return { mismatch: 'validity' };
      // Altinn never reports `Expired`: usable is accepted *and* ahead (docs/contracts/altinn-consent.md §5).
      const next = transition(consent, 'altinn-accepted', now);
      // A consent that has ended here stays as it was stored.
      if (next.state !== 'accepted') return { consent };
      // A consent that Altinn confirms again is no longer in doubt. Only the party that refuses it can end that doubt.
      const isCleared = next.doubt !== undefined && !isRefusal(next.doubt.reason);
      if (next === consent && next.validTo === answer.validTo && !isCleared) return { consent: expired(next, now) };
      const accepted = { ...next, validTo: answer.validTo, doubt: isCleared ? undefined : next.doubt };
      return { consent: expired(accepted, now) };
    }
    case 'rejected':
      return { consent: transition(consent, 'altinn-rejected', now) };
    case 'revoked':
    case 'deleted':
      return { consent: transition(consent, 'altinn-revoked', now) };
    case 'expired':
      // Time ends an accepted consent, not a status that Altinn never stores (docs/contracts/corrections.md 4).
      return {
        consent: consent.state === 'accepted' ? expired(consent, now) : transition(consent, 'valid-to-passed', now),
      };
    case 'created':
      return {
        consent:
          answer.validTo > now || consent.state === 'accepted' ? consent : transition(consent, 'valid-to-passed', now),
      };
  }
}

function mismatchOf(consent: Consent, answer: AltinnConsent, expected: Expected): Mismatch | undefined {
  if (answer.id !== consent.id) return 'id';
  if (answer.from === undefined || !expected.isPerson(answer.from)) return 'giver';
  if (answer.requiredDelegator !== undefined && !expected.isPerson(answer.requiredDelegator)) return 'giver';
  if (answer.to !== expected.organisationNumber) return 'receiver';
  const [resourceId, ...others] = answer.resourceIds;
  const isOurs = resourceId === consent.resourceId && expected.resourceIds.includes(resourceId);
  if (!isOurs || others.length > 0) return 'resource';
  return undefined;
}
