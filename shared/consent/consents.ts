import { randomUUID } from 'node:crypto';
import type { Caller } from '../person/caller.ts';
import type { KeyedName } from '../person/person-key.ts';
import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Altinn } from './altinn.ts';
import { adoptable, type Consent, closedState, overviewOf, renewFrom, validToFrom } from './consent.ts';
import { type ConsentCallback, createConsentCallback } from './consent-callback.ts';
import { createConsentQuestions } from './consent-questions.ts';
import type { ConsentRecords } from './consent-records.ts';
import type { ConsentStore, PersonConsents } from './consent-store.ts';
import { mayAskAfterRefusal } from './refusal.ts';
import { allowedReturnUrl, isLoopback, type ReturnUrlRule } from './return-url.ts';
import type { CurrentConsent, EndedConsent, PendingConsent, StandingConsent } from './shown-consent.ts';

/** The use cases of a consent. */
export type Consents = {
  /** `POST /consents`: a new request, or the one that stands. Throws `return-url-not-allowed`, `consent-refused`, `upstream-…`, `configuration`. */
  start(
    caller: Caller,
    person: KeyedName,
    returnUrl: string,
    deadline: Deadline,
  ): Promise<
    { created: true; consent: PendingConsent } | { created: false; consent: PendingConsent | StandingConsent }
  >;
  /** `GET /consents/callback`: where to send the browser. Never throws for what a browser brings. */
  callback: ConsentCallback;
  current(person: KeyedName, deadline: Deadline): Promise<CurrentConsent>;
  /** `DELETE /consents/current`: use stops, what is held goes. */
  end(person: KeyedName, deadline: Deadline): Promise<EndedConsent>;
};

export type ConsentNumbers = { validityDays: number; renewDaysBefore: number; requestTtlMs: number };

type Ports = {
  records: ConsentRecords;
  store: ConsentStore;
  altinn: Altinn;
  altinnBaseUrl: string;
  publicBaseUrl: string;
  returnUrls: { allowed: readonly ReturnUrlRule[]; standard: string };
  numbers: ConsentNumbers;
  /** While a secret is rotated and a person has two keys: lets one process at a time open a request (consent-turn.ts). */
  inTurn?: (caller: Caller, deadline: Deadline, work: (by: Deadline) => Promise<boolean>) => Promise<boolean>;
  time: Time;
  telemetry: Telemetry;
};

/** Each round meets what another request has changed meanwhile. */
const maxRounds = 10;

