// The identity endpoint compared with App Service's documented protocol, and with the real ManagedIdentityCredential.
import { ManagedIdentityCredential } from '@azure/identity';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startIdentity } from '../../local/simulators/identity/simulator.ts';
import type { Simulator } from '../../local/simulators/kit/simulator.ts';

const clientId = '0b5a6c5e-1f0e-4d8e-9a5b-6f1a3f1f2c11';
const header = 'header-of-this-run';
const now = Date.parse('2026-11-23T08:00:00.500Z');

describe('identity endpoint', () => {
  let identity: Simulator<typeof startIdentity>;

  beforeAll(async () => {
    identity = await startIdentity({ header, clientIds: [clientId], clock: () => now });
  });
  afterAll(() => identity.close());

  const query = { 'api-version': '2019-08-01', resource: 'https://vault.azure.net', client_id: clientId };
  const ask = (parameters: Record<string, string>, headers: Record<string, string> = { 'x-identity-header': header }) =>
    fetch(`${identity.url}/msi/token?${new URLSearchParams(parameters)}`, { headers });

  it('answers with a token that its own keys verify', async () => {
    const response = await ask(query);
    const body = (await response.json()) as Record<string, string>;
    expect(response.status).toBe(200);
    expect(body).toEqual({
      access_token: expect.any(String),
      expires_on: String(Math.floor(now / 1000) + 24 * 3600),
      resource: 'https://vault.azure.net',
      token_type: 'Bearer',
      client_id: clientId,
    });
    const jwks = (await (await fetch(`${identity.url}/jwks`)).json()) as JSONWebKeySet;
    const { payload } = await jwtVerify(String(body.access_token), createLocalJWKSet(jwks), {
      issuer: `${identity.url}/`,
      audience: 'https://vault.azure.net',
      currentDate: new Date(now),
    });
    expect(payload).toMatchObject({ appid: clientId, oid: expect.any(String), exp: Number(body.expires_on) });
    expect(identity.control.issued()).toContain(body.access_token);
    expect(JSON.stringify(jwks)).not.toMatch(/"(d|p|q)"/);
  });

  it.each([
    ['no header', query, {}, 401],
    ['a wrong header', query, { 'x-identity-header': 'guess' }, 401],
    ['another api-version', { ...query, 'api-version': '2018-02-01' }, undefined, 400],
    ['no api-version', { resource: query.resource, client_id: clientId }, undefined, 400],
    ['no resource', { 'api-version': query['api-version'], client_id: clientId }, undefined, 400],
    ['an unknown client id', { ...query, client_id: 'b9a1f3b0-0000-4000-8000-000000000000' }, undefined, 400],
    ['no client id', { 'api-version': query['api-version'], resource: query.resource }, undefined, 400],
  ])('refuses %s', async (_, parameters, headers, status) => {
    const issued = identity.control.issued().length;
    const response = await ask(parameters as Record<string, string>, headers as Record<string, string> | undefined);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({
      statusCode: status,
      message: expect.any(String),
      correlationId: expect.any(String),
    });
    expect(identity.control.issued()).toHaveLength(issued);
  });

  it('fails as often as the test asks, then works again, and counts every call', async () => {
    const before = identity.control.calls();
    identity.control.failNext(2, 500);
    const statuses = [(await ask(query)).status, (await ask(query)).status, (await ask(query)).status];
    expect(statuses).toEqual([500, 500, 200]);
    expect(identity.control.calls()).toBe(before + 3);
  });

  it('has no other address, and accepts only GET', async () => {
    expect((await fetch(`${identity.url}/metadata/identity/oauth2/token`)).status).toBe(404);
    expect((await fetch(`${identity.url}/msi/token`, { method: 'POST' })).status).toBe(405);
  });
});

// The credential keeps endpoint and tokens for the life of the process, so this file has one endpoint for it.
describe('the real ManagedIdentityCredential', () => {
  it('gets a token if the environment names the endpoint, and an error if its client id is unknown', async () => {
    const identity = await startIdentity({ header, clientIds: [clientId] });
    vi.stubEnv('IDENTITY_ENDPOINT', `${identity.url}/msi/token`);
    vi.stubEnv('IDENTITY_HEADER', header);
    try {
      const scope = 'https://storage.azure.com/.default';
      const token = await new ManagedIdentityCredential({ clientId }).getToken(scope);
      expect(identity.control.issued()).toEqual([token.token]);
      expect(token.expiresOnTimestamp).toBeGreaterThan(Date.now() + 23 * 3600 * 1000);
      const stranger = new ManagedIdentityCredential({ clientId: 'stranger', retryOptions: { maxRetries: 0 } });
      await expect(stranger.getToken(scope)).rejects.toMatchObject({ name: 'CredentialUnavailableError' });
    } finally {
      vi.unstubAllEnvs();
      await identity.close();
    }
  });
});
