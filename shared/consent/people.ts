import type { PersonKey, PersonKeys, SessionKey } from '../person/person-key.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import { namesIn } from '../storage/document-schemas.ts';
import { type At, type Decision, type Documents, unreadableRow } from '../storage/documents.ts';
import type { consentSteps } from '../telemetry/dimensions.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { expired, isRefusal } from './consent.ts';
import { type ConsentLog, entriesOf, type LogEntry } from './consent-log.ts';
import { bounded, type HeldSession, leftToErase, listed, nobodyYet, type Person, withEach } from './person.ts';
import { endedIn, type PersonRow } from './person-document.ts';
import { fought, type Location, locate } from './person-location.ts';

/** A customer as read, with the guard of the next change. */
export type PersonAt = Location & { person: Person };

/** The result of a decision. Without `next`, or with the same person, only `entries` are written. */
export type PersonDecision<R> = { result: R; next?: Person; entries?: readonly LogEntry[] };

/** Options of a change. */
export type ChangeOptions = {
  /**
   * What to do when a session cannot be erased. `give-up` (default): nothing is written, so the customer still has consent
   * and saldo. `remember`: the change is written, and the row remembers what is left to erase.
   */
  ifEraseFails?: 'give-up' | 'remember';
  /** Lets the change replace a row that cannot be read. */
  evenUnreadable?: boolean;
};

/** How one try of a change ended; the customer `before` and `after` it where it was written. */
type Outcome<R> = 'elsewhere' | { result: R; left: boolean; before?: Person; after?: Person; replaced?: boolean };

/** A row that changes its name more often than this under one request is fought over. */
const maxMoves = 8;

type PeoplePorts = {
  rows: Documents<PersonRow, PersonKey>;
  log: ConsentLog;
  eraseSession(session: SessionKey, deadline: Deadline): Promise<void>;
  retentionMs: number;
  time: Time;
  telemetry: Telemetry;
};

/** Customers in the table `consents`. Every held saldo is listed: a session is erased before it leaves its person's list. */
export class People {
  readonly #ports: PeoplePorts;

  constructor(ports: PeoplePorts) {
    this.#ports = ports;
  }

