import { createHash } from 'node:crypto';
import type { PersonAt } from '../consent/people.ts';
import type { Caller, LogoutNotice } from '../person/caller.ts';
import {
  type CallerKeys,
  callerKeysOf,
  type NameSecrets,
  sessionKeysOf,
  subjectKeysOf,
} from '../person/caller-keys.ts';
import type { PersonKey, PersonKeys, SessionKey, SubjectKey } from '../person/person-key.ts';
import { ProblemError } from '../problems.ts';
import { allInOrder } from '../resilience/all-in-order.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { At, Documents } from '../storage/documents.ts';
import type { Table } from '../storage/tables.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { type SessionRow, transition } from './session.ts';
import { type Subject, Subjects } from './subjects.ts';

/** A caller whose session has not ended, with the rows that were read on the way: the look-up decides on them. */
export type Admission = {
  names: CallerKeys;
  stored: At<SessionRow>;
  /** What is known of the customer and of the subject. Not read for a session that holds a saldo: the warm path is one read. */
  person: PersonAt | undefined;
  subjects: readonly At<Subject>[] | undefined;
};

/** A logout token is remembered this much longer than its life, milliseconds: more than the tolerance for its expiry. */
const rememberedMs = 60_000;

type SessionPorts = {
  rows: Documents<SessionRow, SessionKey>;
  subjects: Documents<Subject, SubjectKey>;
  /** Where the logout tokens that were received are remembered, a row each. */
  table: Pick<Table, 'read' | 'write'>;
  secrets: NameSecrets;
  /** The bank whose sessions they are: a logout token may be for several, and each remembers it. */
  bank: string;
  endedMs: number;
  sessionMs: number;
  /** Reads what is known of the customer of these names, whether it can be read or not. */
  readPerson: (persons: PersonKeys, deadline: Deadline) => Promise<PersonAt>;
  time: Time;
  telemetry: Telemetry;
};

/** The use cases of a login session besides the look-up. */
export class Sessions {
  readonly #ports: SessionPorts;
  readonly #subjects: Subjects;

