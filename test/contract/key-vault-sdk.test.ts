// The real Azure SDKs against the simulators: the behaviour that the program relies on (order of calls, client options, shape of errors).
import { createHash, createPublicKey, verify } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ManagedIdentityCredential } from '@azure/identity';
import { CryptographyClient, type CryptographyClientOptions } from '@azure/keyvault-keys';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startIdentity } from '../../local/simulators/identity/simulator.ts';
import { startKeyVault } from '../../local/simulators/key-vault/simulator.ts';
import type { Simulator } from '../../local/simulators/kit/simulator.ts';
import { vaultConnection } from '../../shared/key-vault/loopback.ts';

const clientId = '0b5a6c5e-1f0e-4d8e-9a5b-6f1a3f1f2c11';
const digest = createHash('sha256').update('text').digest();

describe('CryptographyClient and ManagedIdentityCredential', () => {
  let identity: Simulator<typeof startIdentity>;
  let vault: Simulator<typeof startKeyVault>;
  let credential: ManagedIdentityCredential;
  let seen = 0;

  beforeAll(async () => {
    identity = await startIdentity({ header: 'header-of-this-run', clientIds: [clientId] });
    vault = await startKeyVault({ identityUrl: identity.url, keyNames: ['signing'] });
    vi.stubEnv('IDENTITY_ENDPOINT', `${identity.url}/msi/token`);
    vi.stubEnv('IDENTITY_HEADER', 'header-of-this-run');
    credential = new ManagedIdentityCredential({ clientId, retryOptions: { maxRetries: 0 } });
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await Promise.all([vault.close(), identity.close()]);
  });
  beforeEach(() => {
    vault.control.setPermissions(undefined);
    vault.control.setDelay(0);
    seen = vault.control.calls().length;
  });

  /** Connected as in the program, with the changes of a test. */
  const client = async (changes: CryptographyClientOptions = {}, id = vault.control.keyId('signing')) => {
    const { keyId, options } = await vaultConnection(id);
    return new CryptographyClient(keyId, credential, { ...options, ...changes });
  };
  const callsSeen = () =>
    vault.control
      .calls()
      .slice(seen)
      .map(({ operation, status }) => `${operation} ${status}`);

  it('signs after one challenge and one GET of the key; later calls only sign', async () => {
    const crypto = await client();
    const { result } = await crypto.sign('RS256', digest);
    const key = createPublicKey({ key: { ...vault.control.publicJwk('signing') }, format: 'jwk' });
    expect(verify('sha256', Buffer.from('text'), key, result)).toBe(true);
    await crypto.sign('RS256', digest);
    expect(callsSeen()).toEqual(['get 401', 'get 200', 'sign 200', 'sign 200']);
    expect(identity.control.calls()).toBe(1);
  });

  it('can make many first signatures at once if the client was created with the key id', async () => {
    const crypto = await client();
    await Promise.all(Array.from({ length: 8 }, () => crypto.sign('RS256', digest)));
    expect(callsSeen().filter((call) => call === 'sign 200')).toHaveLength(8);
  });

  it('works without the GET if it may not read the key', async () => {
    vault.control.setPermissions({ [clientId]: ['sign'] });
    await (await client()).sign('RS256', digest);
    expect(callsSeen()).toEqual(['get 401', 'get 403', 'sign 200']);
  });

  it('connects to a vault on plain http only through our transport', async () => {
    const plain = new CryptographyClient(vault.control.keyId('signing'), credential, {
      retryOptions: { maxRetries: 0 },
    });
    await expect(plain.sign('RS256', digest)).rejects.toThrow(/https|allowInsecureConnection/i);
    await expect((await client({ disableChallengeResourceVerification: false })).sign('RS256', digest)).rejects.toThrow(
      'does not match the requested domain',
    );
    expect(callsSeen().filter((call) => call.startsWith('sign'))).toEqual([]);
  });

  it('leaves retries to our policy for a vault on https, and sends through our transport', async () => {
    const keyId = 'https://kv-bank.vault.azure.net/keys/maskinporten/00000000000000000000000000000000';
    expect(await vaultConnection(keyId)).toEqual({
      keyId,
      options: { retryOptions: { maxRetries: 0 }, httpClient: { sendRequest: expect.any(Function) } },
    });
  });

  it("throws 403 with the vault's error code", async () => {
    const crypto = await client();
    await crypto.sign('RS256', digest);
    vault.control.setPermissions({ [clientId]: [] });
    await expect(crypto.sign('RS256', digest)).rejects.toMatchObject({
      name: 'RestError',
      statusCode: 403,
      code: 'Forbidden',
    });
  });

  it('throws 429 at once if its retries are off, with Retry-After in the response', async () => {
    const crypto = await client();
    await crypto.sign('RS256', digest);
    vault.control.failNext(1, { status: 429, retryAfter: '120' });
    const error = await crypto.sign('RS256', digest).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'RestError', statusCode: 429, code: 'Throttled' });
    const { response } = error as { response: { headers: { get(name: string): string | undefined } } };
    expect(response.headers.get('retry-after')).toBe('120');
  });

  it('ends with AbortError when the signal aborts, and works again afterwards', async () => {
    const crypto = await client();
    await crypto.sign('RS256', digest);
    vault.control.setDelay(400);
    const aborted = crypto.sign('RS256', digest, { abortSignal: AbortSignal.timeout(50) });
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
    vault.control.setDelay(0);
    await expect(crypto.sign('RS256', digest)).resolves.toBeDefined();
  });

  it('throws ECONNREFUSED if nothing listens', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const unreachable = await client({}, `http://127.0.0.1:${port}/keys/signing/${'0'.repeat(32)}`);
    await expect(unreachable.sign('RS256', digest)).rejects.toMatchObject({ name: 'RestError', code: 'ECONNREFUSED' });
  });
});
