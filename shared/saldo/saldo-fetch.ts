import type { Active } from '../consent/consent-in-force.ts';
import type { Caller } from '../person/caller.ts';
import { allInOrder } from '../resilience/all-in-order.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { FetchPorts, FetchWatch } from './fetch-ports.ts';
import type { Held } from './held-saldo.ts';
import { type FinalAnswer, LanekassenAsking } from './lanekassen-asking.ts';

/**
 * One fetch from Lånekassen, from the proof of consent to the checked answer, which may be held until `heldUntil` at the longest.
 * Throws `FetchLost` besides problems.
 */
export type SaldoFetch = ReturnType<typeof createSaldoFetch>;

/** Makes the fetch. */
export function createSaldoFetch(ports: FetchPorts) {
  const { consentCheck, sharedToken, time, telemetry } = ports;

  return async (caller: Caller, found: Active, deadline: Deadline, watch: FetchWatch): Promise<Held> => {
    const verifiedAt = time.monotonic();
    const [active, , shared] = await allInOrder([
      watch.registered,
      found.verified ? Promise.resolve() : consentCheck.verify(found, deadline),
      sharedToken.get(deadline),
    ]);
    const asking = new LanekassenAsking(ports, watch, { caller, active, shared, verifiedAt, deadline });
    const answer = await asking.answer();
    const event = answer.kind === 'accounts' ? 'saldo-fetched' : 'not-a-customer';
    // The answer has been paid for, so the write gets all the time that is left.
    const used = await consentCheck.recordUse(asking.active, event, deadline.forPaidWork());
    reportOddities(answer, telemetry);
    return {
      fetchedAt: time.now(),
      consentValidTo: used.consent.validTo,
      heldUntil: used.until,
      accounts: answer.kind === 'accounts' ? answer.reply.accounts : undefined,
    };
  };
}

/** What is worth counting of a reply that is in order. */
function reportOddities(answer: FinalAnswer, telemetry: Telemetry): void {
  if (answer.kind !== 'accounts') return;
  const { accounts, totalMismatch, unknownAccounts } = answer.reply;
  if (totalMismatch) telemetry.count('totalMismatch');
  for (let count = 0; count < unknownAccounts; count++) telemetry.count('unknownAccount');
  for (const { lastChangedAt } of accounts) if (lastChangedAt === undefined) telemetry.count('noSuchDate');
  if (unknownAccounts > 0)
    telemetry.alert(
      'unknown-account',
      'Lånekassen uses an account name that the contract does not know; it is shown as Annet.',
    );
}
