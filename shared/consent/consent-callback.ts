import type { KeyedName } from '../person/person-key.ts';
import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { hashOfState, isState } from './callback-state.ts';
import type { Consent } from './consent.ts';
import type { ConsentRecords } from './consent-records.ts';
import type { ConsentStore } from './consent-store.ts';
import { withOutcome } from './return-url.ts';

/** The word that the return page is told. */
export type CallbackWord = 'accepted' | 'rejected' | 'pending' | 'expired' | 'revoked' | 'failed' | 'unknown';

/** `GET /consents/callback`: where to send the browser that brings `state`. Never throws for what a browser brings. */
export type ConsentCallback = (state: string | undefined, deadline: Deadline) => Promise<string>;

/** The way back from Altinn (`../shared/interface.md` §1): it trusts nothing that is brought, and gives nothing but a word. */
export function createConsentCallback(ports: {
  records: ConsentRecords;
  store: ConsentStore;
  /** Where a browser goes that belongs nowhere. */
  standardReturnUrl: string;
  time: Time;
  telemetry: Telemetry;
}): ConsentCallback {
  const { records, store, time, telemetry } = ports;

  return async (state, deadline) => {
    const nowhere = withOutcome(ports.standardReturnUrl, 'unknown');
    const refused = (reason: 'malformed' | 'unknown' | 'too-old' | 'gone') => {
      telemetry.count('callbackRefused', { reason });
      return nowhere;
    };
    if (!isState(state)) return refused('malformed');
    try {
      const target = await store.findState(hashOfState(state), deadline);
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
