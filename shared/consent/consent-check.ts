import type { SessionKey } from '../person/person-key.ts';
import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import { UpstreamError } from '../resilience/upstream-problems.ts';
import { partyOf } from '../telemetry/failure.ts';
import { checkInAltinn, checkOpen } from './altinn-check.ts';
import type { ConsentContext } from './consent-context.ts';
import { doubtOf, raiseDoubt, refuseChecked } from './consent-doubts.ts';
import { type Active, changed, overviewNow, ownIn, refusal } from './consent-in-force.ts';
import type { PersonAt } from './people.ts';
import { withConsent, withSession } from './person.ts';

/** How long a caller waits before Altinn is asked again (docs/contracts/interface.md §3). */
const unverifiableRetrySeconds = 30;

/**
 * The check before every look-up: without a consent in force that Altinn confirms there is no call to Lånekassen. It also records
 * what a look-up reports of the consent. All methods throw `consent-…` and `upstream-…`.
 */
export class ConsentCheck {
  readonly #context: ConsentContext;
  readonly #isFeedFresh: (consentId: string, deadline: Deadline) => Promise<boolean>;

  /** `isFeedFresh`: the event feed is fresh (`CONSENT_FEED_FRESH_MINUTES`), and no event of this consent waits. */
  constructor(context: ConsentContext, isFeedFresh: (consentId: string, deadline: Deadline) => Promise<boolean>) {
    this.#context = context;
    this.#isFeedFresh = isFeedFresh;
  }

  /** The consent in force. An open request is read in Altinn first. Throws the consent problem that says which. */
  async findActive(given: PersonAt, session: SessionKey, deadline: Deadline): Promise<Active> {
    const context = this.#context;
    // An open renewal is read too, because it may have replaced the consent in force.
    const { at, reading } = await checkOpen(context, await context.people.upToDate(given, deadline), deadline);
    const { active: consent } = overviewNow(context, at.person);
    if (consent === undefined && reading?.kind === 'mismatch')
      throw new ProblemError('consent-person-mismatch', { fault: `altinn-${reading.mismatch}` });
    if (consent === undefined) throw refusal(context, at.person);
    refuseChecked(context, consent, session);
    const verified = reading?.kind === 'settled' && reading.consent.id === consent.id;
    return { at, session, consent, verified, until: 0 };
  }

