import type { Caller } from '../person/caller.ts';
import type { Hidden } from '../person/hidden.ts';
import type { NationalId } from '../person/national-id.ts';
import type { KeyedName } from '../person/person-key.ts';
import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import { sideBySide } from '../resilience/side-by-side.ts';
import type { Time } from '../resilience/time.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { SharedToken } from '../upstream/shared-token.ts';
import type { Held } from './held-saldo.ts';
import type { CallTokens, Lanekassen, LanekassenAnswer } from './lanekassen.ts';

/** A consent as far as the fetch needs it. */
export type FetchConsent = { id: string; validTo: number; primedAt?: number };

/** What the fetch asks of the consent's side, and of Maskinporten's. */
export type FetchPorts<Consent extends FetchConsent> = {
  gate: {
    prove(person: KeyedName, consent: Consent, deadline: Deadline): Promise<void>;
    inOurBooks(person: KeyedName, consent: Consent, deadline: Deadline): Promise<Consent>;
    confirm(person: KeyedName, consent: Consent, deadline: Deadline): Promise<Consent>;
    /** Into the customer's log: what was fetched, and when. */
    answered(
      person: KeyedName,
      consent: Consent,
      event: 'saldo-fetched' | 'not-a-customer',
      deadline: Deadline,
    ): Promise<void>;
    refused(person: KeyedName, consentId: string, deadline: Deadline): Promise<ProblemError>;
  };
  sharedToken: SharedToken;
  consentTokens: { fetch(consentId: string, from: NationalId, deadline: Deadline): Promise<Hidden> };
  /** Whether an error of `consentTokens.fetch` says that the consent cannot be used, or may come of that. */
  consentDoubt(error: unknown): 'refused' | 'possible' | undefined;
  lanekassen: Lanekassen;
  sendConsentToken: 'until-200' | 'always';
  /** The consent token travels in `Authorization` (`LANEKASSEN_CONSENT_TRANSPORT`), so a 401 may mean that one. */
  consentTokenAuthorises: boolean;
  time: Time;
  telemetry: Telemetry;
};

/** What a fetch under way says to the look-up that it is made for, and asks of it. */
export type FetchWatch = {
  /** It has to wait for a rest that Lånekassen asked for: how long yet, milliseconds. */
  onRest(restMs: number): void;
  /** Nobody may have the answer any more (logout, revocation): no call goes out for it. */
  isLost(): boolean;
  /** Rejects with `session-ended` when the session's subject was logged out; no call goes out before it has resolved. */
  stillLoggedIn: Promise<void>;
};

/** Thrown instead of a call that nobody may have the answer of. */
export class FetchLost extends Error {
  constructor() {
    super('the session was ended, or its lease lost');
    this.name = 'FetchLost';
  }
}

/** One fetch from Lånekassen, from the proof of consent to the checked answer. Throws `FetchLost` besides problems. */
export type SaldoFetch<Consent extends FetchConsent> = (
  caller: Caller,
  person: KeyedName,
  standing: { consent: Consent; verified: boolean },
  deadline: Deadline,
  watch: FetchWatch,
) => Promise<Held>;

/** Never more calls to Lånekassen in a look-up, of whatever cause (architecture §4). */
const maxCalls = 3;
/**
 * Consent and tokens are looked at again when they have waited longer than this: within the margin that a cached token has
 * left at least.
 */
const keepsMs = 10_000;

