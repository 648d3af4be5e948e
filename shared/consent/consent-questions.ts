import type { Altinn } from '../altinn/client.ts';
import { AltinnError } from '../altinn/refusals.ts';
import { checkedViewUri } from '../altinn/reply.ts';
import type { Caller } from '../person/caller.ts';
import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { AltinnCheck } from './altinn-check.ts';
import { hashOfState, newState } from './callback-state.ts';
import { type Consent, type Question, transition } from './consent.ts';
import type { ConsentIndex } from './consent-index.ts';
import type { People, PersonAt } from './people.ts';
import { withConsent } from './person.ts';
import { isLoopback } from './return-url.ts';
import type { PendingConsent } from './shown-consent.ts';

/** Sends a stored request to Altinn, returns its page, and gives up a request that will not be answered. */
export type ConsentQuestions = {
  /**
   * Sends the request to Altinn, with a new `state`, and stores its link. `undefined`: the request has ended in between.
   * `state`: the one that the request was written with; by default a new one. Throws `consent-person-mismatch`, `upstream-…`,
   * `configuration`.
   */
  ask(
    caller: Caller,
    at: PersonAt,
    consent: Consent,
    deadline: Deadline,
    state?: string,
  ): Promise<PendingConsent | undefined>;
  /**
   * `POST /consents` with an open request: reads it in Altinn, and returns its page again with the newer return URL.
   * `undefined`: it has moved, and the customer must be read again.
   */
  meet(
    caller: Caller,
    at: PersonAt,
    open: Consent,
    returnUrl: string,
    deadline: Deadline,
  ): Promise<PendingConsent | undefined>;
  /** The page of an open request, whose `state` then lives as long as this page; `undefined`: it has none. */
  giveOut(at: PersonAt, open: Consent, deadline: Deadline): Promise<string | undefined>;
};

/** The most values of `state` that are kept for one request. There is more than one only where an answer was lost. */
const maxStates = 3;

/** Makes it. */
export function createConsentQuestions(ports: {
  people: People;
  index: ConsentIndex;
  altinn: Altinn;
  altinnCheck: AltinnCheck;
  altinnBaseUrl: string;
  publicBaseUrl: string;
  requestTtlMs: number;
  time: Time;
}): ConsentQuestions {
  const { people, index, altinn, altinnCheck, time } = ports;

  const giveUp = (at: PersonAt, id: string, deadline: Deadline) =>
    people.change(at, deadline, (person) => ({
      result: undefined,
      next: withConsent(
        person,
        id,
        (consent) => (consent.state === 'pending' ? transition(consent, 'request-too-old', time.now()) : consent),
        time.now(),
      ),
    }));

  /** Changes the question of a request that is still open. The result says whether it is. */
  const setQuestion = (at: PersonAt, id: string, next: (question: Question) => Question, deadline: Deadline) =>
    people.change(at, deadline, (person) => {
      const open = person.consents.find((consent) => consent.id === id && consent.state === 'pending');
      if (open?.question === undefined) return { result: undefined };
      const question = next(open.question);
      return { result: question, next: withConsent(person, id, (consent) => ({ ...consent, question }), time.now()) };
    });

  const rememberStates = (at: PersonAt, consentId: string, question: Question, deadline: Deadline) =>
    Promise.all(
      question.stateHashes.map((hash) =>
        index.rememberState(
          hash,
          {
            personKey: at.name,
            consentId,
            returnUrl: question.returnUrl,
            expiresAt: time.now() + ports.requestTtlMs,
          },
          deadline,
        ),
      ),
    );

  const isTooOld = (consent: Consent) => time.now() - consent.createdAt >= ports.requestTtlMs;

  const linkOf = (consentUrl: string | undefined) => checkedViewUri(consentUrl, ports.altinnBaseUrl, isLoopback);
  /** Checked again: a stored link that is not Altinn's is none, and Altinn is asked for it again. */
  const storedLink = ({ consentUrl }: Question): string | undefined => {
    try {
      return consentUrl && linkOf(consentUrl);
    } catch {
      return undefined;
    }
  };

  const giveOut: ConsentQuestions['giveOut'] = async (at, { id, question, ...open }, deadline) => {
    // The next POST replaces a request that is too old, so its page is not returned any more.
    const link = question && storedLink(question);
    if (question === undefined || link === undefined || isTooOld({ id, ...open })) return undefined;
    await rememberStates(at, id, question, deadline);
    return link;
  };

  /** A new `state` for a request that is sent again: which of them is in Altinn is not known then. */
  const anotherState = async (at: PersonAt, id: string, deadline: Deadline) => {
    const state = newState();
    const stateHashes = (before: Question) => [...before.stateHashes, hashOfState(state)].slice(-maxStates);
    const next = (before: Question) => ({ ...before, stateHashes: stateHashes(before) });
    return { ...(await setQuestion(at, id, next, deadline)), state };
  };

  const ask: ConsentQuestions['ask'] = async (caller, given, consent, deadline, first) => {
    const {
      result: question,
      at,
      state,
    } = first === undefined
      ? await anotherState(given, consent.id, deadline)
      : { result: consent.question, at: given, state: first };
    if (question === undefined) return undefined;
    // Stored before it is sent, so that every answer that comes back has its request.
    await rememberStates(at, consent.id, question, deadline);
    const redirectUrl = `${ports.publicBaseUrl}/api/consents/callback?state=${state}`;
    const { id, validTo } = consent;
    const answer = await altinn
      .create({ id, person: caller.nationalId, validTo, redirectUrl }, deadline)
      .catch(async (error: unknown) => {
        // Altinn has the id for other parties: it will never be this customer's.
        if (error instanceof AltinnError && error.altinnCode === 'AM-00016') await giveUp(at, id, deadline);
        throw error;
      });
    // Altinn silently ignores differences in a repeated request, so its stored request is judged like any answer.
    const reading = await altinnCheck.apply(at, consent, answer, deadline);
    if (reading.kind === 'mismatch') {
      await giveUp(reading.at, id, deadline);
      const isOfParties = ['giver', 'receiver', 'resource'].includes(reading.mismatch);
      throw new ProblemError(isOfParties ? 'consent-person-mismatch' : 'upstream-invalid-reply', {
        fault: `altinn-${reading.mismatch}`,
      });
    }
    if (reading.consent.state !== 'pending') return undefined;
    const consentUrl = linkOf(answer.viewUri);
    const written = await setQuestion(reading.at, id, (before) => ({ ...before, consentUrl }), deadline);
    return written.result && { state: 'pending', consentUrl };
  };

  return {
    ask,
    giveOut,

    async meet(caller, given, open, returnUrl, deadline) {
      const reading = await altinnCheck.check(given, open, deadline);
      if (reading.kind === 'settled' && reading.consent.state !== 'pending') return undefined;
      if (isTooOld(open) || reading.kind === 'mismatch') {
        await giveUp(reading.at, open.id, deadline);
        return undefined;
      }
      const isNew = open.question?.returnUrl !== returnUrl;
      const { result: question, at } = isNew
        ? await setQuestion(reading.at, open.id, (before) => ({ ...before, returnUrl }), deadline)
        : { result: open.question, at: reading.at };
      if (question === undefined) return undefined;
      const consent = { ...open, question };
      if (storedLink(question) === undefined || reading.kind === 'absent') return ask(caller, at, consent, deadline);
      const consentUrl = await giveOut(at, consent, deadline);
      return consentUrl === undefined ? undefined : { state: 'pending', consentUrl };
    },
  };
}
