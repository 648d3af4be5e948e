import type { Active } from '../consent/consent-in-force.ts';
import type { CallTokens, LanekassenAnswer } from '../lanekassen/client.ts';
import type { Caller } from '../person/caller.ts';
import type { Secret } from '../person/secret.ts';
import { isConsentProblem, ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import { FetchLost, type FetchPorts, type FetchWatch } from './fetch-ports.ts';

/** An answer that ends the look-up. */
export type FinalAnswer = Exclude<LanekassenAnswer, { kind: 'unauthorised' | 'forbidden' }>;
type Unauthorised = Extract<LanekassenAnswer, { kind: 'unauthorised' }>;
type Forbidden = Extract<LanekassenAnswer, { kind: 'forbidden' }>;

/** The most calls to Lånekassen in a look-up, for every cause (docs/architecture.md#how-a-saldo-is-found). */
const maxCalls = 3;
/**
 * Consent and tokens are checked again after this time, milliseconds. It must stay below the margin with which tokens are renewed (15
 * s).
 */
const keepsMs = 10_000;
/** The consent in our tables is read again after this time, milliseconds: an end must not wait for a slow Altinn. */
const booksKeepMs = 1000;

/** What a look-up asks Lånekassen with. `verifiedAt`: when Altinn or the feed was last asked about the consent, `monotonic`. */
export type AskedWith = { caller: Caller; active: Active; shared: Secret; verifiedAt: number; deadline: Deadline };

/** The calls of one look-up to Lånekassen, up to an answer: what a refused token or consent leads to, and what waiting makes old. */
export class LanekassenAsking {
  readonly #ports: FetchPorts;
  readonly #watch: FetchWatch;
  readonly #asked: AskedWith;
  #active: Active;
  #tokens: CallTokens;
  /** Moments are `monotonic`. */
  #tokensAt: number;
  #verifiedAt: number;
  #booksAt: number;
  #calls = 0;
  /** The shared token has been renewed after a refusal. */
  #renewed = false;

  constructor(ports: FetchPorts, watch: FetchWatch, asked: AskedWith) {
    this.#ports = ports;
    this.#watch = watch;
    this.#asked = asked;
    this.#active = asked.active;
    this.#tokens = { shared: asked.shared, consent: undefined };
    this.#tokensAt = ports.time.monotonic();
    this.#verifiedAt = asked.verifiedAt;
    this.#booksAt = asked.verifiedAt;
  }

  /** The consent as it was last read. */
  get active(): Active {
    return this.#active;
  }

  async answer(): Promise<FinalAnswer> {
    // After Altinn's answer, so that a withdrawn consent costs no token.
    if (this.#needsConsentToken())
      this.#useTokens({ ...this.#tokens, consent: await this.#consentToken(this.#asked.deadline) });
    for (;;) {
      const answer = await this.#call();
      if (answer.kind === 'unauthorised') await this.#renewToken(answer);
      else if (answer.kind === 'forbidden') await this.#renewConsentToken(answer);
      else return answer;
    }
  }

  /** Whether the consent must be proven to Lånekassen with a token of its own: until its first 200, or while it is in doubt. */
  #needsConsentToken(): boolean {
    const { consentTokenAcceptedAt, doubt } = this.#active.consent;
    return this.#ports.sendConsentToken === 'always' || consentTokenAcceptedAt === undefined || doubt !== undefined;
  }

  #call(): Promise<LanekassenAnswer> {
    return this.#ports.lanekassen.accounts(this.#asked.caller.nationalId, (left) => this.#tokensNow(left), {
      deadline: this.#asked.deadline,
      maxAttempts: maxCalls - this.#calls,
      isRetry: this.#calls > 0,
      onAttempt: () => {
        this.#calls += 1;
      },
      onPause: this.#watch.onPause,
    });
  }

  /**
   * Tokens live for two minutes, and the queue may be one long; a consent may be withdrawn and a session ended in it.
   * What was true when the look-up began to wait is asked again, and the consent first: a withdrawn one costs no token.
   */
  async #tokensNow(left: Deadline): Promise<CallTokens> {
    const { consentCheck, sharedToken, time } = this.#ports;
    if (this.#watch.isLost()) throw new FetchLost();
    if (this.#isOlder(this.#verifiedAt, keepsMs)) {
      const askedAt = time.monotonic();
      await consentCheck.verify(this.#active, left);
      this.#verifiedAt = askedAt;
      this.#booksAt = Number.NEGATIVE_INFINITY;
    }
    await this.#reloadBooks(left);
    if (!this.#isOlder(this.#tokensAt, keepsMs)) return this.#tokens;
    const shared = await sharedToken.get(left);
    const consent = this.#tokens.consent === undefined ? undefined : await this.#consentToken(left);
    this.#useTokens({ shared, consent });
    // Again where a token was slow.
    await this.#reloadBooks(left);
    return this.#tokens;
  }

  async #reloadBooks(left: Deadline): Promise<void> {
    if (!this.#isOlder(this.#booksAt, booksKeepMs)) return;
    this.#booksAt = this.#ports.time.monotonic();
    this.#active = await this.#ports.consentCheck.reload(this.#active, left);
  }

  /** After a 401: another shared token, or another consent token where that one may be meant. Throws after the second. */
  async #renewToken({ own }: Unauthorised): Promise<void> {
    const { sharedToken, telemetry, consentTokenAuthorises } = this.#ports;
    if (this.#renewed || this.#calls >= maxCalls) {
      if (!own) throw refusedBefore(401);
      telemetry.alert(
        'lanekassen-401',
        'Lånekassen refuses a new token: check LANEKASSEN_SCOPE, LANEKASSEN_API_KEY and LANEKASSEN_AUTH_PREFIX.',
      );
      throw new ProblemError('configuration', { fault: 'lanekassen-401-twice' });
    }
    const before = this.#tokens;
    const isMine = sharedToken.drop(before.shared) !== false;
    const shared = await sharedToken.get(this.#asked.deadline);
    // Another caller has renewed the token for all: that token is tried first, and costs no grant.
    const isAnothers = !isMine && shared !== before.shared && !consentTokenAuthorises;
    this.#renewed = !isAnothers;
    // An expired consent is refused alike (docs/contracts/open-questions.md U10), so a fresh consent token goes along.
    const keeps = isAnothers || (before.consent !== undefined && !consentTokenAuthorises);
    this.#useTokens({ shared, consent: keeps ? before.consent : await this.#consentToken(this.#asked.deadline) });
  }

  /** After a 403: a consent token, once. Throws what has become of the consent, or that the two disagree. */
  async #renewConsentToken({ own }: Forbidden): Promise<void> {
    const { consentCheck } = this.#ports;
    if (this.#tokens.consent !== undefined) {
      if (!own) throw refusedBefore(403);
      // If the consent was withdrawn or has expired, this throws. Otherwise Altinn and Lånekassen disagree.
      await consentCheck.verifyInAltinn(this.#active, this.#asked.deadline);
      throw await consentCheck.recordRefusal(this.#active, 'refused', this.#asked.deadline);
    }
    if (this.#calls >= maxCalls)
      throw new ProblemError('upstream-unavailable', {
        fault: 'lanekassen-403-late',
        party: 'lanekassen',
        retryAfterSeconds: 5,
      });
    // If the consent was withdrawn or has expired, this throws, and costs no consent token.
    await consentCheck.verifyInAltinn(this.#active, this.#asked.deadline);
    this.#useTokens({ shared: this.#tokens.shared, consent: await this.#consentToken(this.#asked.deadline) });
  }

  /**
   * A consent token for this look-up. Where Maskinporten refuses the consent, it throws the problem of consent that Altinn names, and
   * `consent-refused` where Altinn still calls it accepted.
   */
  async #consentToken(deadline: Deadline): Promise<Secret> {
    const { consentTokens, consentDoubt, consentCheck } = this.#ports;
    try {
      const token = await consentTokens.fetch(this.#active.consent.id, this.#asked.caller.nationalId, deadline);
      consentCheck.recordToken();
      return token;
    } catch (error) {
      const doubt = consentDoubt(error);
      if (doubt === undefined) throw error;
      // Only Altinn knows the reason. If the consent was withdrawn or has expired, this throws.
      await consentCheck.verifyInAltinn(this.#active, deadline).catch((reading: unknown) => {
        throw doubt === 'refused' || isConsentProblem(reading) ? reading : error;
      });
      // Altinn confirms the consent, so it was an outage.
      if (doubt === 'possible') throw error;
      throw await consentCheck.recordRefusal(this.#active, 'token', deadline);
    }
  }

  #useTokens(tokens: CallTokens): void {
    this.#tokens = tokens;
    this.#tokensAt = this.#ports.time.monotonic();
  }

  #isOlder(at: number, maxMs: number): boolean {
    return this.#ports.time.monotonic() - at >= maxMs;
  }
}

/** A gateway before Lånekassen refuses us: nothing is known of the consent or of our settings. */
function refusedBefore(status: number): ProblemError {
  return new ProblemError('upstream-unavailable', {
    fault: `lanekassen-gateway-${status}`,
    party: 'lanekassen',
    retryAfterSeconds: 30,
  });
}
