import type { PersonKey, SessionKey } from '../person/person-key.ts';
import {
  type Consent,
  type Doubt,
  expired,
  isFinal,
  isRefusal,
  maxSessions,
  newestFirst,
  overviewOf,
  transition,
} from './consent.ts';

/** A login session that may hold a saldo under a consent, from `at` until `until`. */
export type HeldSession = { session: SessionKey; consentId: string; at: number; until: number };

/** Everything that is stored of a customer's consents. Instants in milliseconds since 1970. */
export type Person = {
  consents: readonly Consent[];
  /** Oldest first. */
  sessions: readonly HeldSession[];
  /** When the latest new consent requests were made. */
  requests: readonly number[];
  /** Names that the row had before a secret was rotated: the customer's log is read from there too. */
  formerly: readonly PersonKey[];
};

/** A customer without stored data. */
export const nobodyYet: Person = { consents: [], sessions: [], requests: [], formerly: [] };

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The most sessions that are listed, with those that an erasure left, which run out within an hour or so. */
export const maxListed = 4 * maxSessions;
/** Closed consents that are kept: those of a day at most count (adoption, refusal), and the last one is shown. */
export const maxClosed = 20;
/** The most new consent requests, far more than a customer needs, so that no caller fills Altinn or a row. */
export const maxRequests = { anHour: 5, aDay: 20 } as const;
/** The former keys that are kept: a secret is rotated yearly, and the log is kept for a year by default. */
export const maxFormerNames = 3;

const isClosed = ({ state }: Consent) => state !== 'accepted' && state !== 'pending';

/** Whether a session may still hold what it held: its consent is in force at least until then, and no doubt was raised after it. */
function mayHold({ consentId, at, until }: HeldSession, consent: Consent | undefined): boolean {
  if (consent === undefined || consent.id !== consentId || until > consent.validTo) return false;
  return consent.doubt === undefined || at > consent.doubt.at;
}

/** Sessions in the list that must hold nothing any more, because an erasure was cut short. */
export function leftToErase(person: Person, now: number): readonly HeldSession[] {
  const { active } = overviewOf(person.consents, now);
  return person.sessions.filter((entry) => entry.until > now && !mayHold(entry, active));
}

/** The doubt about a closed consent is not checked again, and the names would make the row too large. */
const withoutCheckedIn = (one: Consent): Consent =>
  one.doubt === undefined ? one : { ...one, doubt: { ...one.doubt, checkedIn: [] } };

/**
 * The person within its bounds: closed consents without what only an open request needs, and only sessions that may hold a
 * saldo. What leaves the list of sessions here must be erased before the person is written.
 */
export function bounded(person: Person, now: number): Person {
  const consents = newestFirst(person.consents);
  const closed = consents.filter(isClosed);
  // Imported ones are kept first: an import could bring back an ended one that the row does not hold any more.
  const kept = [...closed.filter(({ migrated }) => migrated), ...closed.filter(({ migrated }) => !migrated)];
  const { active } = overviewOf(person.consents, now);
  return {
    consents: [...consents.filter((one) => !isClosed(one)), ...kept.slice(0, maxClosed).map(withoutCheckedIn)].map(
      (one) => (one.state === 'pending' ? one : { ...one, question: undefined }),
    ),
    sessions: person.sessions.filter((entry) => entry.until > now && mayHold(entry, active)).slice(-maxSessions),
    requests: person.requests.filter((at) => Math.abs(now - at) < dayMs).slice(-maxRequests.aDay),
    formerly: [...new Set(person.formerly)].slice(0, maxFormerNames),
  };
}

/** The person with one consent replaced; the same object when `next` changes nothing. */
export function withConsent(person: Person, id: string, next: (current: Consent) => Consent, now: number): Person {
  const from = person.consents.find((consent) => consent.id === id);
  const to = from && next(from);
  if (from === undefined || to === undefined || to === from) return person;
  const others = person.consents.filter((consent) => consent.id !== id);
  if (from.state === 'accepted' || to.state !== 'accepted') return { ...person, consents: [...others, to] };
  // One that had been given up does not displace another.
  if (from.state === 'abandoned' && overviewOf(others, now).active) return person;
  // Newly accepted: it retires the older one, and an open request is not needed any more.
  const retired = others.map((other) =>
    transition(other, other.state === 'pending' ? 'other-adopted' : 'newer-accepted', now),
  );
  return { ...person, consents: [...retired, to] };
}

