import { randomUUID } from 'node:crypto';
import type { Caller } from '../person/caller.ts';
import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import { contention } from '../storage/documents.ts';
import { checkOpen } from './altinn-check.ts';
import { type Consent, isRefusal, renewFrom, transition } from './consent.ts';
import type { ConsentContext } from './consent-context.ts';
import { doubtOf } from './consent-doubts.ts';
import { closedState, overviewNow, shownState } from './consent-in-force.ts';
import { hashOfState, newState } from './consent-index.ts';
import { ConsentQuestions } from './consent-questions.ts';
import type { PersonAt } from './people.ts';
import { mayAskAfterRefusal, type Person, requestWaitMs, withEach, withRequest } from './person.ts';
import { allowedReturnUrl } from './return-url.ts';
import type { ActiveConsent, CurrentConsent, EndedConsent, PendingConsent } from './shown-consent.ts';
import { validToFrom } from './verify-consent.ts';
import { withdrawUrlOf } from './withdraw-url.ts';

/** The most rounds. In each round another request may have changed the row. */
const maxRounds = 10;

/** What `POST /consents` comes to: a new request, or the consent or request that is there. */
export type StartedConsent =
  | { created: true; consent: PendingConsent }
  | { created: false; consent: PendingConsent | ActiveConsent };

/** The use cases of a consent. */
export class Consents {
  readonly #context: ConsentContext;
  readonly #questions: ConsentQuestions;
  readonly #withdrawUrl: string;

  constructor(context: ConsentContext) {
    this.#context = context;
    this.#questions = new ConsentQuestions(context);
    this.#withdrawUrl = withdrawUrlOf(context.settings.altinn.baseUrl);
  }

  /** `POST /consents`. Throws `return-url-not-allowed`, `consent-refused`, `too-many-requests`, `upstream-…`, `configuration`. */
  async start(caller: Caller, given: PersonAt, returnUrlText: string, deadline: Deadline): Promise<StartedConsent> {
    const { bank, people, telemetry } = this.#context;
    const returnUrl = allowedReturnUrl(returnUrlText, bank.returnUrls.allowed);
    if (returnUrl === undefined)
      throw new ProblemError('return-url-not-allowed', {
        detail: 'returnUrl is not covered by the URLs that the bank has allowed.',
      });
    let at = given;
    for (let round = 0; round < maxRounds; round++) {
      at = await people.upToDate(round === 0 ? at : await people.read(at.names, deadline), deadline);
      const { active, open } = overviewNow(this.#context, at.person);
      if (open) {
        const asked = await this.#questions.meet(caller, at, open, returnUrl, deadline);
        if (asked) return { created: false, consent: asked };
        continue;
      }
      if (this.#isInTheWay(active)) return { created: false, consent: this.#shownAccepted(active) };
      // None is open, so a reading is that of a request that was given up, and accepted after all.
      if ((await checkOpen(this.#context, at, deadline)).reading !== undefined) continue;
      this.#refuseTooMany(at.person);
      const { isOpened, at: now, consent, state } = await this.#open(at, returnUrl, deadline);
      if (!isOpened) continue;
      telemetry.event('consentStep', { step: 'requested' }, { sinceRequestMs: 0 });
      const asked = await this.#questions.ask(caller, now, consent, deadline, state);
      if (asked) return { created: true, consent: asked };
    }
    throw contention('consents-contended');
  }

  /** `GET /consents/current`. */
  async current(given: PersonAt, deadline: Deadline): Promise<CurrentConsent> {
    const upToDate = await this.#context.people.upToDate(given, deadline);
    const { at } = await checkOpen(this.#context, upToDate, deadline);
    const overview = overviewNow(this.#context, at.person);
    const { active, open } = overview;
    // Altinn may have used up the time: the known state is returned, without a link by which no browser could come back.
    const consentUrl = open && (await this.#questions.giveOut(at, open, deadline).catch(withoutLink));
    const link = consentUrl === undefined ? {} : { consentUrl };
    if (active) return { ...this.#shownAccepted(active), ...link, withdrawUrl: this.#withdrawUrl };
    if (open) return { state: 'pending', ...link };
    return { state: closedState(overview) };
  }

  /** `DELETE /consents/current`: ends the use and erases what is held. It works for a row that cannot be read, too. */
  async end(given: PersonAt, deadline: Deadline): Promise<EndedConsent> {
    const { people, time } = this.#context;
    const now = time.now();
    const ended = (consent: Consent) => transition(consent, 'customer-ended', now);
    await people.change(given, deadline, (person) => ({ result: undefined, next: withEach(person, ended) }), {
      evenUnreadable: true,
    });
    return { state: 'none', withdrawUrl: this.#withdrawUrl };
  }

  /** Refuses a new request that comes too soon after others. Opening an open request again is not limited. */
  #refuseTooMany(person: Person): void {
    const now = this.#context.time.now();
    const overview = overviewNow(this.#context, person);
    if (isRefusal(overview.last?.doubt?.reason) && !mayAskAfterRefusal(person, now))
      throw new ProblemError('consent-refused', {
        consentState: shownState(overview),
        detail: 'Lånekassen has refused the consent again; a new one may be asked for tomorrow.',
      });
    const waitMs = requestWaitMs(person, now);
    if (waitMs > 0)
      throw new ProblemError('too-many-requests', {
        retryAfterSeconds: Math.ceil(waitMs / 1000),
        detail: 'Too many new consent requests for this customer; an open one can still be opened again.',
      });
  }

  /** Stores a new request before it is sent, so that the request can be found again if the answer is lost. */
  async #open(at: PersonAt, returnUrl: string, deadline: Deadline) {
    const { people, index, settings, retentionMs, time } = this.#context;
    const now = time.now();
    const state = newState();
    const consent: Consent = {
      id: randomUUID(),
      state: 'pending',
      createdAt: now,
      changedAt: now,
      validTo: validToFrom(now, settings.consent.validityDays),
      resourceId: settings.altinn.resourceIds[0],
      question: { returnUrl, stateHashes: [hashOfState(state)] },
    };
    await index.rememberConsent(consent.id, at.name, consent.validTo + retentionMs, deadline);
    const written = await people.change(at, deadline, (person) => {
      const { open, active } = overviewNow(this.#context, person);
      // Another request was first.
      if (open || this.#isInTheWay(active) || requestWaitMs(person, now) > 0) return { result: false };
      return { result: true, next: withRequest(person, consent) };
    });
    return { isOpened: written.result, at: written.at, consent, state };
  }

  #renewalOf(consent: Consent): number {
    const doubt = doubtOf(this.#context, consent);
    return renewFrom({ ...consent, doubt }, this.#context.settings.consent.renewDaysBefore);
  }

  #shownAccepted(consent: Consent): ActiveConsent {
    // A doubt without a stored time comes from the settings. It counts as old as the consent.
    const renewAt = Math.max(this.#renewalOf(consent), consent.createdAt);
    return { state: 'accepted', validTo: iso(consent.validTo), renewFrom: iso(renewAt) };
  }

  #isInTheWay(consent: Consent | undefined): consent is Consent {
    return consent !== undefined && this.#context.time.now() < this.#renewalOf(consent);
  }
}

const iso = (ms: number) => new Date(ms).toISOString();

function withoutLink(error: unknown): undefined {
  if (!(error instanceof ProblemError)) throw error;
}
