import type { PersonAt } from '../consent/people.ts';
import type { PersonKeys } from '../person/person-key.ts';
import type { Deadline } from '../resilience/deadline.ts';
import { createLogoutTokens } from '../session/logout-tokens.ts';
import { sessionKind } from '../session/session-document.ts';
import { createSessions } from '../session/sessions.ts';
import { subjectKind } from '../session/subject.ts';
import type { Settings } from '../settings.ts';
import { createDocuments } from '../storage/documents.ts';
import type { Infrastructure } from './infrastructure.ts';

/** Login sessions: their rows, and how they end. */
export function composeSessions(
  { session, secrets }: Settings,
  { tables, time, telemetry }: Infrastructure,
  readPerson: (persons: PersonKeys, deadline: Deadline) => Promise<PersonAt>,
) {
  const stored = { table: tables.sessions, time, telemetry };
  const rows = createDocuments(sessionKind, stored);
  const sessions = createSessions({
    rows,
    subjects: createDocuments(subjectKind, stored),
    logoutTokens: createLogoutTokens(tables.sessions),
    secrets,
    endedMs: session.endedHours * 3_600_000,
    sessionMs: session.ttlMinutes * 60_000,
    readPerson,
    time,
    telemetry,
  });
  return { rows, sessions };
}
