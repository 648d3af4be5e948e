// Our side of the fleet: the program's own look-up, lease and policy on one table in memory, as shared/app.ts joins them.
import { ProblemError } from '../../../shared/problems.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import { createPolicy } from '../../../shared/resilience/policy.ts';
import type { Held } from '../../../shared/saldo/held-saldo.ts';
import { createSaldoLookup } from '../../../shared/saldo/saldo-lookup.ts';
import { createSessionStore } from '../../../shared/session/session-store.ts';
import type { Admission } from '../../../shared/session/sessions.ts';
import { readSettings } from '../../../shared/settings.ts';
import { createTelemetry } from '../../../shared/telemetry/telemetry.ts';
import { memoryTable } from '../../unit/support/memory-table.ts';
import { steinar } from '../../unit/support/people.ts';
import type { SeededTime } from '../../unit/support/seeded-time.ts';
import { exampleEnvironment } from './example-environment.ts';
import type { Instance, SlowUpstream } from './policies.ts';
import type { ScalingServer } from './scaling-server.ts';

const quiet = createTelemetry(() => {}, undefined, { attemptLines: false });
const consentValidTo = Date.UTC(2027, 0, 1);

/** The app's own settings at their defaults. */
const settings = (() => {
  const result = readSettings(exampleEnvironment);
  if (!result.ok) throw new Error(result.faults.join('; '));
  return result.settings;
})();

const stillLoggedIn = Promise.resolve();

/** `count` instances on one table, each with its own policy towards the slow upstream. */
export function createOurFleet(count: number, slow: SlowUpstream, time: SeededTime, server: ScalingServer): Instance[] {
  const { policy: numbers, session } = settings;
  // The program's store over a table in memory that answers at once.
  const store = createSessionStore(memoryTable(time));
  return Array.from({ length: count }, (): Instance => {
    const policy = createPolicy(slow, numbers[slow], numbers.common, { time, telemetry: quiet });
    const lookup = createSaldoLookup<{ id: string; validTo: number }>({
      store,
      // Sealing takes no virtual time.
      held: {
        seal: (found) => ({ salt: '', nonce: '', box: JSON.stringify(found) }),
        open: ({ box }) => JSON.parse(box) as Held,
      },
      standing: async () => ({ consent: { id: '', validTo: consentValidTo }, verified: true }),
      enter: async () => ({ stillLoggedIn }),
      fetch: async (_caller, _person, _standing, deadline, { onRest }) => {
        await policy.run<true>(
          slow,
          deadline,
          async ({ signal }) => {
            const answer = await server.call(signal);
            if (answer.status === 200) return { value: true };
            return { outcome: 'throttled', fault: 'status-429', retryAfterMs: answer.retryAfterMs };
          },
          // As in the program: a rest of Maskinporten's is not told to the look-up.
          slow === 'lanekassen' ? { onRest } : {},
        );
        return { consentValidTo, finding: { kind: 'saldo', saldo: { accounts: [], fetchedAt: time.now() } } };
      },
      line: () => policy.line(),
      numbers: {
        // No instance dies in the model, so the renewals, one a second and look-up, are left out: they change nothing.
        leaseMs: 3_600_000,
        sessionMs: session.ttlMinutes * 60_000,
        lookupDeadlineMs: numbers.lookupDeadlineMs,
        lineToldMostMs: numbers.lineToldMostMs,
        renewBeforeMs: 0,
      },
      time,
      telemetry: quiet,
    });
    return {
      async ask(session) {
        const deadline = Deadline.after(time, numbers.requestDeadlineMs);
        const name = String(session) as Admission['names']['session'];
        const person = `p${session}` as Admission['names']['person'];
        const names = { session: name, person, persons: [person] } as unknown as Admission['names'];
        const caller = { person: steinar, sessionId: name, issuer: '', subject: undefined, issuedAt: undefined };
        try {
          const stored = await store.read(name, deadline);
          await lookup.lookUp(caller, { names, stored, stillLoggedIn }, deadline);
          return { ok: true };
        } catch (error) {
          if (error instanceof ProblemError) return { ok: false, retryAfterSeconds: error.retryAfterSeconds ?? 5 };
          throw error;
        }
      },
    };
  });
}
