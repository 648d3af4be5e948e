import { randomUUID } from 'node:crypto';
import type { Altinn } from '../altinn/client.ts';
import type { Caller } from '../person/caller.ts';
import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import { contended } from '../telemetry/failure.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Usable } from './active-consent.ts';
import type { AltinnCheck } from './altinn-check.ts';
import { hashOfState, newState } from './callback-state.ts';
import {
  adoptable,
  type Consent,
  closedState,
  overviewOf,
  renewFrom,
  shownState,
  transition,
  validToFrom,
} from './consent.ts';
import type { Doubts } from './consent-doubts.ts';
import type { ConsentIndex } from './consent-index.ts';
import { createConsentQuestions } from './consent-questions.ts';
import type { People, PersonAt } from './people.ts';
import { mayAskAfterRefusal, requestWaitMs, withEach, withRequest } from './person.ts';
import { allowedReturnUrl, isLoopback, type ReturnUrlRule } from './return-url.ts';
import type { ActiveConsent, CurrentConsent, EndedConsent, PendingConsent } from './shown-consent.ts';

/** The use cases of a consent. */
export type Consents = {
  /**
   * `POST /consents`: a new request, or the consent or request that is there. Throws `return-url-not-allowed`,
   * `consent-refused`, `too-many-requests`, `upstream-…`, `configuration`.
   */
  start(
    caller: Caller,
    at: PersonAt,
    returnUrl: string,
    deadline: Deadline,
  ): Promise<{ created: true; consent: PendingConsent } | { created: false; consent: PendingConsent | ActiveConsent }>;
  /** `GET /consents/current`. */
  current(at: PersonAt, deadline: Deadline): Promise<CurrentConsent>;
  /** `DELETE /consents/current`: ends the use and erases what is held. It works for a row that cannot be read, too. */
  end(at: PersonAt, deadline: Deadline): Promise<EndedConsent>;
};

/** Numbers of the settings. */
export type ConsentNumbers = { validityDays: number; renewDaysBefore: number; requestTtlMs: number };

/** The most rounds. In each round another request may have changed the row. */
const maxRounds = 10;

