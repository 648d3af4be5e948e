import type { SessionKey } from '../person/person-key.ts';
import { type ProblemCode, ProblemError, type ShownConsentState } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import { UpstreamError } from '../resilience/upstream-problems.ts';
import { contended, partyOf } from '../telemetry/failure.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Active, Usable } from './active-consent.ts';
import type { AltinnCheck } from './altinn-check.ts';
import { type Consent, overviewOf, shownState } from './consent.ts';
import type { Doubts } from './consent-doubts.ts';
import type { People, PersonAt } from './people.ts';
import { withConsent, withSession } from './person.ts';
import type { RefusalWatch } from './refusal-watch.ts';

/** What a look-up needs to know of the consent, and what it has to report about it. All throw `consent-…` and `upstream-…`. */
export type ConsentCheck = {
  /** The consent in force. An open request is read in Altinn first. Throws the consent problem that says which. */
  findActive(at: PersonAt, session: SessionKey, deadline: Deadline): Promise<Active>;
  /**
   * Adds the session to those that may hold a saldo until `until`. The write is guarded, so it is the re-read of the consent
   * as well: an end that comes later finds the session, and one that came before makes this write fail.
   */
  register(active: Active, until: number, deadline: Deadline): Promise<Active>;
  /** Altinn says that the consent is in force, or the event feed does (`CONSENT_CHECK`). Throws `consent-unverifiable` without evidence. */
  verify(active: Active, deadline: Deadline): Promise<void>;
  /** The consent as it is in our tables now. */
  reload(active: Active, deadline: Deadline): Promise<Active>;
  /** Lånekassen or Maskinporten disagrees: reads Altinn at once, with any `CONSENT_CHECK`. */
  verifyInAltinn(active: Active, deadline: Deadline): Promise<void>;
  /**
   * Lånekassen has answered: adds an entry to the customer's log. After a 200 no consent token is needed any more (duty C-2).
   * Throws when the consent is not in force any more, or it cannot be written: what is not in the log is not shown.
   */
  recordUse(active: Active, event: 'saldo-fetched' | 'not-a-customer', deadline: Deadline): Promise<Active>;
  /** Lånekassen refuses a consent that Altinn calls accepted. Returns the problem to throw. */
  recordRefusal(active: Active, deadline: Deadline): Promise<ProblemError>;
};

const codes: Record<Exclude<ShownConsentState, 'accepted'>, ProblemCode> = {
  none: 'consent-required',
  pending: 'consent-pending',
  rejected: 'consent-rejected',
  revoked: 'consent-revoked',
  expired: 'consent-expired',
};

/** How long a caller waits before Altinn is asked again (docs/contracts/interface.md §3). */
const unverifiableRetrySeconds = 30;

