import * as z from 'zod';
import { hash, instant, storedSessionKey } from '../storage/document-schemas.ts';

/** The states of a consent, from the question to its end. */
export type ConsentState =
  | 'pending'
  | 'accepted'
  | 'rejected'
  | 'revoked'
  | 'expired'
  /** A newer accepted consent has replaced it. */
  | 'superseded'
  /** Left unanswered past `CONSENT_REQUEST_TTL_MINUTES`. */
  | 'abandoned'
  /** Ended by the customer at the bank (`DELETE /consents/current`). */
  | 'ended';

/** What moves a consent. The first four are Altinn's answer, read and checked; the rest is the clock or our own act. */
export type ConsentEvidence =
  | 'altinn-accepted'
  | 'altinn-rejected'
  | 'altinn-revoked'
  | 'valid-to-passed'
  | 'newer-accepted'
  /** An earlier request, which was given up, was accepted after all: this open one is not needed any more. */
  | 'other-adopted'
  | 'request-too-old'
  | 'customer-ended';

/**
 * Why an accepted consent that has not ended is not used now. `refused`: by Lånekassen. `token`: Maskinporten refuses a consent token
 * for it. `absent`: Altinn does not know it. `status`: Altinn has another status than accepted. `resource`: not one of ours.
 * `validity`: longer than a year. `giver`, `receiver`: another person or organisation. `restored`: it comes from a backup.
 */
export const doubtReasons = [
  'refused',
  'token',
  'absent',
  'status',
  'resource',
  'validity',
  'giver',
  'receiver',
  'restored',
] as const;
export type DoubtReason = (typeof doubtReasons)[number];

/** Whether a party other than Altinn refuses the consent: Altinn's own confirmation says nothing about that. */
export const isRefusal = (reason: DoubtReason | undefined): reason is 'refused' | 'token' =>
  reason === 'refused' || reason === 'token';

/**
 * The transitions as data: state → evidence → next state. Evidence that is not here changes nothing: `transition` is the only way
 * from one state to another.
 */
export const consentMoves: Readonly<Record<ConsentState, Partial<Record<ConsentEvidence, ConsentState>>>> = {
  pending: {
    'altinn-accepted': 'accepted',
    'altinn-rejected': 'rejected',
    'altinn-revoked': 'revoked',
    'valid-to-passed': 'expired',
    'request-too-old': 'abandoned',
    'other-adopted': 'abandoned',
    'customer-ended': 'ended',
  },
  accepted: {
    'altinn-revoked': 'revoked',
    'valid-to-passed': 'expired',
    'newer-accepted': 'superseded',
    'customer-ended': 'ended',
  },
  // Answered in Altinn after we had given it up: adopted, unless another consent is active (the use case sees to that).
  abandoned: { 'altinn-accepted': 'accepted', 'customer-ended': 'ended' },
  rejected: {},
  revoked: {},
  expired: {},
  superseded: {},
  ended: {},
};

/** The most sessions of a person that may hold a saldo at once, and that a doubt remembers: more than a person has devices. */
export const maxSessions = 20;
/** The most values of `state` that are kept for one request. There is more than one only where an answer was lost. */
export const maxStates = 3;

const doubt = z.strictObject({
  reason: z.enum(doubtReasons),
  /** When the doubt was raised. */
  at: instant,
  /** Login sessions that have checked it: each does so once. */
  checkedIn: z.array(storedSessionKey).max(maxSessions).readonly(),
});

/** A doubt about an accepted consent. A later successful check of the same consent removes it. */
export type Doubt = z.infer<typeof doubt>;

const url = z.string().min(1).max(8192);

const question = z.strictObject({
  returnUrl: url,
  /** Where the customer answers. Absent until Altinn has answered the POST. */
  consentUrl: url.optional(),
  /** Hashes of the callback's `state` values that lead to it, newest last: one for each POST that was sent. */
  stateHashes: z.array(hash).max(maxStates).readonly(),
});