/** Makes the use cases. */
export function createConsents(ports: {
  people: People;
  index: ConsentIndex;
  altinn: Altinn;
  altinnCheck: AltinnCheck;
  doubts: Doubts;
  usable: Usable;
  altinnBaseUrl: string;
  publicBaseUrl: string;
  allowedReturnUrls: readonly ReturnUrlRule[];
  /** The resource that is asked for. */
  resourceId: string;
  retentionMs: number;
  numbers: ConsentNumbers;
  time: Time;
  telemetry: Telemetry;
}): Consents {
  const { people, index, altinnCheck, doubts, usable, numbers, time, telemetry } = ports;
  const questions = createConsentQuestions({ ...ports, requestTtlMs: numbers.requestTtlMs });
  const withdrawUrl = withdrawUrlOf(ports.altinnBaseUrl);

  const renewalOf = (consent: Consent) => renewFrom({ ...consent, doubt: doubts.of(consent) }, numbers.renewDaysBefore);
  const shownAccepted = (consent: Consent): ActiveConsent => ({
    state: 'accepted',
    validTo: iso(consent.validTo),
    // A doubt without a stored time comes from the settings. It counts as old as the consent.
    renewFrom: iso(Math.max(renewalOf(consent), consent.createdAt)),
  });
  const isInTheWay = (consent: Consent | undefined): consent is Consent =>
    consent !== undefined && time.now() < renewalOf(consent);

  /** Refuses a new request that comes too soon after others. Opening an open request again is not limited. */
  const refuseTooMany = (at: PersonAt) => {
    const now = time.now();
    const overview = overviewOf(usable(at.person.consents), now);
    if (overview.last?.doubt?.reason === 'refused' && !mayAskAfterRefusal(at.person, now))
      throw new ProblemError('consent-refused', {
        consentState: shownState(overview),
        detail: 'Lånekassen has refused the consent again; a new one may be asked for tomorrow.',
      });
    const waitMs = requestWaitMs(at.person, now);
    if (waitMs > 0)
      throw new ProblemError('too-many-requests', {
        retryAfterSeconds: Math.ceil(waitMs / 1000),
        detail: 'Too many new consent requests for this customer; an open one can still be opened again.',
      });
  };

  /** Stores a new request before it is sent, so that the request can be found again if the answer is lost. */
  const opened = async (at: PersonAt, returnUrl: string, deadline: Deadline) => {
    const now = time.now();
    const state = newState();
    const consent: Consent = {
      id: randomUUID(),
      state: 'pending',
      createdAt: now,
      changedAt: now,
      validTo: validToFrom(now, numbers.validityDays),
      resourceId: ports.resourceId,
      question: { returnUrl, stateHashes: [hashOfState(state)] },
    };
    await index.rememberConsent(consent.id, at.name, consent.validTo + ports.retentionMs, deadline);
    const written = await people.change(at, deadline, (person) => {
      const { open, active } = overviewOf(usable(person.consents), time.now());
      // Another request was first.
      if (open || isInTheWay(active) || requestWaitMs(person, now) > 0) return { result: false };
      return { result: true, next: withRequest(person, consent) };
    });
    return { isOpened: written.result, at: written.at, consent, state };
  };

  return {
    async start(caller, given, returnUrlText, deadline) {
      const returnUrl = allowedReturnUrl(returnUrlText, ports.allowedReturnUrls);
      if (returnUrl === undefined)
        throw new ProblemError('return-url-not-allowed', {
          detail: 'returnUrl is not covered by the URLs that the bank has allowed.',
        });
      let at = given;
      for (let round = 0; round < maxRounds; round++) {
        at = await people.upToDate(round === 0 ? at : await people.read(at.names, deadline), deadline);
        const { active, open } = overviewOf(usable(at.person.consents), time.now());
        if (open) {
          const asked = await questions.meet(caller, at, open, returnUrl, deadline);
          if (asked) return { created: false, consent: asked };
          continue;
        }
        if (isInTheWay(active)) return { created: false, consent: shownAccepted(active) };
        const left = adoptable(usable(at.person.consents), time.now());
        if (left !== undefined) {
          const reading = await altinnCheck.check(at, left, deadline);
          if (reading.kind === 'settled' && reading.consent.state === 'accepted') continue;
        }
        refuseTooMany(at);
        const { isOpened, at: now, consent, state } = await opened(at, returnUrl, deadline);
        if (!isOpened) continue;
        telemetry.event('consentStep', { step: 'requested' }, { sinceRequestMs: 0 });
        const asked = await questions.ask(caller, now, consent, deadline, state);
        if (asked) return { created: true, consent: asked };
      }
      throw new ProblemError('upstream-unavailable', {
        fault: 'consents-contended',
        failure: contended,
        retryAfterSeconds: 5,
      });
    },

    async current(given, deadline) {
      const { at } = await altinnCheck.checkOpen(await people.upToDate(given, deadline), deadline);
      const overview = overviewOf(usable(at.person.consents), time.now());
      const { active, open } = overview;
      // Altinn may have used up the time: the known state is returned, without a link by which no browser could come back.
      const consentUrl = open && (await questions.giveOut(at, open, deadline).catch(withoutLink));
      const link = consentUrl === undefined ? {} : { consentUrl };
      if (active) return { ...shownAccepted(active), ...link, withdrawUrl };
      if (open) return { state: 'pending', ...link };
      return { state: closedState(overview) };
    },

    async end(given, deadline) {
      await people.change(
        given,
        deadline,
        (person) => ({
          result: undefined,
          next: withEach(person, (consent) => transition(consent, 'customer-ended', time.now())),
        }),
        { evenUnreadable: true },
      );
      return { state: 'none', withdrawUrl };
    },
  };
}

const iso = (ms: number) => new Date(ms).toISOString();

function withoutLink(error: unknown): undefined {
  if (!(error instanceof ProblemError)) throw error;
}

/** Altinn's page of given consents, where the customer withdraws (route read in Altinn's front-end source, `consent/active`). */
export function withdrawUrlOf(altinnBaseUrl: string): string {
  const url = new URL(altinnBaseUrl);
  const origin = isLoopback(url.hostname) ? url.origin : `https://am.ui.${url.hostname.replace(/^platform\./, '')}`;
  return `${origin}/accessmanagement/ui/consent/active`;
}