  /**
   * Adds the session to those that may hold a saldo until `untilGiven`. The write is guarded, so it is the re-read of the consent
   * as well: an end that comes later finds the session, and one that came before makes this write fail.
   */
  async register(active: Active, untilGiven: number, deadline: Deadline): Promise<Active> {
    const { people, time } = this.#context;
    const { result, at } = await people.change(active.at, deadline, (person) => {
      const consent = ownIn(this.#context, person, active.consent.id);
      const until = Math.min(untilGiven, consent.validTo);
      const since = Math.max(time.now(), (consent.doubt?.at ?? 0) + 1);
      const entry = { session: active.session, consentId: consent.id, at: since, until };
      return { result: { consent, until }, next: withSession(person, entry) };
    });
    return { ...active, at, ...result };
  }

  /** Altinn says that the consent is in force, or the event feed does (`CONSENT_CHECK`). Else throws `consent-unverifiable`. */
  async verify(active: Active, deadline: Deadline): Promise<void> {
    const { settings, telemetry } = this.#context;
    const isByFeed = settings.consent.check === 'by-feed';
    const isInDoubt = doubtOf(this.#context, active.consent) !== undefined;
    const feedSays = async () => !isInDoubt && (await this.#isFeedFresh(active.consent.id, deadline));
    if (isByFeed && (await feedSays())) return telemetry.count('feedEvidence', { why: 'by-feed' });
    try {
      await this.verifyInAltinn(active, deadline);
    } catch (error) {
      // Altinn's answer decides. Only if Altinn is silent, a fresh event feed is enough.
      const isSilent = error instanceof ProblemError && error.code === 'consent-unverifiable';
      if (!isSilent || isByFeed || !(await feedSays())) throw error;
      telemetry.count('feedEvidence', { why: 'altinn-silent' });
    }
  }

  /** The consent as it is in our tables now. */
  async reload(active: Active, deadline: Deadline): Promise<Active> {
    const at = await this.#context.people.read(active.at.names, deadline);
    return { ...active, at, consent: ownIn(this.#context, at.person, active.consent.id) };
  }

  /** Reads Altinn at once, with any `CONSENT_CHECK`: Lånekassen or Maskinporten disagrees, or the customer asks for it. */
  async verifyInAltinn(active: Active, deadline: Deadline): Promise<void> {
    const { telemetry, time } = this.#context;
    const reading = await checkInAltinn(this.#context, active.at, active.consent, deadline);
    const now = { ...active, at: reading.at, consent: reading.consent };
    switch (reading.kind) {
      case 'settled':
        if (reading.consent.state === 'accepted' && reading.consent.validTo > time.now()) return;
        throw refusal(this.#context, { consents: [reading.consent] });
      case 'mismatch':
        // An answer about another consent says nothing about this one.
        if (reading.mismatch === 'id') throw new ProblemError('consent-person-mismatch', { fault: 'altinn-id' });
        throw await raiseDoubt(this.#context, now, reading.mismatch, deadline);
      case 'absent':
        telemetry.alert(
          'consent-unknown-to-altinn',
          'Altinn does not know a consent that it had accepted. Ask Altinn; the customer can be asked again.',
        );
        throw await raiseDoubt(this.#context, now, 'absent', deadline);
      case 'contradicted':
        throw await raiseDoubt(this.#context, now, 'status', deadline);
      case 'silent':
        throw unverifiable(reading.problem);
    }
  }

  /**
   * Lånekassen has answered: adds an entry to the customer's log. After a 200 no consent token is needed any more (duty C-2).
   * Throws when the consent is not in force any more, or it cannot be written: what is not in the log is not shown.
   */
  async recordUse(active: Active, event: 'saldo-fetched' | 'not-a-customer', deadline: Deadline): Promise<Active> {
    const { people, watch, time } = this.#context;
    const { id } = active.consent;
    // One instant for all tries: an entry whose write was applied, and whose answer was lost, is not written twice.
    const usedAt = time.now();
    const { result, at } = await people.change(active.at, deadline, (person) => {
      const consent = ownIn(this.#context, person, id);
      const entry = person.sessions.find((one) => one.session === active.session && one.consentId === id);
      // The end of the consent found the session, erased it and removed it from the list.
      if (entry === undefined) throw changed();
      const consentTokenAcceptedAt = consent.consentTokenAcceptedAt ?? (event === 'saldo-fetched' ? usedAt : undefined);
      const isNews = consentTokenAcceptedAt !== consent.consentTokenAcceptedAt || consent.doubt !== undefined;
      const now = { ...consent, consentTokenAcceptedAt, doubt: undefined };
      return {
        result: { consent, until: Math.min(entry.until, consent.validTo) },
        next: isNews ? withConsent(person, id, () => now, time.now()) : person,
        entries: [{ at: usedAt, event, consentValidTo: consent.validTo }],
      };
    });
    watch.good('refused');
    return { ...active, at, ...result };
  }

  /**
   * Lånekassen refuses a consent that Altinn calls accepted (`refused`), or Maskinporten a consent token for it (`token`). Returns
   * the problem to throw.
   */
  recordRefusal(active: Active, by: 'refused' | 'token', deadline: Deadline): Promise<ProblemError> {
    return raiseDoubt(this.#context, active, by, deadline);
  }

  /** Maskinporten has given a consent token, so it does not refuse everybody. */
  recordToken(): void {
    this.#context.watch.good('token');
  }
}

const unverifiable = (problem: ProblemError) =>
  new ProblemError('consent-unverifiable', {
    fault: problem.fault ?? problem.code,
    // Altinn, or what is asked for its token.
    party: problem instanceof UpstreamError ? partyOf(problem.upstream) : undefined,
    retryAfterSeconds: unverifiableRetrySeconds,
    cause: problem,
  });