/** The check before every look-up: without a consent in force that Altinn confirms there is no call to Lånekassen. */
export function createConsentCheck(ports: {
  people: People;
  altinnCheck: AltinnCheck;
  doubts: Doubts;
  usable: Usable;
  watch: RefusalWatch;
  check: 'per-look-up' | 'by-feed';
  /** Whether the event feed is fresh (`CONSENT_FEED_FRESH_MINUTES`), and no event of this consent waits. */
  isFeedFresh: (consentId: string, deadline: Deadline) => Promise<boolean>;
  time: Time;
  telemetry: Telemetry;
}): ConsentCheck {
  const { people, altinnCheck, doubts, usable, watch, time, telemetry } = ports;

  const changed = () =>
    new ProblemError('upstream-unavailable', { fault: 'consent-changed', failure: contended, retryAfterSeconds: 5 });

  const refusal = (consents: readonly Consent[]): ProblemError => {
    const state = shownState(overviewOf(consents, time.now()));
    // Another consent is in force now: a renewal was accepted during this call. The next call will find it.
    return state === 'accepted' ? changed() : new ProblemError(codes[state]);
  };

  const unverifiable = (problem: ProblemError) =>
    new ProblemError('consent-unverifiable', {
      fault: problem.fault ?? problem.code,
      // Altinn, or what is asked for its token.
      party: problem instanceof UpstreamError ? partyOf(problem.upstream) : undefined,
      retryAfterSeconds: unverifiableRetrySeconds,
      cause: problem,
    });

  const verifyInAltinn: ConsentCheck['verifyInAltinn'] = async (active, deadline) => {
    const reading = await altinnCheck.check(active.at, active.consent, deadline);
    const now = { ...active, at: reading.at, consent: reading.consent };
    switch (reading.kind) {
      case 'settled':
        if (reading.consent.state === 'accepted' && reading.consent.validTo > time.now()) return;
        throw refusal([reading.consent]);
      case 'mismatch':
        // An answer about another consent says nothing about this one.
        if (reading.mismatch === 'id') throw new ProblemError('consent-person-mismatch', { fault: 'altinn-id' });
        throw await doubts.raise(now, reading.mismatch, deadline);
      case 'absent':
        telemetry.alert(
          'consent-unknown-to-altinn',
          'Altinn does not know a consent that it had accepted. Ask Altinn; the customer can be asked again.',
        );
        throw await doubts.raise(now, 'absent', deadline);
      case 'contradicted':
        throw await doubts.raise(now, 'status', deadline);
      case 'silent':
        throw unverifiable(reading.problem);
    }
  };

  /** The active consent as it is in `at`, if it is in force. */
  const ownIn = (consents: readonly Consent[], id: string): Consent => {
    const own = usable(consents).find((consent) => consent.id === id);
    if (own?.state !== 'accepted' || own.validTo <= time.now()) throw refusal(usable(consents));
    return own;
  };

  return {
    async findActive(given, session, deadline) {
      const at = await people.upToDate(given, deadline);
      const { active: inForce, open } = overviewOf(usable(at.person.consents), time.now());
      const found = (now: PersonAt, consent: Consent, verified: boolean): Active => {
        doubts.refuseChecked(consent, session);
        return { at: now, session, consent, verified, until: 0 };
      };
      if (inForce && !open) return found(at, inForce, false);
      // An open renewal is read too, because it may have replaced the consent in force.
      const { at: now, reading } = await altinnCheck.checkOpen(at, deadline);
      if (reading?.kind === 'mismatch' && !inForce)
        throw new ProblemError('consent-person-mismatch', { fault: `altinn-${reading.mismatch}` });
      const settled = overviewOf(usable(now.person.consents), time.now()).active;
      if (settled) return found(now, settled, reading?.kind === 'settled' && reading.consent.id === settled.id);
      throw refusal(usable(now.person.consents));
    },

    async register(active, untilGiven, deadline) {
      const { result, at } = await people.change(active.at, deadline, (person) => {
        const consent = ownIn(person.consents, active.consent.id);
        const until = Math.min(untilGiven, consent.validTo);
        const since = Math.max(time.now(), (consent.doubt?.at ?? 0) + 1);
        const entry = { session: active.session, consentId: consent.id, at: since, until };
        return { result: { consent, until }, next: withSession(person, entry) };
      });
      return { ...active, at, ...result };
    },

    async verify(active, deadline) {
      const isByFeed = ports.check === 'by-feed';
      const isInDoubt = doubts.of(active.consent) !== undefined;
      const feedSays = async () => !isInDoubt && (await ports.isFeedFresh(active.consent.id, deadline));
      if (isByFeed && (await feedSays())) return telemetry.count('feedEvidence', { why: 'by-feed' });
      try {
        await verifyInAltinn(active, deadline);
      } catch (error) {
        // Altinn's answer decides. Only if Altinn is silent, a fresh event feed is enough.
        const isSilent = error instanceof ProblemError && error.code === 'consent-unverifiable';
        if (!isSilent || isByFeed || !(await feedSays())) throw error;
        telemetry.count('feedEvidence', { why: 'altinn-silent' });
      }
    },

    verifyInAltinn,

    async reload(active, deadline) {
      const at = await people.read(active.at.names, deadline);
      return { ...active, at, consent: ownIn(at.person.consents, active.consent.id) };
    },

    async recordUse(active, event, deadline) {
      const { id } = active.consent;
      const { result, at } = await people.change(active.at, deadline, (person) => {
        const consent = ownIn(person.consents, id);
        const entry = person.sessions.find((one) => one.session === active.session && one.consentId === id);
        // The end of the consent found the session, erased it and removed it from the list.
        if (entry === undefined) throw changed();
        const consentTokenAcceptedAt =
          consent.consentTokenAcceptedAt ?? (event === 'saldo-fetched' ? time.now() : undefined);
        const isNews = consentTokenAcceptedAt !== consent.consentTokenAcceptedAt || consent.doubt !== undefined;
        const now = { ...consent, consentTokenAcceptedAt, doubt: undefined };
        return {
          result: { consent, until: Math.min(entry.until, consent.validTo) },
          next: isNews ? withConsent(person, id, () => now, time.now()) : person,
          entries: [{ at: time.now(), event, consentValidTo: consent.validTo }],
        };
      });
      watch.good('refused');
      return { ...active, at, ...result };
    },

    async recordRefusal(active, deadline) {
      telemetry.alert(
        'consent-refused',
        'Lånekassen refuses a consent that Altinn calls accepted, after a fresh consent token: ask Lånekassen with the lanekassenRequestId of the line before.',
      );
      return doubts.raise(active, 'refused', deadline);
    },
  };
}
