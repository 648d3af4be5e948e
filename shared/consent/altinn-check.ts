import type { AltinnConsent } from '../altinn/reply.ts';
import type { NationalId } from '../person/national-id.ts';
import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import { adoptable, type Consent, overviewOf } from './consent.ts';
import type { ConsentContext } from './consent-context.ts';
import type { PersonAt } from './people.ts';
import { type Person, withConsent } from './person.ts';
import { type Mismatch, verifyConsent } from './verify-consent.ts';

/** The result of reading a consent in Altinn. `consent` and `at` are the state after it. */
export type Reading = { at: PersonAt; consent: Consent } & (
  | { kind: 'settled' }
  /** Altinn says with its own code that it knows no consent of that id: the POST has never arrived. */
  | { kind: 'absent' }
  | { kind: 'mismatch'; mismatch: Mismatch }
  /** Accepted in our tables, while Altinn has another status, which ends nothing. */
  | { kind: 'contradicted' }
  /** No usable answer; `problem` says why. */
  | { kind: 'silent'; problem: ProblemError }
);

/** Reads a consent in Altinn, and stores the answer. */
export async function checkInAltinn(
  context: ConsentContext,
  at: PersonAt,
  consent: Consent,
  deadline: Deadline,
): Promise<Reading> {
  let answer: AltinnConsent | undefined;
  try {
    answer = await context.altinn.read(consent.id, deadline);
  } catch (error) {
    if (error instanceof ProblemError && error.code !== 'configuration')
      return { kind: 'silent', at, consent, problem: error };
    throw error;
  }
  if (answer === undefined) return { kind: 'absent', at, consent };
  context.watch.good('absent');
  return applyAnswer(context, at, consent, answer, deadline);
}

/** Stores an answer of Altinn, from a read or from another call. */
export async function applyAnswer(
  context: ConsentContext,
  at: PersonAt,
  consent: Consent,
  answer: AltinnConsent,
  deadline: Deadline,
): Promise<Reading> {
  const { people, keysOf, bank, settings, time } = context;
  const names = [at.name, ...at.names, ...at.person.formerly];
  const isPerson = (nationalId: NationalId) => keysOf(nationalId).some((key) => names.includes(key));
  const expected = { ...bank, ...settings.altinn, isPerson };
  const verified = (one: Consent) => verifyConsent(one, answer, expected, time.now());
  const verification = verified(consent);
  if ('mismatch' in verification) {
    reportMismatch(context, verification.mismatch);
    return { kind: 'mismatch', at, consent, mismatch: verification.mismatch };
  }
  const judged = (current: Consent) => {
    const again = verified(current);
    return 'consent' in again ? again.consent : current;
  };
  const decide = (person: Person) => ({
    result: undefined,
    next: withConsent(person, consent.id, judged, time.now()),
  });
  // Most reads change nothing, so nothing is written then.
  const isSame = verification.consent === consent;
  const after = isSame ? at : (await people.change(at, deadline, decide, { ifEraseFails: 'remember' })).at;
  const now = after.person.consents.find(({ id }) => id === consent.id) ?? verification.consent;
  const isContradicted = now.state === 'accepted' && answer.status !== 'accepted';
  return { kind: isContradicted ? 'contradicted' : 'settled', at: after, consent: now };
}

/** Checks the open request and, where no consent is in force, the request that was given up recently. */
export async function checkOpen(
  context: ConsentContext,
  at: PersonAt,
  deadline: Deadline,
): Promise<{ at: PersonAt; reading: Reading | undefined }> {
  const { time } = context;
  const { open } = overviewOf(at.person.consents, time.now());
  const reading = open && (await checkInAltinn(context, at, open, deadline));
  const now = reading?.at ?? at;
  const left = adoptable(now.person.consents, time.now());
  if (left === undefined) return { at: now, reading };
  const second = await checkInAltinn(context, now, left, deadline);
  const isAdopted = second.kind === 'settled' && second.consent.state === 'accepted';
  return isAdopted ? { at: second.at, reading: second } : { at: now, reading };
}

function reportMismatch({ telemetry }: ConsentContext, mismatch: Mismatch): void {
  telemetry.count('personMismatch', { where: `altinn-${mismatch}` });
  telemetry.alert(
    'consent-mismatch',
    'Altinn answered about another giver, receiver, resource or validity than was asked for. Nothing is used; find out why.',
    { mismatch, reason: mismatch },
  );
}
