import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Caller } from '../person/caller.ts';
import type { KeyedName } from '../person/person-key.ts';
import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Altinn } from './altinn.ts';
import { checkedViewUri } from './altinn-reply.ts';
import { adoptable, type Consent, closedState, moved, overviewOf, renewFrom, validToFrom } from './consent.ts';
import type { ConsentRecords } from './consent-records.ts';
import type { ConsentStore } from './consent-store.ts';
import { mayAskAfterRefusal } from './refusal.ts';
import { allowedReturnUrl, isLoopback, type ReturnUrlRule, withOutcome } from './return-url.ts';
import type { CurrentConsent, EndedConsent, PendingConsent, StandingConsent } from './shown-consent.ts';

/** The word that the return page is told. */
export type CallbackWord = 'accepted' | 'rejected' | 'pending' | 'expired' | 'revoked' | 'failed' | 'unknown';

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
  callback(state: string | undefined, deadline: Deadline): Promise<string>;
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
  time: Time;
  telemetry: Telemetry;
};

/** Each round meets what another request has changed meanwhile. */
const maxRounds = 10;

export function createConsents(ports: Ports): Consents {
  const { records, store, altinn, numbers, time, telemetry } = ports;
  const withdrawUrl = withdrawUrlOf(ports.altinnBaseUrl);

  const shownAccepted = (consent: Consent): StandingConsent => ({
    state: 'accepted',
    validTo: iso(consent.validTo),
    renewFrom: iso(renewFrom(consent, numbers.renewDaysBefore)),
  });

  /** Sends the question to Altinn, with a new `state`, and writes its link down. `undefined`: the request has ended meanwhile. */
  const ask = async (
    caller: Caller,
    person: KeyedName,
    consent: Consent,
    deadline: Deadline,
  ): Promise<PendingConsent | undefined> => {
    const state = randomBytes(32).toString('base64url');
    // Remembered before it is sent, so that no answer can come back that leads nowhere.
    await store.rememberState(
      hashOf(state),
      { person, consentId: consent.id, expiresAt: consent.createdAt + numbers.requestTtlMs },
      deadline,
    );
    const redirectUrl = `${ports.publicBaseUrl}/api/consents/callback?state=${state}`;
    const answer = await altinn
      .create({ id: consent.id, person: caller.person, validTo: consent.validTo, redirectUrl }, deadline)
      .catch(async (error: unknown) => {
        // Our id stands there for other parties: it will never be ours.
        if (error instanceof ProblemError && error.fault === 'altinn-am-00016')
          await abandon(person, consent.id, deadline);
        throw error;
      });
    // Altinn silently ignores what differs in a repeated request, so what stands there is judged like any answer.
    const reading = await records.apply(person, consent, answer, deadline);
    if (reading.kind === 'mismatch') {
      await abandon(person, consent.id, deadline);
      const ofParties =
        reading.mismatch === 'giver' || reading.mismatch === 'receiver' || reading.mismatch === 'resource';
      throw new ProblemError(ofParties ? 'consent-person-mismatch' : 'upstream-invalid-reply', {
        fault: `altinn-${reading.mismatch}`,
      });
    }
    if (reading.consent.state !== 'pending') return undefined;
    const consentUrl = checkedViewUri(answer.viewUri, ports.altinnBaseUrl, isLoopback);
    let shown: PendingConsent | undefined;
    await records.change(person, deadline, (consents) => {
      const current = consents.find(({ id }) => id === consent.id);
      shown = current?.state === 'pending' ? { state: 'pending', consentUrl } : undefined;
      return current?.state !== 'pending' || current.consentUrl === consentUrl ? [] : [{ ...current, consentUrl }];
    });
    return shown;
  };

  const abandon = (person: KeyedName, id: string, deadline: Deadline) =>
    records.change(person, deadline, (consents) =>
      consents
        .filter((consent) => consent.id === id && consent.state === 'pending')
        .map((consent) => moved(consent, 'request-too-old', time.now())),
    );

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
        // Stored before it is sent: an answer that is lost leaves a request that can be found again, by its id too.
        await store.rememberConsent(consent.id, loaded.person, consent.validTo, deadline);
        if (!(await store.save(loaded, [consent], [], deadline))) continue;
        telemetry.event('consentStep', { step: 'requested' }, { sinceRequestMs: 0 });
        const asked = await ask(caller, person, consent, deadline);
        if (asked) return { created: true, consent: asked };
      }
      throw new ProblemError('upstream-unavailable', { fault: 'consents-contended', retryAfterSeconds: 5 });
    },

    async callback(state, deadline) {
      const nowhere = withOutcome(ports.returnUrls.standard, 'unknown');
      const refused = (reason: 'malformed' | 'unknown' | 'too-old' | 'gone') => {
        telemetry.count('callbackRefused', { reason });
        return nowhere;
      };
      if (state === undefined || !/^[\w-]{43}$/.test(state)) return refused('malformed');
      try {
        const target = await store.findState(hashOf(state), deadline);
        if (target === undefined) return refused('unknown');
        if (target.expiresAt <= time.now()) return refused('too-old');
        const consents = await records.load(target.person, deadline);
        const consent = consents.find(({ id }) => id === target.consentId);
        if (consent === undefined) return refused('gone');
        telemetry.event(
          'consentStep',
          { step: 'returned' },
          { sinceRequestMs: Math.max(0, time.now() - consent.createdAt) },
        );
        const word = await wordFor(target.person, consent, deadline);
        telemetry.count('callbackAnswered', { word });
        return withOutcome(consent.returnUrl, word);
      } catch (error) {
        // A browser stands here, not a program: whatever has failed, the person is led back to the bank.
        const problem = error instanceof ProblemError ? error : new ProblemError('internal', { cause: error });
        telemetry.log('error', 'callback-failed', { code: problem.code, fault: problem.fault });
        return nowhere;
      }
    },

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

  async function wordFor(person: KeyedName, consent: Consent, deadline: Deadline): Promise<CallbackWord> {
    if (consent.state === 'ended') return 'unknown';
    let reading: Awaited<ReturnType<ConsentRecords['settle']>>;
    try {
      reading = await records.settle(person, consent, deadline);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      telemetry.log('error', 'callback-unread', { code: error.code, fault: error.fault });
      return wordOf(consent, time.now());
    }
    return reading.kind === 'mismatch' ? 'failed' : wordOf(reading.consent, time.now());
  }
}

/** The word for a state; what is over in a way that the return page need not tell apart shows as `expired`. */
function wordOf(consent: Consent, now: number): CallbackWord {
  switch (consent.state) {
    case 'accepted':
      return consent.validTo > now ? 'accepted' : 'expired';
    case 'superseded':
      return 'accepted';
    case 'pending':
    case 'rejected':
    case 'revoked':
    case 'expired':
      return consent.state;
    case 'refused':
      return 'rejected';
    case 'abandoned':
      return 'expired';
    case 'ended':
      return 'unknown';
  }
}

const iso = (ms: number) => new Date(ms).toISOString();
const hashOf = (state: string) => createHash('sha256').update(state).digest('base64url');

/** Altinn's page of given consents, where the customer withdraws (route read in Altinn's front-end source, `consent/active`). */
export function withdrawUrlOf(altinnBaseUrl: string): string {
  const url = new URL(altinnBaseUrl);
  const origin = isLoopback(url.hostname) ? url.origin : `https://am.ui.${url.hostname.replace(/^platform\./, '')}`;
  return `${origin}/accessmanagement/ui/consent/active`;
}
