import { ProblemError } from '../problems.ts';
import type { Attempt } from '../resilience/attempt.ts';
import { reasonOf } from '../telemetry/alerts.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { failedSend, judged } from '../upstream/reply.ts';
import { SdkFailure } from '../upstream/sdk-transport.ts';
import { codeIn } from '../upstream/statuses.ts';

/**
 * What a failed attempt of one call of the Key Vault SDK means to the policy, by what the vault answered. A 401 drops the identity's
 * token as it was when the attempt began (`startedAt`, epoch milliseconds), once a call: the attempt is made again with a new one.
 */
export function vaultFailures(
  telemetry: Telemetry,
  drop: (startedAt: number) => void,
): (error: unknown, startedAt: number) => Attempt<never> {
  let renewed = false;
  return (error, startedAt) => {
    // A fault of the identity endpoint. Its own policy reports it (credential.ts).
    if (error instanceof ProblemError) return { problem: error, elsewhere: true };
    const { reply, failure, cause } = error instanceof SdkFailure ? error : new SdkFailure({}, error);
    if (cause instanceof ProblemError) return { problem: cause, elsewhere: true };
    if (failure) return failedSend('key-vault')(failure);
    // An exception without an answer.
    if (reply === undefined) return { outcome: 'connection', fault: 'no-answer', cause };
    const found = judged('key-vault', reply, Date.now(), renewed);
    if (found.meaning === 'failed') return found.failed;
    const fault = `key-vault-${reply.status}`;
    if (found.meaning === 'renew') {
      renewed = true;
      drop(startedAt);
      return { again: 'token', otherwise: { outcome: 'connection', fault } };
    }
    telemetry.alert(
      'key-vault-refuses',
      'Check the key id with its version, the keys/sign permission of the app identity, and that the key is enabled and not expired.',
      { fault, reason: reasonOf(reply.status), vaultCode: codeIn('key-vault', reply) },
    );
    return { problem: new ProblemError('configuration', { fault, party: 'key-vault', cause }) };
  };
}
