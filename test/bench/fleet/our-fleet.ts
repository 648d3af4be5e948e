// The program's side of the fleet: its own look-up, lease and policy on one table in memory, connected as in shared/app.ts.
import { createHash } from 'node:crypto';
import type { Active } from '../../../shared/consent/consent-in-force.ts';
import { nobodyYet } from '../../../shared/consent/person.ts';
import { ProblemError } from '../../../shared/problems.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import { createUpstreamCall } from '../../../shared/resilience/upstream-call.ts';
import type { Held } from '../../../shared/saldo/held-saldo.ts';
import { SaldoLookup } from '../../../shared/saldo/saldo-lookup.ts';
import { sessionKind } from '../../../shared/session/session.ts';
import type { Admission } from '../../../shared/session/sessions.ts';
import { readSettings } from '../../../shared/settings.ts';
import { Documents } from '../../../shared/storage/documents.ts';
import { requestContext } from '../../../shared/telemetry/request-context.ts';
import { createTelemetry } from '../../../shared/telemetry/telemetry.ts';
import { anyKey } from '../../unit/support/any-key.ts';
import { memoryTable } from '../../unit/support/memory-table.ts';
import { steinar } from '../../unit/support/people.ts';
import type { SeededTime } from '../../unit/support/seeded-time.ts';
import { exampleEnvironment } from './example-environment.ts';
import type { CallerAnswer, Instance, SlowUpstream } from './policies.ts';
import type { Server } from './scaling-server.ts';

const quiet = createTelemetry(() => {}, undefined, { attemptLines: false });
const consentValidTo = Date.UTC(2027, 0, 1);

/** The app's own settings at their defaults. */
const settings = (() => {
  const result = readSettings(exampleEnvironment);
  if (!result.ok) throw new Error(result.faults.join('; '));
  return result.settings;
})();

const nothing = { doc: undefined, etag: undefined, ageMs: 0 };
const unknownPerson = { names: [anyKey('')] as const, name: anyKey(''), at: nothing, person: nobodyYet };
/** A consent in force of a customer whose row is not part of the model. */
const active: Active = {
  at: unknownPerson,
  session: anyKey(''),
  consent: { id: '', state: 'accepted', createdAt: 0, changedAt: 0, validTo: consentValidTo, resourceId: '' },
  verified: true,
  until: consentValidTo,
};
const nameOf = (text: string) => anyKey(createHash('sha256').update(text).digest('base64url'));

/** `count` instances on one table, each with its own policy towards the slow upstream. */
export function createOurFleet(count: number, slow: SlowUpstream, time: SeededTime, server: Server): Instance[] {
  const { policy: numbers, session } = settings;
  // The program's rows over a table in memory that answers without delay.
  const rows = new Documents(sessionKind, { table: memoryTable(time), time, telemetry: quiet });
  return Array.from({ length: count }, (): Instance => {
    const policy = createUpstreamCall(slow, numbers[slow], numbers.common, { time, telemetry: quiet });
    const lookup = new SaldoLookup({
      withdrawUrl: 'https://altinn.example/active',
      rows,
      // Sealing takes no virtual time.
      held: {
        seal: (found) => ({ salt: '-', nonce: '-', box: JSON.stringify(found) }),
        open: ({ box }) => JSON.parse(box) as Held,
      },
      consentCheck: { findActive: async () => active, register: async () => active },
      readPerson: async () => unknownPerson,
      enter: async () => {},
      fetch: async (_caller, _active, deadline, { onPause }) => {
        await policy.run<true>(
          slow,
          deadline,
          async ({ signal }) => {
            const answer = await server.call(signal);
            if (answer.status === 200) return { value: true };
            return { outcome: 'throttled', fault: 'status-429', retryAfterMs: answer.retryAfterMs };
          },
          // As in the program: a pause of Maskinporten is not reported to the look-up.
          slow === 'lanekassen' ? { onPause } : {},
        );
        return { consentValidTo, heldUntil: consentValidTo, fetchedAt: time.now(), accounts: [] };
      },
      queueWait: () => policy.queueWait(),
      numbers: {
        // No instance dies in the model, so the lease renewals, one a second for each look-up, are left out: they change nothing.
        leaseMs: 3_600_000,
        sessionMs: session.ttlMinutes * 60_000,
        lookupDeadlineMs: numbers.lookupDeadlineMs,
        maxRetryAfterMs: numbers.maxRetryAfterMs,
        renewBeforeMs: 0,
      },
      time,
      telemetry: quiet,
    });
    return {
      ask(session, bank) {
        if (bank === undefined) return asked(session);
        return requestContext.run({ invocation: {} as never, bank }, () => asked(session));
      },
    };

    async function asked(session: number): Promise<CallerAnswer> {
      const deadline = Deadline.after(time, numbers.requestDeadlineMs);
      const name = nameOf(`session ${session}`);
      const person = nameOf(`person ${session}`);
      const names: Admission['names'] = {
        sessionKey: name,
        sessionKeys: [name],
        personKey: person,
        personKeys: [person],
      };
      const caller = { nationalId: steinar, sessionId: name, issuer: '', subject: undefined, issuedAt: undefined };
      try {
        const stored = await rows.read(name, deadline);
        await lookup.lookUp(caller, { names, stored, person: unknownPerson, subjects: [] }, deadline);
        return { ok: true };
      } catch (error) {
        if (error instanceof ProblemError) return { ok: false, retryAfterSeconds: error.retryAfterSeconds ?? 5 };
        throw error;
      }
    }
  });
}
