// OAuth clients written by others get tokens from the Maskinporten simulator. So its metadata, token endpoint and answers are those of a
// real authorization server, and do not only suit our own client. The clients' keys are in memory.
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createVerifyAccessToken } from '../../local/simulators/kit/maskinporten-token.ts';
import type { Simulator } from '../../local/simulators/kit/simulator.ts';
import { startMaskinporten } from '../../local/simulators/maskinporten/simulator.ts';
import { createTestClient, type TestClient } from '../maskinporten-client.ts';

const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const scope = 'test:lan';
let client: TestClient;
let maskinporten: Simulator<typeof startMaskinporten>;

beforeAll(async () => {
  client = await createTestClient({ organisationNumber: '310000019', scopes: [scope] });
  maskinporten = await startMaskinporten({ clients: [client.registration] });
});
afterAll(() => maskinporten?.close());

const check = (token: string) => createVerifyAccessToken(maskinporten.url, Date.now)(token);

describe('oauth4webapi', () => {
  const insecure = { [oauth.allowInsecureRequests]: true };
  const discover = async () => {
    const issuer = new URL(`${maskinporten.url}/`);
    const response = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure });
    return oauth.processDiscoveryResponse(issuer, response);
  };
  const ask = async (server: oauth.AuthorizationServer, assertion: string) => {
    const self: oauth.Client = { client_id: client.registration.clientId };
    const body = { assertion };
    const response = await oauth.genericTokenEndpointRequest(server, self, oauth.None(), grantType, body, insecure);
    return oauth.processGenericTokenEndpointResponse(server, self, response);
  };

  test('discovers the server, and gets a token that an API owner accepts', async () => {
    const answer = await ask(await discover(), await client.assertion(maskinporten.url));
    expect(answer).toMatchObject({ token_type: 'bearer', scope });
    expect(answer.expires_in).toBeGreaterThan(100);
    expect(await check(answer.access_token)).toMatchObject({ consumer: '310000019', scopes: [scope] });
  });

  test('reads a refusal as an OAuth error', async () => {
    const assertion = await client.assertion(maskinporten.url, { claims: { scope: 'test:other' } });
    const error = await ask(await discover(), assertion).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(oauth.ResponseBodyError);
    expect((error as oauth.ResponseBodyError).error).toBe('invalid_scope');
  });
});

describe('openid-client', () => {
  const configure = () =>
    openid.discovery(new URL(`${maskinporten.url}/`), client.registration.clientId, undefined, openid.None(), {
      algorithm: 'oauth2',
      execute: [openid.allowInsecureRequests],
    });

  test('discovers the server, and gets a token that an API owner accepts', async () => {
    const assertion = await client.assertion(maskinporten.url);
    const answer = await openid.genericGrantRequest(await configure(), grantType, { assertion });
    expect(answer.expiresIn()).toBeGreaterThan(100);
    expect(await check(answer.access_token)).toMatchObject({ consumer: '310000019', scopes: [scope] });
  });

  test('is refused when it uses an assertion a second time (MP-012)', async () => {
    const assertion = await client.assertion(maskinporten.url);
    const configuration = await configure();
    await openid.genericGrantRequest(configuration, grantType, { assertion });
    const again = openid.genericGrantRequest(configuration, grantType, { assertion });
    await expect(again).rejects.toMatchObject({ error: 'invalid_grant' });
    expect(maskinporten.control.grants().at(-1)?.code).toBe('MP-012');
  });
});