/** What an open request needs to be answered. */
export type Question = z.infer<typeof question>;

/** One consent request and its state, as it is stored. Instants are milliseconds since 1970. */
export const consentSchema = z.strictObject({
  /** Our own UUID; from the POST on it is Altinn's consent id. */
  id: z.guid(),
  state: z.enum(Object.keys(consentMoves) as [ConsentState, ...ConsentState[]]),
  createdAt: instant,
  /** When `state` last changed. */
  changedAt: instant,
  /** As asked; from the acceptance on as Altinn answers. */
  validTo: instant,
  /** The resource that it was asked or imported with. */
  resourceId: z.string().min(1).max(256),
  /** When Lånekassen first answered 200: from then on no consent token is sent (duty C-2). */
  consentTokenAcceptedAt: instant.optional(),
  /** Moved from Altinn 2 and imported; used only with `ACCEPT_MIGRATED_CONSENTS`. */
  migrated: z.literal(true).optional(),
  doubt: doubt.optional(),
  /** Only while it is pending. */
  question: question.optional(),
});

/** One consent request and its state. */
export type Consent = z.infer<typeof consentSchema>;

/** Whether a state is final. */
export function isFinal(state: ConsentState): boolean {
  return Object.keys(consentMoves[state]).length === 0;
}

/** Whether a piece of evidence would change the consent. Evidence that cannot need not be fetched. */
export function canMove({ state }: Consent, evidence: ConsentEvidence): boolean {
  return consentMoves[state][evidence] !== undefined;
}

/** The consent after a piece of evidence; the same object when it changes nothing. */
export function transition(consent: Consent, evidence: ConsentEvidence, now: number): Consent {
  const state = consentMoves[consent.state][evidence];
  return state === undefined ? consent : { ...consent, state, changedAt: now };
}

/** The consent, marked as expired when `validTo` has passed. The change has that date, not today's. */
export function expired(consent: Consent, now: number): Consent {
  if (consent.validTo > now) return consent;
  const next = transition(consent, 'valid-to-passed', now);
  return next === consent ? consent : { ...next, changedAt: Math.max(consent.changedAt, consent.validTo) };
}

const dayMs = 86_400_000;

/** The instant from which a new consent may be requested although this one is in force: at once if it is in doubt. */
export function renewFrom(consent: Consent, renewDaysBefore: number): number {
  return Math.min(consent.doubt?.at ?? Number.POSITIVE_INFINITY, consent.validTo - renewDaysBefore * dayMs);
}

/** All consents of a person, as one question: which one is active, which is open, and what the front end is shown. */
export type Overview = { active: Consent | undefined; open: Consent | undefined; last: Consent | undefined };

/** `active`: accepted and `validTo` ahead. `open`: asked and not answered. `last`: the one that changed last. */
export function overviewOf(consents: readonly Consent[], now: number): Overview {
  const sorted = newestFirst(consents);
  return {
    active: sorted.find((consent) => consent.state === 'accepted' && consent.validTo > now),
    open: sorted.find((consent) => consent.state === 'pending'),
    last: sorted[0],
  };
}

/** Consents in the order of their last change, then of their request. */
export function newestFirst(consents: readonly Consent[]): Consent[] {
  return [...consents].sort((a, b) => b.changedAt - a.changedAt || b.createdAt - a.createdAt);
}

/** How long an abandoned request is read again where no consent is active, milliseconds. After that only the event feed reports it. */
const adoptableMs = dayMs;

/** A recently abandoned request, which may have been answered in a page that stayed open; `undefined` with an active consent. */
export function adoptable(consents: readonly Consent[], now: number): Consent | undefined {
  if (overviewOf(consents, now).active) return undefined;
  return newestFirst(consents).find(
    (consent) => consent.state === 'abandoned' && now - consent.changedAt < adoptableMs,
  );
}
