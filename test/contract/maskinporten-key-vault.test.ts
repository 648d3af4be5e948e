// The chain that the program uses, with the real SDKs: identity endpoint → Key Vault signs → Maskinporten accepts.
import { createHash, randomUUID } from 'node:crypto';
import { ManagedIdentityCredential } from '@azure/identity';
import { CryptographyClient } from '@azure/keyvault-keys';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startIdentity } from '../../local/simulators/identity/simulator.ts';
import { startKeyVault } from '../../local/simulators/key-vault/simulator.ts';
import type { Simulator } from '../../local/simulators/kit/simulator.ts';
import { startMaskinporten } from '../../local/simulators/maskinporten/simulator.ts';
import { vaultConnection } from '../../shared/key-vault/loopback.ts';
import { sendAssertion } from '../maskinporten-client.ts';

const identityClientId = '0b5a6c5e-1f0e-4d8e-9a5b-6f1a3f1f2c11';
const clientId = '11111111-2222-4333-8444-555555555555';

describe('an assertion signed in Key Vault', () => {
  let identity: Simulator<typeof startIdentity>;
  let vault: Simulator<typeof startKeyVault>;
  let maskinporten: Simulator<typeof startMaskinporten>;
  let credential: ManagedIdentityCredential;

  beforeAll(async () => {
    identity = await startIdentity({ header: 'header-of-this-run', clientIds: [identityClientId] });
    vault = await startKeyVault({ identityUrl: identity.url, keyNames: ['maskinporten'] });
    const jwk = { ...vault.control.publicJwk('maskinporten'), use: 'sig', alg: 'RS256' };
    const keys = [{ kid: 'bank-2026', jwk }];
    maskinporten = await startMaskinporten({
      clients: [{ clientId, organisationNumber: '310000019', scopes: ['test:lan'], keys }],
    });
    vi.stubEnv('IDENTITY_ENDPOINT', `${identity.url}/msi/token`);
    vi.stubEnv('IDENTITY_HEADER', 'header-of-this-run');
    credential = new ManagedIdentityCredential({ clientId: identityClientId });
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await Promise.all([maskinporten.close(), vault.close(), identity.close()]);
  });

  async function signedAssertion(keyId: string, kid: string): Promise<string> {
    const iat = Math.floor(Date.now() / 1000);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = {
      aud: `${maskinporten.url}/`,
      iss: clientId,
      scope: 'test:lan',
      iat,
      exp: iat + 30,
      jti: randomUUID(),
    };
    const input = `${part({ alg: 'RS256', kid })}.${part(claims)}`;
    const connection = await vaultConnection(keyId);
    const crypto = new CryptographyClient(connection.keyId, credential, connection.options);
    const { result } = await crypto.sign('RS256', createHash('sha256').update(input).digest());
    return `${input}.${Buffer.from(result).toString('base64url')}`;
  }

  it('is accepted by Maskinporten', async () => {
    const assertion = await signedAssertion(vault.control.keyId('maskinporten'), 'bank-2026');
    expect((await sendAssertion(maskinporten.url, assertion)).status).toBe(200);
    expect(vault.control.signatures()).toBe(1);
  });

  it('with a new key version is refused under the old kid (MP-124), and accepted once that version is registered', async () => {
    await vault.control.newVersion('maskinporten');
    const keyId = vault.control.keyId('maskinporten');
    const underOldKid = await sendAssertion(maskinporten.url, await signedAssertion(keyId, 'bank-2026'));
    expect(underOldKid.body.error_description).toMatch(/^MP-124: /);
    maskinporten.control.registerKey(clientId, { kid: 'bank-2027', jwk: vault.control.publicJwk('maskinporten') });
    expect((await sendAssertion(maskinporten.url, await signedAssertion(keyId, 'bank-2027'))).status).toBe(200);
  });
});