/** Applies one piece of evidence to every consent; the same object when it changes none. */
export function withEach(person: Person, next: (consent: Consent) => Consent): Person {
  const consents = person.consents.map(next);
  return consents.every((consent, index) => consent === person.consents[index]) ? person : { ...person, consents };
}

/** The person with a session that may hold a saldo from now on. A session that is listed already moves to the end. */
export function withSession(person: Person, entry: HeldSession): Person {
  const others = person.sessions.filter(({ session }) => session !== entry.session);
  return { ...person, sessions: [...others, entry] };
}

/** The consent in doubt, as checked by one more session. */
export function doubted(consent: Consent, reason: Doubt['reason'], session: SessionKey, now: number): Consent {
  const before = consent.doubt?.checkedIn ?? [];
  const checkedIn = [...before.filter((one) => one !== session), session].slice(-maxSessions);
  return { ...consent, doubt: { reason, at: now, checkedIn } };
}

/** The person with a new open request. */
export function withRequest(person: Person, consent: Consent): Person {
  return { ...person, consents: [...person.consents, consent], requests: [...person.requests, consent.createdAt] };
}

/** How long a new consent request has to wait, milliseconds; 0: it may be made now. */
export function requestWaitMs({ requests }: Person, now: number): number {
  const waits = [
    { most: maxRequests.anHour, withinMs: hourMs },
    { most: maxRequests.aDay, withinMs: dayMs },
  ].map(({ most, withinMs }) => {
    // With as many in the window as may be, the oldest of them has to leave it first.
    const oldest = requests.filter((at) => Math.abs(now - at) < withinMs).at(-most);
    return oldest === undefined ? 0 : Math.min(oldest, now) + withinMs - now;
  });
  return Math.max(...waits);
}

/**
 * Whether a consent that is refused may be replaced now: once a day for each person (docs/contracts/interface.md §3,
 * `consent-refused`). A consent that was itself asked for after a refusal, and refused within the same day, is the second
 * one, and must wait. A replacement that the customer has rejected, ended or abandoned does not count, nor does a refused one that had
 * been closed for a day when the later one was asked for.
 */
export function mayAskAfterRefusal({ consents }: Person, now: number): boolean {
  const refused = consents.filter(({ doubt }) => isRefusal(doubt?.reason));
  return !refused.some(
    (later) =>
      now - later.createdAt < dayMs &&
      refused.some(
        (earlier) =>
          earlier.id !== later.id &&
          (earlier.doubt?.at ?? now) <= later.createdAt &&
          !(isClosed(earlier) && earlier.changedAt <= later.createdAt - dayMs),
      ),
  );
}

/**
 * The person as it arrives under another name (`to`). Where something is there already (two processes that did not know
 * each other's secret), what is there stays in force and the other's consents are closed. No session leaves the list here.
 */
export function arrived(
  from: PersonKey,
  to: PersonKey,
  source: Person,
  there: Person | undefined,
  now: number,
): Person {
  const old = there ?? nobodyYet;
  const kept = old.consents
    .map((consent) => expired(consent, now))
    // What has ended under either name has ended.
    .map((there) =>
      isFinal(there.state)
        ? there
        : (source.consents.find(({ id, state }) => id === there.id && isFinal(state)) ?? there),
    );
  const taken = kept.some(({ state }) => state === 'accepted');
  const brought = source.consents
    .filter(({ id }) => !kept.some((one) => one.id === id))
    .map((consent) => {
      if (there === undefined) return consent;
      if (consent.state === 'pending') return transition(consent, 'request-too-old', now);
      return taken ? transition(consent, 'newer-accepted', now) : consent;
    });
  const sessions = [...new Map([...source.sessions, ...old.sessions].map((one) => [one.session, one])).values()];
  const whole = {
    consents: [...kept, ...brought],
    sessions,
    requests: [...new Set([...source.requests, ...old.requests])].sort((a, b) => a - b),
    formerly: [from, ...source.formerly, ...old.formerly].filter((name) => name !== to),
  };
  return { ...bounded(whole, now), sessions: listed(sessions, now) };
}

/** Sessions as they may be listed: those that may hold a saldo, and those that an erasure left. */
export function listed(sessions: readonly HeldSession[], now: number): readonly HeldSession[] {
  return sessions.filter(({ until }) => until > now).slice(-maxListed);
}

/** The person with a consent that was moved from Altinn 2. It replaces one that has expired. */
export function withImported(person: Person, consent: Consent, now: number): Person {
  return { ...person, consents: [...person.consents.map((one) => expired(one, now)), consent] };
}
