// Published test vectors, sent along the path of a real assertion: our compact form, the Azure SDK's challenge flow with
// ManagedIdentityCredential, and the Key Vault simulator, which gets the RFC's private key.
import { compactVerify, importJWK } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { startIdentity } from '../../local/simulators/identity/simulator.ts';
import { startKeyVault } from '../../local/simulators/key-vault/simulator.ts';
import type { Simulator } from '../../local/simulators/kit/simulator.ts';
import { createKeyVaultSigner } from '../../shared/key-vault/signer.ts';
import { signCompact } from '../../shared/maskinporten/assertion.ts';
import { Deadline } from '../../shared/resilience/deadline.ts';
import { systemTime } from '../../shared/resilience/time.ts';
import { createCredential } from '../../shared/storage/credential.ts';
import { oneTry } from '../../tools/one-try.ts';
import { thumbprint } from '../../tools/rotate-key/plan.ts';
import { recordedTelemetry } from '../unit/support/recorder.ts';
import { rfc7515a2, rfc7520s41, rfc7638 } from './published-vectors.ts';

const clientId = '0b5a6c5e-1f0e-4d8e-9a5b-6f1a3f1f2c11';
let identity: Simulator<typeof startIdentity>;
let vault: Simulator<typeof startKeyVault>;
let telemetry: ReturnType<typeof recordedTelemetry>;

beforeAll(async () => {
  identity = await startIdentity({ header: 'header-of-this-run', clientIds: [clientId] });
  vault = await startKeyVault({ identityUrl: identity.url, keyNames: ['vectors'] });
  vi.stubEnv('IDENTITY_ENDPOINT', `${identity.url}/msi/token`);
  vi.stubEnv('IDENTITY_HEADER', 'header-of-this-run');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([vault.close(), identity.close()]);
});
beforeEach(() => {
  telemetry = recordedTelemetry();
});

function signerFor(keyId: string, header: { kid: string }) {
  const time = systemTime;
  const credential = createCredential(clientId, true, { policy: oneTry, totalMs: 5000, time, telemetry });
  const signer = createKeyVaultSigner({ credential, policy: () => oneTry, telemetry });
  return signer.forKey({ keyId, header }, Deadline.after(time, 10_000));
}

test.each([
  ['RFC 7520 §4.1', rfc7520s41],
  ['RFC 7515 A.2', rfc7515a2],
])('%s is reproduced byte for byte', async (_, vector) => {
  const version = vault.control.importKey('vectors', vector.key);
  const before = vault.control.calls().length;
  const signer = signerFor(vault.control.keyId('vectors', version), { kid: 'vector' });
  const jws = await signCompact(vector.header, vector.payload, signer);
  expect(jws).toBe(vector.compact);
  // The SDK's own challenge flow: it calls without a token, is referred to the token's issuer, and calls again. Then the digest is signed.
  const calls = vault.control
    .calls()
    .slice(before)
    .map(({ operation, status }) => `${operation} ${status}`);
  expect(calls).toEqual(['get 401', 'get 200', 'sign 200']);
  const { kty, n, e } = vector.key;
  const verified = await compactVerify(jws, await importJWK({ kty, n, e }, 'RS256'));
  expect(Buffer.from(verified.payload).toString()).toBe(vector.payload);
  expect(telemetry.counts().get('signature')).toBe(1);
});

test('another key gives another signature, so the vectors can fail', async () => {
  const signer = signerFor(vault.control.keyId('vectors', await vault.control.newVersion('vectors')), { kid: 'x' });
  expect(await signCompact(rfc7520s41.header, rfc7520s41.payload, signer)).not.toBe(rfc7520s41.compact);
});

test('RFC 7638 §3.1: the thumbprint used as the name of a kid is correct', () => {
  expect(thumbprint(rfc7638.key)).toBe(rfc7638.thumbprint);
  expect(thumbprint({ ...rfc7638.key, e: 'AQAC' })).not.toBe(rfc7638.thumbprint);
});
