import type { Active } from '../consent/active-consent.ts';
import type { ConsentCheck } from '../consent/consent-check.ts';
import type { CallTokens, Lanekassen, LanekassenAnswer } from '../lanekassen/client.ts';
import type { Caller } from '../person/caller.ts';
import type { NationalId } from '../person/national-id.ts';
import type { Secret } from '../person/secret.ts';
import { ProblemError } from '../problems.ts';
import { allInOrder } from '../resilience/all-in-order.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { SharedToken } from '../upstream/shared-token.ts';
import type { Held } from './held-saldo.ts';

/** What the fetch needs of the consent check and of Maskinporten. */
export type FetchPorts = {
  consentCheck: Pick<ConsentCheck, 'verify' | 'reload' | 'verifyInAltinn' | 'recordUse' | 'recordRefusal'>;
  sharedToken: SharedToken;
  consentTokens: { fetch(consentId: string, from: NationalId, deadline: Deadline): Promise<Secret> };
  /** Whether an error of `consentTokens.fetch` means that the consent cannot be used, or may mean it. */
  consentDoubt(error: unknown): 'refused' | 'possible' | undefined;
  lanekassen: Lanekassen;
  sendConsentToken: 'until-200' | 'always';
  /** The consent token travels in `Authorization` (`LANEKASSEN_CONSENT_TRANSPORT`), so a 401 may mean that one. */
  consentTokenAuthorises: boolean;
  time: Time;
  telemetry: Telemetry;
};

/** What a fetch in progress reports to its look-up, and asks of it. */
export type FetchWatch = {
  /** The fetch waits for the end of a pause that Lånekassen asked for: the time that is left, milliseconds. */
  onPause(pauseMs: number): void;
  /** No caller may have the answer any more (logout, revocation): no call goes out for it. */
  isLost(): boolean;
  /**
   * The session is in the lists of its customer and its subject, and the consent as it was then. Rejects with
   * `session-ended` or a problem of consent. No call goes out before it has resolved.
   */
  registered: Promise<Active>;
};

/** Thrown instead of a call whose answer no caller may have. */
export class FetchLost extends Error {
  constructor() {
    super('the session was ended, or its lease lost');
    this.name = 'FetchLost';
  }
}

/** One fetch from Lånekassen, from the proof of consent to the checked answer. Throws `FetchLost` besides problems. */
export type SaldoFetch = (caller: Caller, active: Active, deadline: Deadline, watch: FetchWatch) => Promise<Fetched>;

/** What was found, and until when the session may hold it (milliseconds since 1970). */
export type Fetched = { held: Held; until: number };

/** The most calls to Lånekassen in a look-up, for every cause (docs/architecture.md#how-a-saldo-is-found). */
const maxCalls = 3;
/**
 * Consent and tokens are checked again after this time, milliseconds. It must stay below the margin with which tokens are renewed (15
 * s).
 */
const keepsMs = 10_000;
/** The consent in our tables is read again after this time, milliseconds: an end must not wait for a slow Altinn. */
const booksKeepMs = 1000;

