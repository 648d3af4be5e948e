import type { Bank } from '../../shared/bank/bank.ts';
import { createKeyVaultSigner } from '../../shared/key-vault/signer.ts';
import { grantsOf } from '../../shared/maskinporten/bank-grants.ts';
import { createClockWatch } from '../../shared/maskinporten/clock-drift.ts';
import { createMetadataSource } from '../../shared/maskinporten/metadata.ts';
import { createTokenClient } from '../../shared/maskinporten/token-client.ts';
import type { UpstreamCallNumbers } from '../../shared/resilience/attempt.ts';
import { Deadline } from '../../shared/resilience/deadline.ts';
import { systemTime } from '../../shared/resilience/time.ts';
import { createUpstreamCall } from '../../shared/resilience/upstream-call.ts';
import type { Settings } from '../../shared/settings.ts';
import { createCredential } from '../../shared/storage/credential.ts';
import type { Upstream } from '../../shared/telemetry/dimensions.ts';
import { createTelemetry } from '../../shared/telemetry/telemetry.ts';
import { createHttpClient } from '../../shared/upstream/http-client.ts';
import { createKeySet } from '../../shared/upstream/key-set.ts';

/** The longest time of one check, milliseconds. */
export const checkMs = 15_000;

/** The app's own parts, put together for doctor, so that doctor finds what the app would find. */
export type DoctorContext = ReturnType<typeof createContext>;

/** Builds the parts for one bank. `identity`: the environment has an identity endpoint. Nothing is fetched here. */
export function createContext(settings: Settings, bank: Bank, hasIdentityEndpoint: boolean) {
  const { policy: numbers, maskinporten, altinn } = settings;
  const time = systemTime;
  // The findings say what the parts would log. Their log lines are not for a terminal.
  const telemetry = createTelemetry(() => {});
  const http = createHttpClient({ connectTimeoutMs: numbers.maskinporten.connectMs });
  const policy = (upstream: Upstream, own: UpstreamCallNumbers) =>
    createUpstreamCall(upstream, own, numbers.common, { time, telemetry });
  const deadline = () => Deadline.after(time, checkMs);
  const credential = createCredential(settings.identity.clientId, hasIdentityEndpoint, {
    policy: policy('identity', numbers.identity),
    totalMs: numbers.identity.totalMs,
    time,
    telemetry,
  });
  const maskinportenPolicy = policy('maskinporten', numbers.maskinporten);
  const metadata = createMetadataSource(maskinporten.issuer, {
    http,
    policy: maskinportenPolicy,
    time,
  });
  const vaultPolicy = policy('key-vault', numbers.keyVault);
  const signer = createKeyVaultSigner({ credential, policy: () => vaultPolicy, telemetry });
  const tokens = createTokenClient({
    http,
    policy: maskinportenPolicy,
    metadata,
    keys: createKeySet({
      uri: async () => (await metadata.get(deadline())).jwksUri,
      http,
      policy: maskinportenPolicy,
      time,
      name: 'maskinporten',
    }),
    signer,
    expected: { resourceIds: altinn.resourceIds },
    clock: createClockWatch({ time, telemetry }),
    time,
    telemetry,
  });
  const grants = grantsOf(settings, bank);
  return { settings, bank, time, telemetry, http, policy, deadline, credential, metadata, signer, tokens, grants };
}
