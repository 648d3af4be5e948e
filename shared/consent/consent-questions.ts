import type { Caller } from '../person/caller.ts';
import type { KeyedName } from '../person/person-key.ts';
import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { Altinn } from './altinn.ts';
import { checkedViewUri } from './altinn-reply.ts';
import { hashOfState, newState } from './callback-state.ts';
import { type Consent, moved } from './consent.ts';
import type { ConsentRecords } from './consent-records.ts';
import type { ConsentStore } from './consent-store.ts';
import { isLoopback } from './return-url.ts';
import type { PendingConsent } from './shown-consent.ts';

/** Puts a stored request to Altinn, and gives up one that will not be answered. */
export type ConsentQuestions = {
  /** Sends the question to Altinn, with a new `state`, and writes its link down. `undefined`: the request has ended meanwhile. */
  ask(caller: Caller, person: KeyedName, consent: Consent, deadline: Deadline): Promise<PendingConsent | undefined>;
  /** Gives an open request up. */
  abandon(person: KeyedName, id: string, deadline: Deadline): Promise<void>;
};

/** Throws `consent-person-mismatch`, `upstream-…`, `configuration`. */
export function createConsentQuestions(ports: {
  records: ConsentRecords;
  store: ConsentStore;
  altinn: Altinn;
  altinnBaseUrl: string;
  publicBaseUrl: string;
  requestTtlMs: number;
  time: Time;
}): ConsentQuestions {
  const { records, store, altinn, time } = ports;

  const abandon: ConsentQuestions['abandon'] = (person, id, deadline) =>
    records.change(person, deadline, (consents) =>
      consents
        .filter((consent) => consent.id === id && consent.state === 'pending')
        .map((consent) => moved(consent, 'request-too-old', time.now())),
    );

  const ask: ConsentQuestions['ask'] = async (
    caller: Caller,
    person: KeyedName,
    consent: Consent,
    deadline: Deadline,
  ): Promise<PendingConsent | undefined> => {
    const state = newState();
    // Remembered before it is sent, so that no answer can come back that leads nowhere.
    await store.rememberState(
      hashOfState(state),
      { person, consentId: consent.id, expiresAt: consent.createdAt + ports.requestTtlMs },
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

  return { ask, abandon };
}