/** Makes the fetch. */
export function createSaldoFetch(ports: FetchPorts): SaldoFetch {
  const { consentCheck, sharedToken, lanekassen, time, telemetry } = ports;

  const consentTokenFor = async (caller: Caller, active: Active, deadline: Deadline): Promise<Secret> => {
    try {
      return await ports.consentTokens.fetch(active.consent.id, caller.nationalId, deadline);
    } catch (error) {
      const doubt = ports.consentDoubt(error);
      if (doubt === undefined) throw error;
      // Only Altinn knows the reason. If the consent was withdrawn or has expired, this throws.
      await consentCheck.verifyInAltinn(active, deadline).catch((reading: unknown) => {
        throw doubt === 'refused' || saysWhy(reading) ? reading : error;
      });
      // Altinn confirms the consent, so it was an outage.
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

  return async (caller, found, deadline, watch) => {
    let verifiedAt = time.monotonic();
    let booksAt = verifiedAt;
    const [registered, , shared] = await allInOrder([
      watch.registered,
      found.verified ? Promise.resolve() : consentCheck.verify(found, deadline),
      sharedToken.get(deadline),
    ]);
    let active = registered;
    const needsNoToken =
      ports.sendConsentToken === 'until-200' &&
      active.consent.consentTokenAcceptedAt !== undefined &&
      active.consent.doubt === undefined;
    // After Altinn's answer, so that a withdrawn consent costs no token.
    const consentToken = needsNoToken ? undefined : await consentTokenFor(caller, active, deadline);
    const answer = await ask({ shared, consent: consentToken });
    const isCustomer = answer.kind === 'accounts';
    const event = isCustomer ? 'saldo-fetched' : 'not-a-customer';
    // The answer has been paid for, so the write gets all the time that is left.
    const { consent, until } = await consentCheck.recordUse(active, event, deadline.forPaidWork());
    const fetchedAt = time.now();
    const held = { consentValidTo: consent.validTo };
    if (!isCustomer) return { held: { ...held, finding: { kind: 'not-a-customer', fetchedAt } }, until };
    const { accounts, totalMismatch, unknownAccounts } = answer.reply;
    if (totalMismatch) telemetry.count('totalMismatch');
    for (let count = 0; count < unknownAccounts; count++) telemetry.count('unknownAccount');
    for (const { lastChangedAt } of accounts) if (lastChangedAt === undefined) telemetry.count('noSuchDate');
    if (unknownAccounts > 0)
      telemetry.alert(
        'unknown-account',
        'Lånekassen uses an account name that the contract does not know; it is shown as Annet.',
      );
    return { held: { ...held, finding: { kind: 'saldo', saldo: { accounts, fetchedAt } } }, until };

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
       * Tokens live for two minutes, and the queue may be one long; a consent may be withdrawn and a session ended in it.
       * What was true when the look-up began to wait is asked again, and the consent first: a withdrawn one costs no token.
       */
      const tokensNow = async (left: Deadline): Promise<CallTokens> => {
        if (watch.isLost()) throw new FetchLost();
        const isOlder = (at: number, maxMs: number) => time.monotonic() - at >= maxMs;
        if (isOlder(verifiedAt, keepsMs)) {
          const askedAt = time.monotonic();
          await consentCheck.verify(active, left);
          verifiedAt = askedAt;
          booksAt = Number.NEGATIVE_INFINITY;
        }
        const booksNow = async () => {
          if (!isOlder(booksAt, booksKeepMs)) return;
          booksAt = time.monotonic();
          active = await consentCheck.reload(active, left);
        };
        await booksNow();
        if (!isOlder(fetchedAt, keepsMs)) return current;
        const shared = await sharedToken.get(left);
        const consentToken = current.consent === undefined ? undefined : await consentTokenFor(caller, active, left);
        fetchedAt = time.monotonic();
        current = { shared, consent: consentToken };
        // Again where a token was slow.
        await booksNow();
        return current;
      };
      for (;;) {
        const reply = await lanekassen.accounts(caller.nationalId, tokensNow, {
          deadline,
          maxAttempts: maxCalls - calls,
          isRetry: calls > 0,
          onAttempt,
          onPause: watch.onPause,
        });
        if (reply.kind === 'accounts' || reply.kind === 'not-a-customer') return reply;
        if (reply.kind === 'unauthorised') {
          if (renewed || calls >= maxCalls) {
            if (!reply.own) throw refusedBefore(401);
            telemetry.alert(
              'lanekassen-401',
              'Lånekassen refuses a new token: check LANEKASSEN_SCOPE, LANEKASSEN_API_KEY and LANEKASSEN_AUTH_PREFIX.',
            );
            throw new ProblemError('configuration', { fault: 'lanekassen-401-twice' });
          }
          const isMine = sharedToken.drop(current.shared) !== false;
          const shared = await sharedToken.get(deadline);
          // Another caller has renewed the token for all: that token is tried first, and costs no grant.
          const isAnothers = !isMine && shared !== current.shared && !ports.consentTokenAuthorises;
          renewed = !isAnothers;
          // An expired consent is refused alike (docs/contracts/open-questions.md U10), so a fresh consent token goes along.
          const keeps = isAnothers || (current.consent !== undefined && !ports.consentTokenAuthorises);
          current = { shared, consent: keeps ? current.consent : await consentTokenFor(caller, active, deadline) };
          fetchedAt = time.monotonic();
          continue;
        }
        if (current.consent !== undefined) {
          if (!reply.own) throw refusedBefore(403);
          // If the consent was withdrawn or has expired, this throws. Otherwise Altinn and Lånekassen disagree.
          await consentCheck.verifyInAltinn(active, deadline);
          throw await consentCheck.recordRefusal(active, deadline);
        }
        if (calls >= maxCalls)
          throw new ProblemError('upstream-unavailable', { fault: 'lanekassen-403-late', retryAfterSeconds: 5 });
        // If the consent was withdrawn or has expired, this throws, and costs no consent token.
        await consentCheck.verifyInAltinn(active, deadline);
        current = { shared: current.shared, consent: await consentTokenFor(caller, active, deadline) };
        fetchedAt = time.monotonic();
      }
    }
  };
}

/** A gateway before Lånekassen refuses us: nothing is known of the consent or of our settings. */
function refusedBefore(status: number): ProblemError {
  return new ProblemError('upstream-unavailable', { fault: `lanekassen-gateway-${status}`, retryAfterSeconds: 30 });
}

/** Whether Altinn's answer shows the state of the consent, and not only that Altinn could not be read either. */
function saysWhy(error: unknown): boolean {
  return error instanceof ProblemError && error.code.startsWith('consent-') && error.code !== 'consent-unverifiable';
}
