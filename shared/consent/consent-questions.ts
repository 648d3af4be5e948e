import { AltinnError } from '../altinn/refusals.ts';
import { checkedViewUri } from '../altinn/reply.ts';
import type { Caller } from '../person/caller.ts';
import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import { applyAnswer, checkInAltinn } from './altinn-check.ts';
import { type Consent, maxStates, type Question, transition } from './consent.ts';
import type { ConsentContext } from './consent-context.ts';
import { hashOfState, newState } from './consent-index.ts';
import type { PersonAt } from './people.ts';
import { withConsent } from './person.ts';
import { isLoopback } from './return-url.ts';
import type { PendingConsent } from './shown-consent.ts';

/** Sends a stored request to Altinn, returns its page, and gives up a request that will not be answered. */
export class ConsentQuestions {
  readonly #context: ConsentContext;

  constructor(context: ConsentContext) {
    this.#context = context;
  }

  /**
   * Sends the request to Altinn, with a new `state`, and stores its link. `undefined`: the request has ended in between.
   * `first`: the `state` that the request was written with; by default a new one. Throws `consent-person-mismatch`,
   * `upstream-…`, `configuration`.
   */
  async ask(
    caller: Caller,
    given: PersonAt,
    consent: Consent,
    deadline: Deadline,
    first?: string,
  ): Promise<PendingConsent | undefined> {
    const { altinn, settings } = this.#context;
    const { question, at, state } =
      first === undefined
        ? await this.#anotherState(given, consent.id, deadline)
        : { question: consent.question, at: given, state: first };
    if (question === undefined) return undefined;
    // Stored before it is sent, so that every answer that comes back has its request.
    await this.#rememberStates(at, consent.id, question, deadline);
    const redirectUrl = `${settings.publicBaseUrl}/api/consents/callback?state=${state}`;
    const { id, validTo } = consent;
    const answer = await altinn
      .create({ id, person: caller.nationalId, validTo, redirectUrl }, deadline)
      .catch(async (error: unknown) => {
        // The id is known there for other parties: it will never be this customer's.
        if (error instanceof AltinnError && error.altinnCode === 'AM-00016') await this.#giveUp(at, id, deadline);
        throw error;
      });
    // Altinn silently ignores differences in a repeated request, so its stored request is judged like any answer.
    const reading = await applyAnswer(this.#context, at, consent, answer, deadline);
    if (reading.kind === 'mismatch') {
      await this.#giveUp(reading.at, id, deadline);
      const isOfParties = ['giver', 'receiver', 'resource'].includes(reading.mismatch);
      throw new ProblemError(isOfParties ? 'consent-person-mismatch' : 'upstream-invalid-reply', {
        fault: `altinn-${reading.mismatch}`,
        party: 'altinn',
      });
    }
    if (reading.consent.state !== 'pending') return undefined;
    const consentUrl = this.#linkOf(answer.viewUri);
    const written = await this.#setQuestion(reading.at, id, (before) => ({ ...before, consentUrl }), deadline);
    return written.question && { state: 'pending', consentUrl };
  }

  /**
   * `POST /consents` with an open request: reads it in Altinn, and returns its page again with the newer return URL.
   * `undefined`: it has moved, and the customer must be read again.
   */
  async meet(
    caller: Caller,
    given: PersonAt,
    open: Consent,
    returnUrl: string,
    deadline: Deadline,
  ): Promise<PendingConsent | undefined> {
    const reading = await checkInAltinn(this.#context, given, open, deadline);
    if (reading.kind === 'settled' && reading.consent.state !== 'pending') return undefined;
    if (this.#isTooOld(open) || reading.kind === 'mismatch') {
      await this.#giveUp(reading.at, open.id, deadline);
      return undefined;
    }
    const isNew = open.question?.returnUrl !== returnUrl;
    const { question, at } = isNew
      ? await this.#setQuestion(reading.at, open.id, (before) => ({ ...before, returnUrl }), deadline)
      : { question: open.question, at: reading.at };
    if (question === undefined) return undefined;
    const consent = { ...open, question };
    if (this.#storedLink(question) === undefined || reading.kind === 'absent')
      return this.ask(caller, at, consent, deadline);
    const consentUrl = await this.giveOut(at, consent, deadline);
    return consentUrl === undefined ? undefined : { state: 'pending', consentUrl };
  }

  /** The page of an open request, whose `state` then lives as long as this page; `undefined`: it has none. */
  async giveOut(at: PersonAt, open: Consent, deadline: Deadline): Promise<string | undefined> {
    const { id, question } = open;
    // The next POST replaces a request that is too old, so its page is not returned any more.
    const link = question && this.#storedLink(question);
    if (question === undefined || link === undefined || this.#isTooOld(open)) return undefined;
    await this.#rememberStates(at, id, question, deadline);
    return link;
  }

  #giveUp(at: PersonAt, id: string, deadline: Deadline) {
    const { people, time } = this.#context;
    const abandoned = (consent: Consent) => transition(consent, 'request-too-old', time.now());
    return people.change(at, deadline, (person) => ({
      result: undefined,
      next: withConsent(person, id, abandoned, time.now()),
    }));
  }

  /** Changes the question of a request that is still open; without a question in what it gives, the request is not open. */
  async #setQuestion(at: PersonAt, id: string, next: (question: Question) => Question, deadline: Deadline) {
    const { people, time } = this.#context;
    const written = await people.change(at, deadline, (person) => {
      const open = person.consents.find((consent) => consent.id === id && consent.state === 'pending');
      if (open?.question === undefined) return { result: undefined };
      const question = next(open.question);
      return { result: question, next: withConsent(person, id, (consent) => ({ ...consent, question }), time.now()) };
    });
    return { question: written.result, at: written.at };
  }

  /** A new `state` for a request that is sent again: which of them is in Altinn is not known then. */
  async #anotherState(at: PersonAt, id: string, deadline: Deadline) {
    const state = newState();
    // The first one always stays: Altinn keeps what arrived first, and that is most likely the first that was sent.
    const next = (before: Question) => ({
      ...before,
      stateHashes: [
        ...before.stateHashes.slice(0, 1),
        ...[...before.stateHashes.slice(1), hashOfState(state)].slice(1 - maxStates),
      ],
    });
    return { ...(await this.#setQuestion(at, id, next, deadline)), state };
  }

  #rememberStates(at: PersonAt, consentId: string, { returnUrl, stateHashes }: Question, deadline: Deadline) {
    const { index, time } = this.#context;
    const target = { personKey: at.name, consentId, returnUrl, expiresAt: time.now() + this.#requestTtlMs };
    return Promise.all(stateHashes.map((hash) => index.rememberState(hash, target, deadline)));
  }

  get #requestTtlMs(): number {
    return this.#context.settings.consent.requestTtlMinutes * 60_000;
  }

  #isTooOld({ createdAt }: Consent): boolean {
    return this.#context.time.now() - createdAt >= this.#requestTtlMs;
  }

  #linkOf(consentUrl: string | undefined): string {
    return checkedViewUri(consentUrl, this.#context.settings.altinn.baseUrl, isLoopback);
  }

  /** Checked again: a stored link that is not Altinn's does not count, and is read from Altinn again. */
  #storedLink({ consentUrl }: Question): string | undefined {
    try {
      return consentUrl && this.#linkOf(consentUrl);
    } catch {
      return undefined;
    }
  }
}
