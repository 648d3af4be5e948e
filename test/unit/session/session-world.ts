// Sessions and their lease on a table in memory, without a customer's row.
import { nobodyYet } from '../../../shared/consent/person.ts';
import type { Caller } from '../../../shared/person/caller.ts';
import { Secret } from '../../../shared/person/secret.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import { takeLease } from '../../../shared/session/lease.ts';
import { sessionKind } from '../../../shared/session/session.ts';
import { Sessions } from '../../../shared/session/sessions.ts';
import { subjectKind } from '../../../shared/session/subjects.ts';
import { Documents } from '../../../shared/storage/documents.ts';
import { memoryTable } from '../support/memory-table.ts';
import { steinar } from '../support/people.ts';
import { storedSession } from '../support/plant-session.ts';
import { recordedTelemetry } from '../support/recorder.ts';
import { VirtualTime } from '../support/virtual-time.ts';

export const at = Date.UTC(2026, 10, 23, 8);
export const sealed = { salt: 'a', nonce: 'b', box: 'c' };
export const caller: Caller = {
  nationalId: steinar,
  sessionId: 'sid-1',
  issuer: 'https://login.example',
  subject: undefined,
  issuedAt: undefined,
};

/** The world. `lease` takes the lease of `caller`'s session, which has no row yet. */
export function setUp() {
  const time = new VirtualTime(at);
  const telemetry = recordedTelemetry();
  const table = memoryTable(time);
  const rows = new Documents(sessionKind, { table, time, telemetry });
  const secrets = { personKey: [new Secret('A'.repeat(44))], sessionKey: [new Secret('B'.repeat(44))] } as const;
  const sessions = new Sessions({
    rows,
    subjects: new Documents(subjectKind, { table, time, telemetry }),
    table,
    secrets,
    bank: '974760673',
    endedMs: 24 * 3_600_000,
    sessionMs: 3_600_000,
    readPerson: async (persons) => {
      const nothing = { doc: undefined, etag: undefined, ageMs: 0 };
      return { names: persons, name: persons[0] ?? '', at: nothing, person: nobodyYet };
    },
    time,
    telemetry,
  });
  const deadline = Deadline.after(time, 1e9);
  const names = sessions.names(caller);
  const lease = async () => {
    const from = { doc: undefined, etag: undefined, ageMs: 0 };
    const numbers = { leaseMs: 2000, sessionMs: 3_600_000 };
    return takeLease(rows, time, numbers, { key: names.sessionKey, owner: names.personKey, from }, deadline);
  };
  const hold = { event: 'hold', sealed, expiresAt: at + 1e6 } as const;
  const held = { state: 'held', owner: names.personKey, sealed, expiresAt: at + 1e6 } as const;
  const stateNow = () => storedSession(table, names.sessionKey)?.state ?? 'absent';
  return { time, telemetry, table, rows, sessions, deadline, names, lease, hold, held, stateNow };
}
