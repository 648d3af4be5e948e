import type { Caller } from '../person/caller.ts';
import type { Hidden } from '../person/hidden.ts';
import { type KeyedName, personKey, sessionKey, subjectKey } from '../person/person-key.ts';
import { ProblemError } from '../problems.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { SessionStore, StoredSession } from './session-store.ts';

/** What names the caller and the login session in tables. */
export type Names = { person: KeyedName; session: KeyedName; subject: KeyedName | undefined };

/** A caller whose session was read and had not ended. The row read serves the look-up, so that the warm path is one read. */
export type Admission = { names: Names; stored: StoredSession };

export type Sessions = {
  names(caller: Caller): Names;
  /** Reads the session. Throws `session-ended` after logout, `person-token-invalid` for another person's session. */
  admit(caller: Caller, deadline: Deadline): Promise<Admission>;
  /** Logout: erases the held saldo and ends the session on every instance. Doing it again changes nothing. */
  end(caller: Caller, deadline: Deadline): Promise<void>;
  /** Erases what is held for a person, in every session: the consent is gone. */
  eraseOf(person: KeyedName, deadline: Deadline): Promise<void>;
};

/** A guarded move that loses this often is fought over by more than ordinary traffic. */
const maxRounds = 10;

/** The use cases of a login session besides the look-up. */
export function createSessions(options: {
  store: SessionStore;
  secrets: { personKey: Hidden; sessionKey: Hidden };
  endedMs: number;
  time: Time;
  telemetry: Telemetry;
}): Sessions {
  const { store, secrets, endedMs, time, telemetry } = options;

  const names = (caller: Caller): Names => ({
    person: personKey(secrets.personKey, caller.person),
    session: sessionKey(secrets.sessionKey, caller.issuer, caller.sessionId),
    subject: caller.subject === undefined ? undefined : subjectKey(secrets.sessionKey, caller.issuer, caller.subject),
  });

  const refuseStranger = ({ session }: StoredSession, person: KeyedName) => {
    if (session.state === 'absent' || session.owner === person) return;
    telemetry.count('personMismatch', { where: 'session' });
    telemetry.alert(
      'session-of-another-person',
      'One sid with two persons: the identity provider must be asked how that can be.',
    );
    throw new ProblemError('person-token-invalid', { fault: 'session-of-another-person' });
  };

  return {
    names,

    async admit(caller, deadline) {
      const own = names(caller);
      const stored = await store.read(own.session, deadline);
      refuseStranger(stored, own.person);
      if (stored.session.state === 'ended') throw new ProblemError('session-ended');
      return { names: own, stored };
    },

    async end(caller, deadline) {
      const own = names(caller);
      for (let round = 0; round < maxRounds; round++) {
        const stored = await store.read(own.session, deadline);
        refuseStranger(stored, own.person);
        if (stored.session.state === 'ended') return;
        const next = { state: 'ended', owner: own.person } as const;
        // Replaces the whole row, so lease and sealed saldo go with it.
        if ((await store.move(own.session, stored.etag, next, time.now() + endedMs, deadline)) !== undefined) return;
      }
      throw new ProblemError('upstream-unavailable', { fault: 'session-contended', retryAfterSeconds: 5 });
    },

    async eraseOf(person, deadline) {
      const erase = async (session: KeyedName) => {
        for (let round = 0; round < maxRounds; round++) {
          const stored = await store.read(session, deadline);
          const { state } = stored.session;
          if (state === 'absent' || state === 'ended' || stored.etag === undefined) return;
          if (await store.erase(session, stored.etag, deadline)) return;
        }
        throw new ProblemError('upstream-unavailable', { fault: 'session-contended', retryAfterSeconds: 5 });
      };
      for (const session of await store.sessionsOf(person, deadline)) await erase(session);
    },
  };
}
