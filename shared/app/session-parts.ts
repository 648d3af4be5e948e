import { settlePerson } from '../consent/person-move.ts';
import { createSessionStore } from '../session/session-store.ts';
import { createSessions } from '../session/sessions.ts';
import type { Settings } from '../settings.ts';
import type { Ground } from './ground.ts';

/** Login sessions: their rows, and how they end. */
export function composeSessions({ session, secrets }: Settings, { tables, time, telemetry }: Ground) {
  const store = createSessionStore(tables.sessions);
  const sessions = createSessions({
    store,
    secrets,
    endedMs: session.endedHours * 3_600_000,
    sessionMs: session.ttlMinutes * 60_000,
    settlePerson: ({ persons }, deadline) => settlePerson(tables.consents, persons, deadline),
    time,
    telemetry,
  });
  return { store, sessions };
}