export function createConsents(ports: Ports): Consents {
  const { records, store, numbers, time, telemetry } = ports;
  const { ask, abandon } = createConsentQuestions({ ...ports, requestTtlMs: numbers.requestTtlMs });
  const withdrawUrl = withdrawUrlOf(ports.altinnBaseUrl);

  const shownAccepted = (consent: Consent): StandingConsent => ({
    state: 'accepted',
    validTo: iso(consent.validTo),
    renewFrom: iso(renewFrom(consent, numbers.renewDaysBefore)),
  });

  /** Stored before it is sent: an answer that is lost leaves a request that can be found again, by its id too. */
  const stored = async (loaded: PersonConsents, consent: Consent, by: Deadline): Promise<boolean> => {
    await store.rememberConsent(consent.id, loaded.person, consent.validTo, by);
    return store.save(loaded, [consent], [], by);
  };

  /** Writes a new request down. `false`: something has changed since `loaded`. */
  const openedBy = async (caller: Caller, loaded: PersonConsents, consent: Consent, deadline: Deadline) => {
    if (ports.inTurn === undefined) return stored(loaded, consent, deadline);
    return ports.inTurn(caller, deadline, async (by) => {
      const again = await store.load(loaded.person, by);
      return again.etag === loaded.etag && again.person === loaded.person && stored(again, consent, by);
    });
  };

  const setReturnUrl = async (person: KeyedName, id: string, returnUrl: string, deadline: Deadline) => {
    await records.change(person, deadline, (consents) =>
      consents
        .filter((consent) => consent.id === id && consent.returnUrl !== returnUrl)
        .map((consent) => ({ ...consent, returnUrl })),
    );
  };

  /** What to do about an open request: keep it, send it (again), or look at the consents anew since it has moved. */
  const meetOpen = async (
    person: KeyedName,
    open: Consent,
    deadline: Deadline,
  ): Promise<PendingConsent | 'send' | 'moved'> => {
    const reading = await records.settle(person, open, deadline);
    if (reading.kind === 'settled' && reading.consent.state !== 'pending') return 'moved';
    const tooOld = time.now() - open.createdAt >= numbers.requestTtlMs;
    if (tooOld || reading.kind === 'mismatch') {
      await abandon(person, open.id, deadline);
      return 'moved';
    }
    if (open.consentUrl === undefined || reading.kind === 'absent') return 'send';
    return { state: 'pending', consentUrl: open.consentUrl };
  };

  return {
    async start(caller, person, returnUrlText, deadline) {
      const returnUrl = allowedReturnUrl(returnUrlText, ports.returnUrls.allowed);
      if (returnUrl === undefined)
        throw new ProblemError('return-url-not-allowed', {
          detail: 'returnUrl is not covered by the URLs that the bank has allowed.',
        });
      // Writes down what has run out meanwhile.
      await records.load(person, deadline);
      for (let round = 0; round < maxRounds; round++) {
        const loaded = await store.load(person, deadline);
        const { consents } = loaded;
        const { standing, open, last } = overviewOf(consents, time.now());
        if (open) {
          const next = await meetOpen(person, open, deadline);
          if (next === 'moved') continue;
          await setReturnUrl(person, open.id, returnUrl, deadline);
          const asked = next === 'send' ? await ask(caller, person, open, deadline) : next;
          if (asked) return { created: false, consent: asked };
          continue;
        }
        if (standing && time.now() < renewFrom(standing, numbers.renewDaysBefore))
          return { created: false, consent: shownAccepted(standing) };
        const left = adoptable(consents, time.now());
        if (left !== undefined) {
          const reading = await records.settle(person, left, deadline);
          if (reading.kind === 'settled' && reading.consent.state === 'accepted') continue;
        }
        if (last?.state === 'refused' && !mayAskAfterRefusal(consents, time.now()))
          throw new ProblemError('consent-refused', {
            consentState: 'rejected',
            detail: 'Lånekassen has refused the consent again; a new one may be asked for tomorrow.',
          });
        const now = time.now();
        const consent: Consent = {
          id: randomUUID(),
          state: 'pending',
          createdAt: now,
          changedAt: now,
          validTo: validToFrom(now, numbers.validityDays),
          returnUrl,
        };
        if (!(await openedBy(caller, loaded, consent, deadline))) continue;
        telemetry.event('consentStep', { step: 'requested' }, { sinceRequestMs: 0 });
        const asked = await ask(caller, person, consent, deadline);
        if (asked) return { created: true, consent: asked };
      }
      throw new ProblemError('upstream-unavailable', { fault: 'consents-contended', retryAfterSeconds: 5 });
    },

    callback: createConsentCallback({ records, store, standardReturnUrl: ports.returnUrls.standard, time, telemetry }),

    async current(person, deadline) {
      const { consents } = await records.settleOpen(person, deadline);
      const overview = overviewOf(consents, time.now());
      const { standing, open } = overview;
      if (standing)
        return {
          ...shownAccepted(standing),
          ...(open?.consentUrl === undefined ? {} : { consentUrl: open.consentUrl }),
          withdrawUrl,
        };
      if (open) return { state: 'pending', ...(open.consentUrl === undefined ? {} : { consentUrl: open.consentUrl }) };
      return { state: closedState(overview) };
    },

    async end(person, deadline) {
      await records.end(person, deadline);
      return { state: 'none', withdrawUrl };
    },
  };
}

const iso = (ms: number) => new Date(ms).toISOString();

/** Altinn's page of given consents, where the customer withdraws (route read in Altinn's front-end source, `consent/active`). */
export function withdrawUrlOf(altinnBaseUrl: string): string {
  const url = new URL(altinnBaseUrl);
  const origin = isLoopback(url.hostname) ? url.origin : `https://am.ui.${url.hostname.replace(/^platform\./, '')}`;
  return `${origin}/accessmanagement/ui/consent/active`;
}
