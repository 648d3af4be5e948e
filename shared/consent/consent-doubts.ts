import type { SessionKey } from '../person/person-key.ts';
import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Failure } from '../telemetry/failure.ts';
import { type Consent, type Doubt, type DoubtReason, isRefusal } from './consent.ts';
import type { ConsentContext } from './consent-context.ts';
import type { Active } from './consent-in-force.ts';
import { doubted, type Person, withConsent } from './person.ts';
import type { SharedRefusal } from './refusal-watch.ts';

// Doubts about an accepted consent. Only the customer, Altinn's answer and time end a consent. Everything else is a doubt: the consent is
// not used, the customer may ask for a new one, and a later check that succeeds takes the doubt back.

/** The doubt that is stored, or that its resource is not on the list of `ALTINN_CONSENT_RESOURCE_ID` any more. */
export function doubtOf({ settings }: ConsentContext, { doubt, resourceId }: Consent): Doubt | undefined {
  if (doubt !== undefined || settings.altinn.resourceIds.includes(resourceId)) return doubt;
  return { reason: 'resource', at: 0, checkedIn: [] };
}

/** A login session checks a doubt once, and again if an outage caused the doubt. Throws the doubt's problem. */
export function refuseChecked({ watch }: ConsentContext, { doubt }: Consent, session: SessionKey): void {
  if (!doubt?.checkedIn.includes(session)) return;
  if (isShared(doubt.reason) && watch.wasOutage(doubt.reason, doubt.at)) return;
  // It counts as a failure once, when the doubt is raised. After that it is the customer's state.
  throw problemOf(doubt.reason, { party: 'none', kind: 'none' });
}

/** Stores a doubt, and erases what the customer's sessions hold. Returns the problem to throw. */
export async function raiseDoubt(
  { people, watch, time, telemetry }: ConsentContext,
  { at, consent, session }: Active,
  reason: DoubtReason,
  deadline: Deadline,
): Promise<ProblemError> {
  if (isRefusal(reason)) telemetry.alert(refusals[reason].alert, refusals[reason].message);
  if (isShared(reason) && watch.isOutage(reason, at.name)) {
    telemetry.alert(
      'consents-refused-for-all',
      'Three customers or more were refused within ten minutes, and none was answered well: a wrong key, a firewall or an outage. Nothing was written into their consents.',
      { reason },
    );
    return new ProblemError('upstream-unavailable', {
      fault: `${reason}-for-all`,
      failure: failureOf(reason),
      retryAfterSeconds: 30,
    });
  }
  const inDoubt = (current: Consent) =>
    current.state === 'accepted' ? doubted(current, reason, session, time.now()) : current;
  const decide = (person: Person) => {
    const next = withConsent(person, consent.id, inDoubt, time.now());
    // All listed sessions are erased, also those that a process with a fast clock has listed.
    return { result: undefined, next: next === person ? person : { ...next, sessions: [] } };
  };
  await people.change(at, deadline, decide, { ifEraseFails: 'remember' });
  return problemOf(reason, failureOf(reason));
}

/** Who refuses, and what an operator is alerted with. */
const refusals = {
  refused: {
    party: 'lanekassen',
    alert: 'consent-refused',
    message:
      'Lånekassen refuses a consent that Altinn calls accepted, after a fresh consent token: ask Lånekassen with the lanekassenRequestId of the line before.',
  },
  token: {
    party: 'maskinporten',
    alert: 'consent-token-refused',
    message: 'Maskinporten refuses a consent token for a consent that Altinn calls accepted: ask Digdir with the time.',
  },
} as const;

const isShared = (reason: DoubtReason): reason is SharedRefusal => isRefusal(reason) || reason === 'absent';
const isOfParties = (reason: DoubtReason) => reason === 'giver' || reason === 'receiver';

/** The party at fault when a doubt is raised: the one that refused, or that answered otherwise than before. */
function failureOf(reason: DoubtReason): Failure {
  if (isOfParties(reason)) return { party: 'app', kind: 'mismatch' };
  return { party: isRefusal(reason) ? refusals[reason].party : 'altinn', kind: 'refused' };
}

function problemOf(reason: DoubtReason, failure: Failure): ProblemError {
  const code = isOfParties(reason) ? 'consent-person-mismatch' : 'consent-refused';
  return new ProblemError(code, { fault: `doubt-${reason}`, failure });
}
