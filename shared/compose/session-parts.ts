import type { Bank } from '../bank/bank.ts';
import type { BankSecrets } from '../bank/bank-secrets.ts';
import type { PersonAt } from '../consent/people.ts';
import type { PersonKeys } from '../person/person-key.ts';
import type { Deadline } from '../resilience/deadline.ts';
import { createLogoutTokens } from '../session/logout-tokens.ts';
import { sessionKind } from '../session/session-document.ts';
import { Sessions } from '../session/sessions.ts';
import { subjectKind } from '../session/subject.ts';
import type { Settings } from '../settings.ts';
import { Documents } from '../storage/documents.ts';
import type { BankInfrastructure } from './bank-infrastructure.ts';

/** Login sessions: their rows, and how they end. */
export function composeSessions(
  { session }: Settings,
  { organisationNumber }: Bank,
  secrets: BankSecrets,
  { tables, time, telemetry }: BankInfrastructure,
  readPerson: (persons: PersonKeys, deadline: Deadline) => Promise<PersonAt>,
) {
  const stored = { table: tables.sessions, time, telemetry };
  const rows = new Documents(sessionKind, stored);
  const sessions = new Sessions({
    rows,
    subjects: new Documents(subjectKind, stored),
    logoutTokens: createLogoutTokens(tables.sessions),
    secrets,
    bank: organisationNumber,
    endedMs: session.endedHours * 3_600_000,
    sessionMs: session.ttlMinutes * 60_000,
    readPerson,
    time,
    telemetry,
  });
  return { rows, sessions };
}
