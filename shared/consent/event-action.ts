import type { AltinnEvent } from '../altinn/events.ts';
import { asProblem, ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import { checkInAltinn } from './altinn-check.ts';
import { type Consent, canMove, overviewOf, transition } from './consent.ts';
import type { ConsentContext } from './consent-context.ts';
import { type Person, withConsent } from './person.ts';

/** What became of an event. */
export type EventResult = 'blocked' | 'settled' | 'unchanged' | 'unknown';

/** The number of events that are looked up at the same time. */
const lookUps = 8;

/**
 * The events that are about consents of this app: the organisation may ask for other ones by other programs. One whose
 * person cannot be looked up is among them. `step` gives the time for one look-up.
 */
export async function oursAmong(
  { index }: Pick<ConsentContext, 'index'>,
  events: readonly AltinnEvent[],
  step: () => Deadline,
): Promise<AltinnEvent[]> {
  const isOurs = ({ consentId }: AltinnEvent) =>
    index.personOf(consentId, step()).then(
      (name) => name !== undefined,
      // An id that is another bank's: it was reported where it was met, and this bank's feed says nothing of it.
      (error: unknown) => asProblem(error).code !== 'consent-person-mismatch',
    );
  const ours: AltinnEvent[] = [];
  for (let from = 0; from < events.length; from += lookUps) {
    const some = events.slice(from, from + lookUps);
    const found = await Promise.all(some.map(isOurs));
    ours.push(...some.filter((_, index) => found[index]));
  }
  return ours;
}

/** Acts on an event; doing it again changes nothing. Throws when it must be tried again. */
export async function actOn(
  context: ConsentContext,
  { consentId, type }: AltinnEvent,
  deadline: Deadline,
): Promise<EventResult> {
  const { people, index, time } = context;
  const name = await index.personOf(consentId, deadline);
  if (name === undefined) return 'unknown';
  const at = await people.upToDate(await people.read([name], deadline), deadline);
  // Withdrawn is acted on by the event alone, so that it takes effect while Altinn's other calls are down.
  if (type === 'revoked' || type === 'deleted') {
    const revoked = (one: Consent) => transition(one, 'altinn-revoked', time.now());
    const decide = (person: Person) => {
      const next = withConsent(person, consentId, revoked, time.now());
      return { result: next !== person, next };
    };
    const { result, left } = await people.change(at, deadline, decide, { ifEraseFails: 'remember' });
    if (left) throw new ProblemError('upstream-unavailable', { fault: 'not-all-erased', retryAfterSeconds: 5 });
    return result ? 'blocked' : 'unchanged';
  }
  const consent = at.person.consents.find(({ id }) => id === consentId);
  const evidence = type === 'accepted' ? 'altinn-accepted' : 'altinn-rejected';
  if (consent === undefined || !canMove(consent, evidence)) return 'unchanged';
  if (consent.state === 'abandoned' && overviewOf(at.person.consents, time.now()).active) return 'unchanged';
  const reading = await checkInAltinn(context, at, consent, deadline);
  if (reading.kind === 'silent') throw reading.problem;
  return 'settled';
}
