// The simulators of Maskinporten, Altinn and Lånekassen together: each accepts what another issues.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startAltinn } from '../../local/simulators/altinn/simulator.ts';
import type { Simulator } from '../../local/simulators/kit/simulator.ts';
import { startLanekassen } from '../../local/simulators/lanekassen/simulator.ts';
import { startMaskinporten } from '../../local/simulators/maskinporten/simulator.ts';
import { testBank } from '../../local/simulators/test-customers.ts';
import { createTestClient, type TestClient } from '../maskinporten-client.ts';

const scope = 'lanekassen:lan/v1/saldoopplysninger';
const nationalId = '04125300311';
const person = `urn:altinn:person:identifier-no:${nationalId}`;
let maskinporten: Simulator<typeof startMaskinporten>;
let altinn: Simulator<typeof startAltinn>;
let lanekassen: Simulator<typeof startLanekassen>;
let client: TestClient;

beforeAll(async () => {
  client = await createTestClient({
    organisationNumber: testBank.organisationNumber,
    scopes: [scope, 'altinn:consentrequests.write'],
  });
  maskinporten = await startMaskinporten({ clients: [client.registration] });
  const maskinportenUrl = maskinporten.url;
  altinn = await startAltinn({ maskinportenUrl, resources: [{ id: 'slk_5498_1', metadataKeys: ['navn'] }] });
  maskinporten.control.setAltinnUrl(altinn.url);
  const apiKeys = { key: testBank.organisationNumber };
  lanekassen = await startLanekassen({ maskinportenUrl, apiKeys, resourceId: 'slk_5498_1' });
});
afterAll(() => Promise.all([lanekassen.close(), altinn.close(), maskinporten.close()]));

const token = async (claims: Record<string, unknown>) =>
  (await client.requestToken(maskinporten.url, { claims })).body.access_token ?? '';

async function saldo(consentToken?: string): Promise<number> {
  const headers = {
    ApiKey: 'key',
    Authorization: await token({ scope }),
    PSU_ID: nationalId,
    'X-Request-Id': crypto.randomUUID(),
    ...(consentToken === undefined ? {} : { 'Consent-ID': consentToken }),
  };
  return (await fetch(`${lanekassen.url}/saldo/v1/Accounts`, { headers })).status;
}

it('a consent given in Altinn leads to the saldo, through a consent token of Maskinporten', async () => {
  const id = crypto.randomUUID();
  const created = await fetch(`${altinn.url}/accessmanagement/api/v1/enterprise/consentrequests`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await token({ scope: 'altinn:consentrequests.write' })}`,
    },
    body: JSON.stringify({
      id,
      from: person,
      to: `urn:altinn:organization:identifier-no:${testBank.organisationNumber}`,
      validTo: new Date(Date.now() + 86_400_000).toISOString(),
      consentRights: [
        {
          action: ['consent'],
          resource: [{ type: 'urn:altinn:resource', value: 'slk_5498_1' }],
          metadata: { navn: testBank.name },
        },
      ],
      redirectUrl: 'http://127.0.0.1:7071/api/consents/callback?state=x',
    }),
  });
  expect(created.status).toBe(201);

  const withConsent = { scope, authorization_details: [{ type: 'urn:altinn:consent', id, from: person }] };
  const early = await client.requestToken(maskinporten.url, { claims: withConsent });
  expect([early.status, early.body.error_description]).toEqual([400, expect.stringContaining('AM-00014')]);
  expect(await saldo()).toBe(403);

  altinn.control.approve(id);
  expect(await saldo(await token(withConsent))).toBe(200);
  expect(await saldo()).toBe(200);

  altinn.control.revoke(id);
  const late = await client.requestToken(maskinporten.url, { claims: withConsent });
  expect([late.status, late.body.error_description]).toEqual([400, expect.stringContaining('AM-00011')]);

  await maskinporten.control.rotateSigningKey();
  expect(await saldo()).toBe(200);
});
