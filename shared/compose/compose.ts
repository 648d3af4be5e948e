import { createFreshConsent } from '../consent/fresh-consent.ts';
import { vaultScope } from '../key-vault/signer.ts';
import type { Caller } from '../person/caller.ts';
import type { PersonKeys } from '../person/person-key.ts';
import { Deadline } from '../resilience/deadline.ts';
import type { Admission } from '../session/sessions.ts';
import type { Settings } from '../settings.ts';
import { purgeExpired } from '../storage/purge.ts';
import { composeCallers } from './caller-parts.ts';
import { composeConsents } from './consent-parts.ts';
import { composeExport } from './export-parts.ts';
import { composeInfrastructure, type Surroundings } from './infrastructure.ts';
import { composeSaldo } from './saldo-parts.ts';
import { composeSessions } from './session-parts.ts';
import { composeTokens } from './token-parts.ts';

/** The part of the platform's five seconds for ending that look-ups get, milliseconds. The rest is for telemetry and sockets. */
const closeMs = 3500;

/** Every part, built from the settings, each subject from what it needs of the others. Nothing is fetched here. */
export function compose(settings: Settings, surroundings: Surroundings) {
  const { policy: numbers } = settings;
  const { time, telemetry } = surroundings;
  const infrastructure = composeInfrastructure(settings, surroundings);
  const callers = composeCallers(settings, infrastructure);
  const {
    altinnToken,
    lanekassenToken,
    consentTokens,
    maskinportenQueueWait: maskinportenLine,
    ...tokens
  } = composeTokens(settings, infrastructure);
  const { people, consentCheck, ...consents } = composeConsents(settings, infrastructure, {
    altinnToken,
    eraseSession: (session, deadline) => sessions.erase(session, deadline),
  });
  // The use case decides about a row that cannot be read, because ending the use works with it.
  const readPerson = (persons: PersonKeys, deadline: Deadline) => people.read(persons, deadline, true);
  const { rows, sessions } = composeSessions(settings, infrastructure, readPerson);
  const freshConsent = createFreshConsent({ consentCheck, time });
  const saldo = composeSaldo(settings, infrastructure, {
    rows,
    sessions,
    readPerson,
    consentCheck,
    lanekassenToken,
    consentTokens,
    maskinportenQueueWait: maskinportenLine,
  });

  return {
    ...consents,
    requestDeadlineMs: numbers.requestDeadlineMs,
    publicBaseUrl: settings.publicBaseUrl,
    time,
    verify: callers.verify,
    verifyLogout: callers.verifyLogout,
    admit: (caller: Caller, deadline: Deadline) => sessions.admit(caller, deadline),
    /** The customer of an admitted session, as read on the way in or now. */
    personOf: ({ names, person }: Admission, deadline: Deadline) =>
      person === undefined ? readPerson(names.personKeys, deadline) : Promise.resolve(person),
    sessions,
    saldo,
    /** Reads the consent in Altinn now, before a held saldo is shown. A new look-up reads it by itself, unless the feed is enough. */
    freshConsent: async ({ names, stored, person }: Admission, deadline: Deadline) => {
      if (stored.doc?.state !== 'held' && settings.consent.check !== 'by-feed') return undefined;
      return freshConsent(person ?? (await readPerson(names.personKeys, deadline)), names.sessionKey, deadline);
    },
    /** Throws when the state table does not answer. */
    probeState: (deadline: Deadline) =>
      Promise.all([
        infrastructure.tables.consents.read('bank', 'bank', deadline),
        infrastructure.tables.sessions.read('probe', 'probe', deadline),
      ]),
    exportConsents: composeExport(settings, surroundings),
    purge: () => purgeExpired(infrastructure.sweptTables, { eraseLeft: consents.eraseLeft, time, telemetry }),
    /** Starts what the first customer would otherwise wait for. A failure is reported by that customer's call, which tries again. */
    warm() {
      // The table and the bank's keys are ours: many instances that start together burden no other party.
      callers.warm();
      infrastructure.warmTables();
      // Maskinporten's metadata and keys (and with them a socket and TLS), and the identity's token for the vault: spread
      // over half a second. A customer that comes earlier starts it at once.
      const staggered = async () => {
        await time.sleep(time.random() * numbers.startStaggerMs);
        tokens.warm();
        await (await infrastructure.credential()).getToken(vaultScope);
      };
      void staggered().catch(() => {});
    },
    keysMisfit: tokens.keysMisfit,
    /** Waits for look-ups that go on after their callers were answered, so that they release their leases. */
    async close() {
      await saldo.drain(Deadline.after(time, closeMs));
      await infrastructure.close();
    },
  };
}

/** The parts of the running program. */
export type App = ReturnType<typeof compose>;