export function createSaldoFetch<Consent extends FetchConsent>(ports: FetchPorts<Consent>): SaldoFetch<Consent> {
  const { gate, sharedToken, lanekassen, time, telemetry } = ports;

  const consentTokenFor = async (
    caller: Caller,
    person: KeyedName,
    consent: Consent,
    deadline: Deadline,
  ): Promise<Hidden> => {
    try {
      return await ports.consentTokens.fetch(consent.id, caller.person, deadline);
    } catch (error) {
      const doubt = ports.consentDoubt(error);
      if (doubt === undefined) throw error;
      // Why, only Altinn knows: withdrawn or run out is thrown from here.
      await gate.confirm(person, consent, deadline).catch((reading: unknown) => {
        throw doubt === 'refused' || saysWhy(reading) ? reading : error;
      });
      // Altinn has nothing against it, so it was the outage that it looked like.
      if (doubt === 'possible') throw error;
      telemetry.alert(
        'consent-token-refused',
        'Maskinporten refuses a consent token for a consent that Altinn calls accepted.',
      );
      throw new ProblemError('upstream-unavailable', {
        fault: 'consent-token-refused',
        retryAfterSeconds: 30,
        cause: error,
      });
    }
  };

  return async (caller, person, standing, deadline, watch) => {
    let provenAt = time.monotonic();
    const [, , shared] = await sideBySide([
      watch.stillLoggedIn,
      standing.verified ? Promise.resolve() : gate.prove(person, standing.consent, deadline),
      sharedToken.get(deadline),
    ]);
    const isPrimed = ports.sendConsentToken === 'until-200' && standing.consent.primedAt !== undefined;
    // A consent token once Altinn has answered, so that a withdrawn consent costs none; our books under the lease.
    const [consent, consentToken] = await sideBySide([
      gate.inOurBooks(person, standing.consent, deadline),
      isPrimed ? Promise.resolve(undefined) : consentTokenFor(caller, person, standing.consent, deadline),
    ]);
    const answer = await ask({ shared, consent: consentToken });
    const event = answer.kind === 'not-a-customer' ? 'not-a-customer' : 'saldo-fetched';
    await gate.answered(person, consent, event, deadline);
    if (answer.kind === 'not-a-customer')
      return { finding: { kind: 'not-a-customer', fetchedAt: time.now() }, consentValidTo: consent.validTo };
    const { accounts, totalMismatch, unknownAccounts } = answer.reply;
    if (totalMismatch) telemetry.count('totalMismatch');
    for (let count = 0; count < unknownAccounts; count++) telemetry.count('unknownAccount');
    if (unknownAccounts > 0)
      telemetry.alert(
        'unknown-account',
        'Lånekassen uses an account name that the contract does not know; it is shown as Annet.',
      );
    return { finding: { kind: 'saldo', saldo: { accounts, fetchedAt: time.now() } }, consentValidTo: consent.validTo };

    async function ask(
      current: CallTokens,
    ): Promise<Exclude<LanekassenAnswer, { kind: 'unauthorised' | 'forbidden' }>> {
      let calls = 0;
      let renewed = false;
      const onAttempt = () => {
        calls += 1;
      };
      let fetchedAt = time.monotonic();
      /**
       * Tokens live for two minutes, and the line may be one long; a consent may be withdrawn and a session ended in it.
       * What was true when the look-up lined up is asked anew, and the consent first: a withdrawn one costs no token.
       */
      const tokensNow = async (left: Deadline): Promise<CallTokens> => {
        if (watch.isLost()) throw new FetchLost();
        const isOld = (at: number) => time.monotonic() - at >= keepsMs;
        if (isOld(provenAt)) {
          const askedAt = time.monotonic();
          await gate.prove(person, consent, left);
          await gate.inOurBooks(person, consent, left);
          provenAt = askedAt;
        }
        if (!isOld(fetchedAt)) return current;
        const shared = await sharedToken.get(left);
        const consentToken =
          current.consent === undefined ? undefined : await consentTokenFor(caller, person, consent, left);
        fetchedAt = time.monotonic();
        current = { shared, consent: consentToken };
        return current;
      };
      for (;;) {
        const reply = await lanekassen.accounts(caller.person, tokensNow, {
          deadline,
          maxAttempts: maxCalls - calls,
          returns: calls > 0,
          onAttempt,
          onRest: watch.onRest,
        });
        if (reply.kind === 'accounts' || reply.kind === 'not-a-customer') return reply;
        if (reply.kind === 'unauthorised') {
          if (renewed || calls >= maxCalls) {
            telemetry.alert(
              'lanekassen-401',
              'Lånekassen refuses a new token: check LANEKASSEN_SCOPE, LANEKASSEN_API_KEY and LANEKASSEN_AUTH_PREFIX.',
            );
            throw new ProblemError('configuration', { fault: 'lanekassen-401-twice' });
          }
          renewed = true;
          sharedToken.drop(current.shared);
          // An expired consent is refused alike (domain/open-questions.md U10), so a fresh consent token goes along.
          const [freshShared, consentToken] = await Promise.all([
            sharedToken.get(deadline),
            current.consent !== undefined && !ports.consentTokenAuthorises
              ? current.consent
              : consentTokenFor(caller, person, consent, deadline),
          ]);
          current = { shared: freshShared, consent: consentToken };
          fetchedAt = time.monotonic();
          continue;
        }
        if (current.consent !== undefined) {
          // Withdrawn or run out is thrown from here; otherwise the two disagree.
          await gate.confirm(person, consent, deadline);
          throw await gate.refused(person, consent.id, deadline);
        }
        if (calls >= maxCalls)
          throw new ProblemError('upstream-unavailable', { fault: 'lanekassen-403-late', retryAfterSeconds: 5 });
        // Withdrawn or run out is thrown from here, and costs no consent token.
        await gate.confirm(person, consent, deadline);
        current = { shared: current.shared, consent: await consentTokenFor(caller, person, consent, deadline) };
        fetchedAt = time.monotonic();
      }
    }
  };
}

/** Whether reading Altinn has told what became of the consent, and not only that Altinn could not be read either. */
function saysWhy(error: unknown): boolean {
  return error instanceof ProblemError && error.code.startsWith('consent-') && error.code !== 'consent-unverifiable';
}
