import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import { checkInAltinn } from './altinn-check.ts';
import type { Consent } from './consent.ts';
import type { ConsentContext } from './consent-context.ts';
import { hashOfState, isState } from './consent-index.ts';
import type { PersonAt } from './people.ts';
import { allowedReturnUrl, withOutcome } from './return-url.ts';

/** The word that the return page gets. */
export type CallbackWord = 'accepted' | 'rejected' | 'pending' | 'expired' | 'revoked' | 'failed' | 'unknown';

/**
 * `GET /consents/callback`, the way back from Altinn (docs/contracts/interface.md §1): the address for the browser that sends
 * `state`. It trusts no parameter, never throws because of one, and adds only a word.
 */
export function createConsentCallback(context: ConsentContext) {
  const { bank, people, index, time, telemetry } = context;
  const { allowed, standard } = bank.returnUrls;

  return async (state: string | undefined, deadline: Deadline): Promise<string> => {
    const nowhere = withOutcome(standard, 'unknown');
    const refused = (reason: 'malformed' | 'unknown' | 'too-old' | 'gone') => {
      telemetry.count('callbackRefused', { reason });
      return nowhere;
    };
    if (!isState(state)) return refused('malformed');
    try {
      const target = await index.stateTarget(hashOfState(state), deadline);
      if (target === undefined) return refused('unknown');
      if (target.expiresAt <= time.now()) return refused('too-old');
      const at = await people.upToDate(await people.read([target.personKey], deadline), deadline);
      const consent = at.person.consents.find(({ id }) => id === target.consentId);
      if (consent === undefined) return refused('gone');
      telemetry.event(
        'consentStep',
        { step: 'returned' },
        { sinceRequestMs: Math.max(0, time.now() - consent.createdAt) },
      );
      const word = await wordFor(at, consent, deadline);
      telemetry.count('callbackAnswered', { word });
      // Checked again: a stored row, or a shorter list of allowed URLs, must not send a browser elsewhere.
      return withOutcome(allowedReturnUrl(target.returnUrl, allowed) ?? standard, word);
    } catch (error) {
      // The caller is a browser, not a program: after every failure the person is sent back to the bank.
      const problem = error instanceof ProblemError ? error : new ProblemError('internal', { cause: error });
      telemetry.log('error', 'callback-failed', { code: problem.code, fault: problem.fault });
      return nowhere;
    }
  };

  async function wordFor(at: PersonAt, consent: Consent, deadline: Deadline): Promise<CallbackWord> {
    if (consent.state === 'ended') return 'unknown';
    try {
      const reading = await checkInAltinn(context, at, consent, deadline);
      return reading.kind === 'mismatch' ? 'failed' : wordOf(reading.consent, time.now());
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      telemetry.log('error', 'callback-unread', { code: error.code, fault: error.fault });
      return wordOf(consent, time.now());
    }
  }
}

/** The word for a state. Ends that the return page need not distinguish are `expired`. */
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
    case 'abandoned':
      return 'expired';
    case 'ended':
      return 'unknown';
  }
}