  /** The customer of these keys (the one in use first). `evenUnreadable`: the use case decides about a row that cannot be read. */
  async read(names: PersonKeys, deadline: Deadline, evenUnreadable = false): Promise<PersonAt> {
    const location = await locate(this.#ports, names, deadline, evenUnreadable);
    return { ...location, person: personIn(location.at) ?? nobodyYet };
  }

  /** The customer after storing what time has ended, and after completing an erasure. Throws for an unreadable row. */
  async upToDate(at: PersonAt, deadline: Deadline): Promise<PersonAt> {
    const { time } = this.#ports;
    if (at.at.unreadable !== undefined) throw unreadableRow('person');
    const decide = (person: Person) => ({
      result: undefined,
      next: withEach(person, (consent) => expired(consent, time.now())),
    });
    const isUpToDate = decide(at.person).next === at.person && leftToErase(at.person, time.now()).length === 0;
    return isUpToDate ? at : (await this.change(at, deadline, decide, { ifEraseFails: 'remember' })).at;
  }

  /** For the sweep: completes an erasure that was cut short. It always writes the row, which then asks for no erasure any more. */
  async eraseLeft(name: PersonKey, deadline: Deadline): Promise<void> {
    const decide = (person: Person) => ({ result: undefined, next: person === nobodyYet ? person : { ...person } });
    await this.change(await this.read([name], deadline), deadline, decide, { ifEraseFails: 'remember' });
  }

  /** Decides on the customer as it is, and writes what changes, with the log's entries. `decide` may run several times. */
  async change<R>(
    from: PersonAt,
    deadline: Deadline,
    decide: (person: Person) => PersonDecision<R>,
    options: ChangeOptions = {},
  ): Promise<{ result: R; at: PersonAt; left: boolean }> {
    const { evenUnreadable = false } = options;
    const tag = this.#ports.log.newTag();
    let location: Location = from;
    for (let moves = 0; moves < maxMoves; moves++) {
      const { name, names, claim, at: seen } = location;
      const isClaimed = claim === undefined || (await claim(deadline));
      if (isClaimed) {
        const decideRow = (at: At<PersonRow>) => this.#decision(location, at, deadline, decide, { ...options, tag });
        const done = await this.#ports.rows.change(name, deadline, decideRow, { seen, evenUnreadable });
        if (done.result !== 'elsewhere') {
          const { result, left, before, after, replaced } = done.result;
          if (before !== undefined && after !== undefined) this.#report(before, after);
          // There may be a row under another key too, which can be read.
          if (!replaced || names.length === 1)
            return { result, left, at: { name, names, at: done.at, person: personIn(done.at) ?? nobodyYet } };
        }
      }
      location = await this.read(names, deadline, evenUnreadable);
    }
    throw fought();
  }

  /** What the change comes to for the row as it is: erases what must not be held any more, and decides what is written. */
  async #decision<R>(
    { name, otherName }: Location,
    at: At<PersonRow>,
    deadline: Deadline,
    decide: (person: Person) => PersonDecision<R>,
    { ifEraseFails = 'give-up', evenUnreadable = false, tag }: ChangeOptions & { tag: string },
  ): Promise<Decision<PersonRow, Outcome<R>>> {
    const { log, eraseSession, time } = this.#ports;
    if (at.unreadable !== undefined && !evenUnreadable) throw unreadableRow('person');
    const now = time.now();
    // A readable row beside an unreadable one says itself what has ended.
    const inText = at.unreadable === undefined || otherName !== undefined ? nobodyYet : endedIn(at.unreadable, now);
    const before = at.doc === undefined ? inText : personIn(at);
    if (before === undefined) return { result: 'elsewhere' };
    const { result, next: decided, entries = [] } = decide(before);
    const changed = decided ?? before;
    const next = bounded(changed, now);
    // From the change before it is bounded: a consent that leaves the row with its end has an entry too.
    const entriesToAdd = [...entriesOf(before.consents, changed.consents, now), ...entries];
    const goes = dropped(before, next, now);
    const isSame = decided === undefined || decided === before;
    if (isSame && entriesToAdd.length + goes.length === 0 && at.unreadable === undefined)
      return { result: { result, left: false } };
    const toErase = [...goes.map(({ session }) => session), ...namesIn(at.unreadable)];
    const ends = await Promise.allSettled(toErase.map((session) => eraseSession(session, deadline)));
    const failed = toErase.filter((_, index) => ends[index]?.status === 'rejected');
    const why = ends.find((end) => end.status === 'rejected');
    if (why !== undefined && ifEraseFails === 'give-up') throw why.reason;
    const left = goes.filter(({ session }) => failed.includes(session));
    const row = { ...next, sessions: listed([...left, ...next.sessions], now) };
    return {
      result: { result, left: left.length > 0, before, after: changed, replaced: at.unreadable !== undefined },
      // An unreadable row may be the signpost by which events find the other one, so its place leads there too. No
      // end of this process in between can lose the other row.
      next: at.unreadable === undefined || otherName === undefined ? row : { ...row, movingTo: otherName },
      beside: entriesToAdd.map((entry, index) => log.step(name, entry, index, tag)),
    };
  }

  /** Every move of a consent is written by `change`, and so reported here: once, after it is written. */
  #report(before: Person, after: Person): void {
    const { time, telemetry } = this.#ports;
    for (const consent of after.consents) {
      const was = before.consents.find(({ id }) => id === consent.id);
      const report = (step: (typeof consentSteps)[number]) =>
        telemetry.event('consentStep', { step }, { sinceRequestMs: Math.max(0, time.now() - consent.createdAt) });
      if (was?.state !== consent.state && consent.state !== 'pending') report(consent.state);
      if (was?.doubt === undefined && isRefusal(consent.doubt?.reason)) report('refused');
      if (was?.consentTokenAcceptedAt === undefined && consent.consentTokenAcceptedAt !== undefined)
        report('first-saldo');
    }
  }
}

/** The person in a row; `undefined` without one, or while it moves to another key. */
function personIn({ doc }: At<PersonRow>): Person | undefined {
  if (doc === undefined || 'movedTo' in doc || doc.movingTo !== undefined) return undefined;
  const { movingTo: _, ...person } = doc;
  return person;
}

/** Sessions that were listed and must hold nothing after the change. */
function dropped(before: Person, next: Person, now: number): readonly HeldSession[] {
  const kept = new Set(next.sessions.map(({ session }) => session));
  const left = new Set(leftToErase(before, now).map(({ session }) => session));
  return before.sessions.filter(({ session, until }) => until > now && (!kept.has(session) || left.has(session)));
}
