import { exportConsents } from '../backup/export-consents.ts';
import type { Bank } from '../bank/bank.ts';
import { bankProperty } from '../bank/bank-table.ts';
import { vaultScope } from '../key-vault/signer.ts';
import { Deadline } from '../resilience/deadline.ts';
import type { Settings } from '../settings.ts';
import { connectTable } from '../storage/open-tables.ts';
import { purgeExpired } from '../storage/purge.ts';
import type { Row } from '../storage/tables.ts';
import { asBank } from '../telemetry/request-context.ts';
import { type BankParts, composeBank } from './bank-parts.ts';
import { composeCallers, composeCrossings } from './crossings.ts';
import { composeInfrastructure, type Infrastructure, type Surroundings } from './infrastructure.ts';
import { composeTokens } from './token-parts.ts';

/** The part of the platform's five seconds for ending that look-ups get, milliseconds. The rest is for telemetry and sockets. */
const closeMs = 3500;

/** Every part, built from the settings: what all banks share, and at its first customer each bank. Nothing is fetched here. */
export function compose(
  settings: Settings,
  surroundings: Surroundings,
  infrastructure: Infrastructure = composeInfrastructure(settings, surroundings),
) {
  const { banks, policy: numbers } = settings;
  const { time, telemetry } = surroundings;
  const tokens = composeTokens(settings, infrastructure);
  const byNumber = new Map(banks.map((bank) => [bank.organisationNumber, bank]));
  const built = new Map<string, BankParts>();
  const partsOf = (bank: Bank): BankParts => {
    const made = built.get(bank.organisationNumber) ?? composeBank(settings, bank, infrastructure, tokens);
    built.set(bank.organisationNumber, made);
    return made;
  };
  const callers = composeCallers(settings, infrastructure, partsOf);
  /** `undefined` for a bank that is not, or no longer, on the list. */
  const bank = (organisationNumber: unknown): BankParts | undefined => {
    const found = byNumber.get(String(organisationNumber));
    return found && partsOf(found);
  };

  return {
    ...composeCrossings({ infrastructure, callers, banks, partsOf, bank }),
    verify: callers.verify,
    banks,
    /** The parts of one bank by its organisation number. */
    bank,
    requestDeadlineMs: numbers.requestDeadlineMs,
    publicBaseUrl: settings.publicBaseUrl,
    time,
    /** Throws when the state table does not answer. */
    probeState: (deadline: Deadline) =>
      Promise.all([
        infrastructure.tables.consents.read('bank', 'bank', deadline),
        infrastructure.tables.sessions.read('probe', 'probe', deadline),
      ]),
    exportConsents: composeExport(settings, surroundings),
    purge: () =>
      purgeExpired(infrastructure.sweptTables, {
        eraseLeft({ partitionKey, values }: Row) {
          const parts = bank(values[bankProperty]);
          return (
            parts && ((deadline) => asBank(parts.organisationNumber, () => parts.eraseLeft(partitionKey, deadline)))
          );
        },
        time,
        telemetry,
      }),
    /** Begins what the first customer would otherwise wait for; what fails is met, and reported, by that customer's call. */
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
    /** Waits for look-ups that continue after their callers were answered, so that they release their leases. */
    async close() {
      const deadline = Deadline.after(time, closeMs);
      await Promise.all([...built.values()].map((parts) => parts.saldo.drain(deadline)));
      await infrastructure.close();
    },
  };
}

/** The parts of the running program. */
export type App = ReturnType<typeof compose>;

/**
 * The daily export: with an identity of its own, which may read the table and write new blobs, and nothing else. Resolves to
 * the number of rows, `undefined` where no container is set. Rejects when the export is not complete.
 */
export function composeExport(
  { state, consentExport }: Settings,
  { time, hasIdentityEndpoint }: Surroundings,
): () => Promise<number | undefined> {
  return async () => {
    const { containerUrl, clientId } = consentExport;
    if (containerUrl === undefined) return undefined;
    const { ManagedIdentityCredential } = await import('@azure/identity');
    const identity = new ManagedIdentityCredential(clientId === undefined ? {} : { clientId });
    const credential = async () => identity;
    // No customer waits here, so the SDK's own retries are left as they are.
    const table = await connectTable(state, 'consents', credential);
    const { rows } = await exportConsents(table, containerUrl, hasIdentityEndpoint ? credential : undefined, {
      now: () => time.now(),
      wait: (ms) => time.sleep(ms),
    });
    return rows;
  };
}
