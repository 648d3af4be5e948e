import type { Bank } from '../bank/bank.ts';
import { keysMisfit } from '../key-vault/key-guard.ts';
import { createKeyVaultSigner } from '../key-vault/signer.ts';
import { grantsOf } from '../maskinporten/bank-grants.ts';
import { createClockWatch } from '../maskinporten/clock-drift.ts';
import type { ClientKey, Grant } from '../maskinporten/grant.ts';
import { createMetadataSource } from '../maskinporten/metadata.ts';
import { createTokenClient } from '../maskinporten/token-client.ts';
import { createConsentTokens, createSharedToken } from '../maskinporten/tokens.ts';
import { Deadline } from '../resilience/deadline.ts';
import type { Settings } from '../settings.ts';
import { asBank } from '../telemetry/request-context.ts';
import { createKeySet } from '../upstream/key-set.ts';
import type { Infrastructure } from './infrastructure.ts';

/** Maskinporten's tokens, and the vault that signs for them: one client for all banks, whose grants differ. */
export function composeTokens(
  settings: Settings,
  { time, telemetry, policy, http, credential, transport }: Infrastructure,
) {
  const { policy: numbers, maskinporten } = settings;
  const maskinportenPolicy = policy('maskinporten', numbers.maskinporten);
  const tryMs = Math.min(3000, numbers.maskinporten.tryMs);
  // For metadata and keys alone: when they cannot be fetched, tokens can, and the keys at hand are used on.
  const documents = policy('maskinporten-keys', { tryMs, totalMs: tryMs, maxAttempts: 1, concurrency: 2, queue: 2 });
  const metadata = createMetadataSource(maskinporten.issuer, {
    http: http.maskinporten,
    policy: documents,
    time,
  });
  const keys = createKeySet({
    uri: async () => (await metadata.get(Deadline.after(time, numbers.maskinporten.totalMs))).jwksUri,
    http: http.maskinporten,
    policy: documents,
    time,
    name: 'maskinporten',
  });
  // A bank's own vault that fails must not keep the other banks from signing.
  const vaultPolicy = (keyId: string) => policy('key-vault', numbers.keyVault, new URL(keyId).host);
  const client = createTokenClient({
    http: http.maskinporten,
    policy: maskinportenPolicy,
    metadata,
    keys,
    signer: createKeyVaultSigner({ credential, transport: transport.keyVault, policy: vaultPolicy, telemetry }),
    expected: { resourceIds: settings.altinn.resourceIds },
    clock: createClockWatch({ time, telemetry }),
    time,
    telemetry,
  });
  const shared = (grant: Grant) =>
    createSharedToken(grant, { client, flightMs: numbers.maskinporten.totalMs, time, telemetry });
  const { lanekassenKey, altinnKey } = maskinporten;
  const usesAppClient = (bank: Bank) => bank.maskinporten.lanekassenKey === lanekassenKey;
  /** The nearest end of any key, milliseconds since 1970; infinite: none is known. */
  let nearestEnd = Number.POSITIVE_INFINITY;
  const noteEnd = (endsAt: number) => {
    const isFirst = nearestEnd === Number.POSITIVE_INFINITY;
    nearestEnd = Math.min(nearestEnd, endsAt);
    if (isFirst) telemetry.observe('keyDaysLeft', () => (nearestEnd - time.now()) / 86_400_000);
  };
  const misfitAmong = (clientKeys: readonly ClientKey[]) =>
    keysMisfit(clientKeys, Deadline.after(time, numbers.keyVault.totalMs), {
      ...{ credential, policy: vaultPolicy, telemetry, now: time.now, noteEnd },
      transport: transport.keyVault,
    });
  return {
    ofBank: (bank: Bank) => {
      const grants = grantsOf(settings, bank);
      const { maskinporten: own } = bank;
      // A bank with a client of its own must not keep the others from being served: its alert names the reason, and Maskinporten refuses.
      if (!usesAppClient(bank))
        void asBank(bank.organisationNumber, () => misfitAmong([own.lanekassenKey, own.altinnKey]));
      return {
        altinnToken: shared(grants.altinn),
        lanekassenToken: shared(grants.lanekassen),
        consentTokens: createConsentTokens(grants.lanekassen, { client, telemetry }),
      };
    },
    /** What a grant has before it just now. */
    queueWait: () => maskinportenPolicy.queueWait(),
    /** Metadata and keys, and with them a socket and TLS. */
    warm: () => keys.warm(),
    /**
     * Whether a key of the app's own client cannot be what its mode says, which only other settings and a restart fix. If no bank uses
     * this client, its keys do not matter.
     */
    keysMisfit: () => misfitAmong(settings.banks.some(usesAppClient) ? [lanekassenKey, altinnKey] : []),
  };
}

/** Tokens of all banks. */
export type Tokens = ReturnType<typeof composeTokens>;
