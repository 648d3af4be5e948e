import { createHash } from 'node:crypto';
import type { PersonAt } from '../consent/people.ts';
import type { Caller } from '../person/caller.ts';
import {
  type CallerKeys,
  callerKeysOf,
  type NameSecrets,
  sessionKeysOf,
  subjectKeysOf,
} from '../person/caller-keys.ts';
import type { LogoutNotice } from '../person/logout-notice.ts';
import type { PersonKey, PersonKeys, SessionKey, SubjectKey } from '../person/person-key.ts';
import { ProblemError } from '../problems.ts';
import { allInOrder } from '../resilience/all-in-order.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { At, Documents } from '../storage/documents.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { afterMove } from './lease.ts';
import type { LogoutTokens } from './logout-tokens.ts';
import type { SessionRow } from './session-document.ts';
import type { Subject } from './subject.ts';
import { createSubjects } from './subjects.ts';

/** A caller whose session has not ended, with the rows that were read on the way: the look-up decides on them. */
export type Admission = {
  names: CallerKeys;
  stored: At<SessionRow>;
  /** What is known of the customer and of the subject. Not read for a session that holds a saldo: the warm path is one read. */
  person: PersonAt | undefined;
  subjects: readonly At<Subject>[] | undefined;
};

/** The use cases of a login session besides the look-up. */
export type Sessions = {
  names(caller: Caller): CallerKeys;
  /** Throws `session-ended` after a logout, `person-token-invalid` for another person's session. */
  admit(caller: Caller, deadline: Deadline): Promise<Admission>;
  /**
   * Adds the session to those of its subject, so that a logout of the subject finds it. To be done before Lånekassen is
   * called. Throws `session-ended` when the subject was logged out after the caller's token was issued.
   */
  enter(caller: Caller, admission: Admission, deadline: Deadline): Promise<void>;
  /** Logout: erases the held saldo and ends the session on every instance. Doing it again changes nothing. */
  end(caller: Caller, deadline: Deadline): Promise<void>;
  /** Logout that the identity provider reports. Throws `request-invalid` for a logout token received before. */
  endByNotice(notice: LogoutNotice, deadline: Deadline): Promise<void>;
  /** Erases what a session holds, and a lease with it. The login session itself goes on. */
  erase(session: SessionKey, deadline: Deadline): Promise<void>;
};

/** Makes the use cases. */
export function createSessions(ports: {
  rows: Documents<SessionRow, SessionKey>;
  subjects: Documents<Subject, SubjectKey>;
  logoutTokens: LogoutTokens;
  secrets: NameSecrets;
  /** The bank whose sessions they are: a logout token may be for several, and each remembers it. */
  bank: string;
  endedMs: number;
  sessionMs: number;
  /** Reads what is known of the customer of these names, whether it can be read or not. */
  readPerson: (persons: PersonKeys, deadline: Deadline) => Promise<PersonAt>;
  time: Time;
  telemetry: Telemetry;
}): Sessions {
  const { rows, subjects, secrets, endedMs, time, telemetry } = ports;

  const refuseStranger = ({ doc }: At<SessionRow>, persons: PersonKeys) => {
    // A session that the identity provider has ended before it was seen here has no owner.
    if (doc === undefined || doc.owner === '' || persons.includes(doc.owner)) return;
    telemetry.count('personMismatch', { where: 'session' });
    telemetry.alert(
      'session-of-another-person',
      'One sid with two persons: ask the identity provider how that can be.',
    );
    throw new ProblemError('person-token-invalid', { fault: 'session-of-another-person' });
  };

  const erase: Sessions['erase'] = async (session, deadline) => {
    await rows.change(
      session,
      deadline,
      ({ doc, unreadable }) => ({
        result: undefined,
        // A row that cannot be read may be one that has ended, and that must stay so.
        next:
          unreadable === undefined
            ? afterMove(doc, { event: 'erase' }, 0)
            : afterMove(undefined, { event: 'logout', owner: '' }, time.now() + endedMs),
      }),
      { evenUnreadable: true },
    );
  };

  const endRow = async (
    session: SessionKey,
    owner: PersonKey | '',
    check: (at: At<SessionRow>) => void,
    by: Deadline,
  ) => {
    await rows.change(
      session,
      by,
      (at) => {
        check(at);
        if (at.doc?.state === 'ended') return { result: undefined };
        // Replaces the whole row, so lease and sealed saldo go with it.
        return { result: undefined, next: afterMove(at.doc, { event: 'logout', owner }, time.now() + endedMs) };
      },
      { evenUnreadable: true },
    );
  };
  const endUnseen = (session: SessionKey, by: Deadline) => endRow(session, '', () => {}, by);

  const ofSubjects = createSubjects({ ...ports, rows: subjects, erase, endSession: endUnseen });

  return {
    names: (caller) => callerKeysOf(secrets, caller),
    erase,

    async admit(caller, deadline) {
      const names = callerKeysOf(secrets, caller);
      const read = await Promise.all(
        names.sessionKeys.map(async (session) => ({ session, stored: await rows.read(session, deadline) })),
      );
      for (const { stored } of read) refuseStranger(stored, names.personKeys);
      if (read.some(({ stored }) => stored.doc?.state === 'ended')) throw new ProblemError('session-ended');
      const found = read.find(({ stored }) => stored.doc !== undefined) ?? read[0];
      if (found === undefined) throw new ProblemError('internal', { fault: 'no-session-name' });
      const { stored, session } = found;
      // A row under the older secret is used where it is: it lives an hour at most.
      const admission = { names: { ...names, session }, stored };
      // It was entered with its subject before it could hold anything, so a logout of the subject would have ended it.
      if (stored.doc?.state === 'held' && stored.doc.expiresAt > time.now())
        return { ...admission, person: undefined, subjects: undefined };
      const ofSubject = ofSubjects.read(caller, deadline);
      // While a secret is rotated, reading may move the row, and nothing is written for a customer who was logged out.
      if (names.personKeys.length > 1) await ofSubject;
      const [known, person] = await allInOrder([ofSubject, ports.readPerson(names.personKeys, deadline)]);
      return { ...admission, person, subjects: known };
    },

    enter: (caller, { names, subjects: seen }, deadline) => ofSubjects.enter(caller, names.sessionKey, seen, deadline),

    async end(caller, deadline) {
      const names = callerKeysOf(secrets, caller);
      // Under each name, so that a process that knows only one of the secrets sees it too.
      for (const session of names.sessionKeys)
        await endRow(session, names.personKey, (at) => refuseStranger(at, names.personKeys), deadline);
      await ofSubjects.replaceUnreadable(caller, deadline);
    },

    async endByNotice(notice, deadline) {
      const name = createHash('sha256')
        .update(JSON.stringify([ports.bank, notice.issuer, notice.jti]))
        .digest('base64url');
      if (await ports.logoutTokens.isKnown(name, deadline))
        throw new ProblemError('request-invalid', {
          fault: 'logout-token-repeated',
          detail: 'The logout token is not valid.',
        });
      if (notice.sid !== undefined)
        for (const session of sessionKeysOf(secrets, notice.issuer, notice.sid)) await endUnseen(session, deadline);
      else
        for (const subject of subjectKeysOf(secrets, notice.issuer, notice.sub))
          await ofSubjects.logOut(subject, notice.issuedAt, deadline);
      telemetry.count('backchannelLogout', { by: notice.sid === undefined ? 'sub' : 'sid' });
      // Last: a token whose work was cut short may be sent again.
      await ports.logoutTokens.remember(name, notice.expiresAt, deadline);
    },
  };
}