  constructor(ports: SessionPorts) {
    this.#ports = ports;
    this.#subjects = new Subjects({
      ...ports,
      erase: (session, deadline) => this.erase(session, deadline),
      endSession: (session, deadline) => this.#end(session, '', deadline),
    });
  }

  names(caller: Caller): CallerKeys {
    return callerKeysOf(this.#ports.secrets, caller);
  }

  /** Throws `session-ended` after a logout, `person-token-invalid` for another person's session. */
  async admit(caller: Caller, deadline: Deadline): Promise<Admission> {
    const { rows, readPerson, time } = this.#ports;
    const names = this.names(caller);
    const read = await Promise.all(
      names.sessionKeys.map(async (session) => ({ session, stored: await rows.read(session, deadline) })),
    );
    for (const { stored } of read) this.#refuseStranger(stored, names.personKeys);
    if (read.some(({ stored }) => stored.doc?.state === 'ended')) throw new ProblemError('session-ended');
    const found = read.find(({ stored }) => stored.doc !== undefined) ?? read[0];
    if (found === undefined) throw new ProblemError('internal', { fault: 'no-session-name' });
    const { stored, session } = found;
    // A row under the older secret is used where it is: it lives an hour at most.
    const admission = { names: { ...names, sessionKey: session }, stored };
    // It was entered with its subject before it could hold anything, so a logout of the subject would have ended it.
    if (stored.doc?.state === 'held' && stored.doc.expiresAt > time.now())
      return { ...admission, person: undefined, subjects: undefined };
    const ofSubject = this.#subjects.read(caller, deadline);
    // While a secret is rotated, reading may move the row, and nothing is written for a customer who was logged out.
    if (names.personKeys.length > 1) await ofSubject;
    const [subjects, person] = await allInOrder([ofSubject, readPerson(names.personKeys, deadline)]);
    return { ...admission, person, subjects };
  }

  /**
   * Adds the session to those of its subject, so that a logout of the subject finds it. To be done before Lånekassen is
   * called. Throws `session-ended` when the subject was logged out after the caller's token was issued.
   */
  enter(caller: Caller, { names, subjects }: Admission, deadline: Deadline): Promise<void> {
    return this.#subjects.enter(caller, names.sessionKey, subjects, deadline);
  }

  /** Logout: erases the held saldo and ends the session on every instance. Doing it again changes nothing. */
  async end(caller: Caller, deadline: Deadline): Promise<void> {
    const { sessionKeys, personKey, personKeys } = this.names(caller);
    // Under each name, so that a process that knows only one of the secrets sees it too.
    for (const session of sessionKeys) await this.#end(session, personKey, deadline, personKeys);
    await this.#subjects.replaceUnreadable(caller, deadline);
  }

  /** Logout that the identity provider reports. Throws `request-invalid` for a logout token received before. */
  async endByNotice(notice: LogoutNotice, deadline: Deadline): Promise<void> {
    const { bank, table, secrets, telemetry } = this.#ports;
    const name = createHash('sha256')
      .update(JSON.stringify([bank, notice.issuer, notice.jti]))
      .digest('base64url');
    const [partitionKey, rowKey] = [`jti-${name}`, 'jti'];
    if ((await table.read(partitionKey, rowKey, deadline)).row !== undefined)
      throw new ProblemError('request-invalid', {
        fault: 'logout-token-repeated',
        detail: 'The logout token is not valid.',
      });
    if (notice.sid !== undefined)
      for (const session of sessionKeysOf(secrets, notice.issuer, notice.sid)) await this.#end(session, '', deadline);
    else
      for (const subject of subjectKeysOf(secrets, notice.issuer, notice.sub))
        await this.#subjects.logOut(subject, notice.issuedAt, deadline);
    telemetry.count('backchannelLogout', { by: notice.sid === undefined ? 'sub' : 'sid' });
    // Last: a token whose work was cut short may be sent again.
    const values = { purgeAt: new Date(notice.expiresAt + rememberedMs).toISOString() };
    await table.write([{ partitionKey, rowKey, values }], deadline);
  }

  /** Erases what a session holds, and a lease with it. The login session itself continues. */
  async erase(session: SessionKey, deadline: Deadline): Promise<void> {
    const { rows, time, endedMs } = this.#ports;
    const decide = ({ doc, unreadable }: At<SessionRow>) => ({
      result: undefined,
      // A row that cannot be read may be one that has ended, and that must stay so.
      next:
        unreadable === undefined
          ? transition(doc, { event: 'erase' }, 0)
          : transition(undefined, { event: 'logout', owner: '' }, time.now() + endedMs),
    });
    await rows.change(session, deadline, decide, { evenUnreadable: true });
  }

  /** Ends a session. `owner`: of a session that has no row. `persons`: the caller's keys; the identity provider has none. */
  async #end(session: SessionKey, owner: PersonKey | '', deadline: Deadline, persons?: PersonKeys): Promise<void> {
    const { rows, time, endedMs } = this.#ports;
    const decide = (at: At<SessionRow>) => {
      if (persons !== undefined) this.#refuseStranger(at, persons);
      if (at.doc?.state === 'ended') return { result: undefined };
      // Replaces the whole row, so lease and sealed saldo go with it.
      return { result: undefined, next: transition(at.doc, { event: 'logout', owner }, time.now() + endedMs) };
    };
    await rows.change(session, deadline, decide, { evenUnreadable: true });
  }

  #refuseStranger({ doc }: At<SessionRow>, persons: PersonKeys): void {
    // A session that the identity provider has ended before it was seen here has no owner.
    if (doc === undefined || doc.owner === '' || persons.includes(doc.owner)) return;
    this.#ports.telemetry.count('personMismatch', { where: 'session' });
    this.#ports.telemetry.alert(
      'session-of-another-person',
      'One sid with two persons: ask the identity provider how that can be.',
    );
    throw new ProblemError('person-token-invalid', {
      fault: 'session-of-another-person',
      refusal: 'session-of-another-person',
    });
  }
}
