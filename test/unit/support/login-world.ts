// One process of the app on tables in memory: consents, sessions and look-up, connected as in shared/compose/compose.ts. Altinn and
// Lånekassen answer as the test says. Every table operation is recorded.
import { bankSecrets } from '../../../shared/bank/bank-secrets.ts';
import { composeConsents } from '../../../shared/compose/consent-parts.ts';
import type { Infrastructure } from '../../../shared/compose/infrastructure.ts';
import { composeSessions } from '../../../shared/compose/session-parts.ts';
import type { Consent } from '../../../shared/consent/consent.ts';
import { transition } from '../../../shared/consent/consent.ts';
import { withEach } from '../../../shared/consent/person.ts';
import type { Caller } from '../../../shared/person/caller.ts';
import { personUrn } from '../../../shared/person/national-id.ts';
import { Secret } from '../../../shared/person/secret.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import { createUpstreamCall } from '../../../shared/resilience/upstream-call.ts';
import { readSettings } from '../../../shared/settings.ts';
import type { HttpReply } from '../../../shared/upstream/http-client.ts';
import { exampleEnvironment } from '../../bench/fleet/example-environment.ts';
import { memoryTable, type Operation } from './memory-table.ts';
import { steinar } from './people.ts';
import { recordedTelemetry } from './recorder.ts';
import { VirtualTime } from './virtual-time.ts';

const hour = 3_600_000;
const consentId = '0194d2c1-7a58-7c2e-9b1f-000000000001';

/** A caller of one login session. The identity provider knows its subject. */
export const loginOf = (sessionId: string, issuedAt: number | undefined): Caller => ({
  nationalId: steinar,
  sessionId,
  issuer: 'https://login.bank.example',
  subject: 'subject-7',
  issuedAt,
});

type Tables = Record<'consents' | 'sessions', ReturnType<typeof memoryTable>>;

/** The world. `environment` changes settings. Pass another world's `tables` and `time` to have two processes. */
export function loginWorld(environment: Record<string, string> = {}, shared?: { time: VirtualTime; tables: Tables }) {
  const read = readSettings({ ...exampleEnvironment, ...environment });
  if (!read.ok) throw new Error(read.faults.join('; '));
  const { settings } = read;
  const [bank] = settings.banks;
  const secrets = bankSecrets(settings.secrets, bank.organisationNumber);
  const time = shared?.time ?? new VirtualTime();
  const telemetry = recordedTelemetry();
  const tables: Tables = shared?.tables ?? { consents: memoryTable(time), sessions: memoryTable(time) };

  /** Table operations in order, each with its beginning and end. `wayMs`: how long one takes. */
  const operations: { table: string; operation: Operation; row: string; from: number; to?: number }[] = [];
  const wire = { wayMs: 0 };
  const noted = (name: keyof typeof tables) => {
    const table = tables[name];
    const run = async <R>(operation: Operation, row: string, work: () => Promise<R>) => {
      const note: (typeof operations)[0] = { table: name, operation, row, from: time.monotonic() };
      operations.push(note);
      if (wire.wayMs > 0) await time.sleep(wire.wayMs);
      const result = await work();
      note.to = time.monotonic();
      return result;
    };
    const wired: typeof table = {
      ...table,
      read: (key, row, deadline) => run('read', row, () => table.read(key, row, deadline)),
      readRange: (key, range, deadline) => run('readRange', key, () => table.readRange(key, range, deadline)),
      write: (steps, deadline) =>
        run(steps.length > 1 ? 'transaction' : 'upsert', '', () => table.write(steps, deadline)),
      remove: (key, row, etag, deadline) => run('remove', row, () => table.remove(key, row, etag, deadline)),
    };
    return wired;
  };

  const reply = (status: number, body: object): HttpReply => ({
    status,
    headers: { 'content-type': 'application/json' },
    text: JSON.stringify(body),
  });
  /** What the parties do. `calls`: when Lånekassen was called. */
  const party = { altinnMs: 0, tokenMs: 0, validTo: time.now() + 300 * 24 * hour, calls: [] as number[] };
  const altinn = {
    async send() {
      await time.sleep(party.altinnMs);
      const giver = personUrn(steinar);
      return reply(200, {
        ...{ id: consentId, from: giver, requiredDelegator: giver, status: 'Accepted' },
        to: `urn:altinn:organization:identifier-no:${bank.organisationNumber}`,
        validTo: new Date(party.validTo).toISOString(),
        consentRights: [{ resource: [{ type: 'urn:altinn:resource', value: settings.altinn.resourceIds[0] }] }],
      });
    },
    async close() {},
  };
  const lanekassen = {
    async send() {
      party.calls.push(time.monotonic());
      return reply(200, { Accounts: [], TotalAmount: 0 });
    },
    async close() {},
  };

  const infrastructure = {
    time,
    telemetry,
    policy: (...[upstream, own]: Parameters<Infrastructure['policy']>) =>
      createUpstreamCall(upstream, own, settings.policy.common, { time, telemetry }),
    http: { altinn, lanekassen },
    tables: { consents: noted('consents'), sessions: noted('sessions') },
  } as Partial<Record<keyof Infrastructure, unknown>> as Infrastructure;
  const token = {
    async get() {
      await time.sleep(party.tokenMs);
      return new Secret('shared');
    },
    drop: () => true,
  };
  const { people, consentCheck } = composeConsents(settings, bank, secrets, infrastructure, {
    altinnToken: token,
    eraseSession: (session, deadline) => sessions.erase(session, deadline),
  });
  const { rows, readPerson, sessions, saldo } = composeSessions(settings, bank, secrets, infrastructure, {
    ...{ people, consentCheck, lanekassenToken: token },
    consentTokens: { fetch: async () => new Secret('consent') },
    maskinportenQueueWait: () => ({ pauseMs: 0, waitMs: 0 }),
  });

  const far = Deadline.after(time, 1e12);
  const { personKeys: persons, personKey: person } = sessions.names(loginOf('', undefined));
  const accepted = (validTo: number): Consent => ({
    ...{ id: consentId, state: 'accepted', createdAt: time.now(), changedAt: time.now(), validTo },
    resourceId: settings.altinn.resourceIds[0] ?? '',
  });
  return {
    ...{
      time,
      tables,
      telemetry,
      settings,
      bank,
      secrets,
      operations,
      wire,
      party,
      people,
      consentCheck,
      readPerson,
      rows,
      sessions,
      saldo,
      far,
    },
    person,
    /** The customer's consent, requested and accepted now. */
    async giveConsent(validTo = party.validTo) {
      const decide = () => ({
        result: undefined,
        next: { consents: [accepted(validTo)], sessions: [], requests: [], formerly: [] },
      });
      await people.change(await readPerson(persons, far), far, decide);
    },
    /** Ends the consent, as `DELETE /consents/current` does. */
    async endConsent() {
      await people.change(await readPerson(persons, far), far, (known) => ({
        result: undefined,
        next: withEach(known, (consent) => transition(consent, 'customer-ended', time.now())),
      }));
    },
    /** `GET /saldo`, from the admission on. */
    async ask(caller: Caller, timeoutMs = 8000) {
      const deadline = Deadline.after(time, timeoutMs);
      return saldo.lookUp(caller, await sessions.admit(caller, deadline), deadline);
    },
  };
}
