import type { ClientKey } from '../maskinporten/grant.ts';
import type { Attempt } from '../resilience/attempt.ts';
import type { Deadline } from '../resilience/deadline.ts';
import type { UpstreamCall } from '../resilience/upstream-call.ts';
import { dropRefusedToken, type Identity } from '../storage/credential.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { SdkTransport } from '../upstream/sdk-transport.ts';
import { vaultFailures } from './failure.ts';
import { endOf, type Misfit, misfitOf, type VaultKey } from './key-fit.ts';
import { readVaultKey } from './sdk.ts';

/**
 * Looks whether the vault's keys fit their modes, and alerts with the reason where one does not. Resolves to
 * a misfit that lasts, with which the process must not serve. A vault that does not answer, or does not let the app
 * read, proves nothing: the first signature will show it.
 */
export async function keysMisfit(
  keys: readonly ClientKey[],
  deadline: Deadline,
  ports: {
    credential: () => Promise<Identity>;
    /** Default: the SDK's own. */
    transport?: () => Promise<SdkTransport>;
    policy: (keyId: string) => UpstreamCall;
    telemetry: Telemetry;
    now: () => number;
    /** Called with the nearest end of the keys, milliseconds since 1970, where one has an end. */
    noteEnd?: (endsAt: number) => void;
  },
): Promise<Misfit | undefined> {
  let lasting: Misfit | undefined;
  let endsAt = Number.POSITIVE_INFINITY;
  for (const key of new Map(keys.map((each) => [JSON.stringify([each.keyId, each.header]), each])).values()) {
    let held: VaultKey;
    const failed = vaultFailures(ports.telemetry, dropRefusedToken(ports.credential));
    try {
      held = await ports
        .policy(key.keyId)
        .run('key-vault', deadline, async ({ signal }): Promise<Attempt<VaultKey>> => {
          const startedAt = ports.now();
          try {
            const credential = await ports.credential();
            return { value: await readVaultKey(key.keyId, credential, signal, await ports.transport?.()) };
          } catch (error) {
            return failed(error, startedAt);
          }
        });
    } catch {
      // Reported by the policy's own record of the attempt.
      continue;
    }
    endsAt = Math.min(endsAt, endOf(held, key.header) ?? Number.POSITIVE_INFINITY);
    const misfit = misfitOf(held, key.header, ports.now());
    if (!misfit) continue;
    ports.telemetry.alert('key-mode-misfit', misfit.action, { fault: misfit.fault, reason: misfit.fault });
    if (misfit.lasting) lasting ??= misfit;
  }
  if (Number.isFinite(endsAt)) ports.noteEnd?.(endsAt);
  return lasting;
}
