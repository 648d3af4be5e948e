// Consent tokens: `authorization_details` in the assertion, the look-up in Altinn, and its result (docs/contracts/maskinporten.md §5,
// docs/contracts/altinn-consent.md §9). A stub replaces Altinn's look-up.
import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Simulator } from '../../local/simulators/kit/simulator.ts';
import { startMaskinporten } from '../../local/simulators/maskinporten/simulator.ts';
import { createTestClient, type TestClient } from '../maskinporten-client.ts';
import { type StubAnswer, type StubRequest, serveStub } from '../stub-server.ts';

const bank = '310000019';
const customerBank = '310000027';
const consentId = '0194d2c1-7a58-7c2e-9b1f-2f7f3f6f9a10';
const giver = 'urn:altinn:person:identifier-no:15858510055';
const details = { type: 'urn:altinn:consent', id: consentId, from: giver };
const consent = {
  id: consentId,
  from: giver,
  to: `urn:altinn:organization:identifier-no:${bank}`,
  consented: '2026-11-23T08:02:11.409251+00:00',
  validTo: '2027-11-23T08:00:00+00:00',
  consentRights: [
    {
      action: ['consent'],
      resource: [{ type: 'urn:altinn:resource', value: 'test-resource' }],
      metadata: { navn: 'Eksempelbanken ASA' },
    },
  ],
};

describe('consent tokens', () => {
  let altinn: { url: string; close(): Promise<void> };
  let maskinporten: Simulator<typeof startMaskinporten>;
  let client: TestClient;
  let lookUp: StubAnswer;
  const asked: StubRequest[] = [];

  beforeAll(async () => {
    altinn = await serveStub('Altinn look-up', 0, (request) => {
      asked.push(request);
      return lookUp;
    });
    client = await createTestClient({
      organisationNumber: bank,
      scopes: ['test:lan'],
      delegations: [{ consumerOrg: customerBank, scopes: ['test:lan'] }],
    });
    maskinporten = await startMaskinporten({ clients: [client.registration], altinnUrl: altinn.url });
  });
  afterAll(() => Promise.all([maskinporten.close(), altinn.close()]));
  beforeEach(() => {
    lookUp = { status: 200, body: consent };
    asked.length = 0;
  });

  const request = (authorization_details: unknown, claims: Record<string, unknown> = {}) =>
    client.requestToken(maskinporten.url, { claims: { authorization_details, ...claims } });

  async function claimsOf(accessToken: string | undefined): Promise<JWTPayload> {
    const jwks = (await (await fetch(`${maskinporten.url}/jwk`)).json()) as JSONWebKeySet;
    return (await jwtVerify(String(accessToken), createLocalJWKSet(jwks))).payload;
  }

  it("have the result of Altinn's look-up, with the receiver as an ISO 6523 object", async () => {
    const answer = await request([details]);
    expect(answer.status).toBe(200);
    expect((await claimsOf(answer.body.access_token)).authorization_details).toEqual([
      { ...consent, type: 'urn:altinn:consent', to: { authority: 'iso6523-actorid-upis', ID: `0192:${bank}` } },
    ]);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ method: 'POST', path: '/accessmanagement/api/v1/maskinporten/consent/lookup' });
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ id: consentId, from: giver, to: consent.to });
  });

  it('have the consumer as receiver in supplier mode', async () => {
    const answer = await request([details], { consumer_org: customerBank });
    expect(answer.status).toBe(200);
    expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({
      to: `urn:altinn:organization:identifier-no:${customerBank}`,
    });
    const [element] = (await claimsOf(answer.body.access_token)).authorization_details as { to: object }[];
    expect(element?.to).toEqual({ authority: 'iso6523-actorid-upis', ID: `0192:${customerBank}` });
  });

  it('are looked up in Altinn at every request, so a revocation takes effect at the next one', async () => {
    expect((await request([details])).status).toBe(200);
    lookUp = { status: 400, body: { code: 'AM-00011', status: 400 } };
    expect((await request([details])).body.error_description).toMatch(/^MP-303: .*\(AM-00011\)/);
    expect(asked).toHaveLength(2);
  });

  it.each([
    ['another type', 'MP-301', [{ ...details, type: 'urn:altinn:systemuser' }]],
    ['the obsolete spelling of the type', 'MP-301', [{ ...details, type: 'urn:altinn:concent' }]],
    ['no type', 'MP-301', [{ id: consentId, from: giver }]],
    ['an unknown field', 'MP-302', [{ ...details, to: consent.to }]],
    ['an id that is no UUID', 'MP-303', [{ ...details, id: '1' }]],
    ['no id', 'MP-303', [{ type: details.type, from: giver }]],
    ['no giver', 'MP-303', [{ type: details.type, id: consentId }]],
    ['a giver that is no URN', 'MP-303', [{ ...details, from: '15858510055' }]],
    ['two consents', 'MP-303', [details, details]],
    ['no consent', 'MP-303', []],
    ['an object in place of a list', 'MP-303', details],
  ])('are refused for %s (%s) without a look-up in Altinn', async (_, code, authorization_details) => {
    const answer = await request(authorization_details);
    expect(answer.status).toBe(400);
    expect(answer.body.error_description).toMatch(new RegExp(`^${code}: `));
    expect(asked).toHaveLength(0);
    expect(maskinporten.control.grants().at(-1)).toMatchObject({ withConsent: true, status: 400, code });
  });

  it.each([
    ['an unknown consent', 404, 'AM-00001'],
    ['another giver', 400, 'AM-00012'],
    ['an expired consent', 400, 'AM-00013'],
    ['a consent that is not accepted', 400, 'AM-00014'],
  ])("are refused for %s with MP-303 and Altinn's code", async (_, status, code) => {
    lookUp = { status, body: { code, status, detail: 'not for others' } };
    const answer = await request([details]);
    expect(answer.status).toBe(400);
    expect(answer.body.error_description).toMatch(new RegExp(`^MP-303: .*\\(${code}\\)`));
    expect(answer.body.error_description).not.toContain('not for others');
  });

  it.each([
    ['several faults at once', { status: 500, body: { code: 'STD-00001' } }, 500],
    ['an outage', { status: 503 }, 503],
  ])("pass on Altinn's status for %s", async (_, answerOfAltinn, status) => {
    lookUp = answerOfAltinn;
    expect((await request([details])).status).toBe(status);
  });

  it('are refused with 503 if Altinn does not answer, and with 400 without an Altinn, until it has one', async () => {
    const gone = await serveStub('closed', 0, () => ({ status: 200 }));
    await gone.close();
    for (const [altinnUrl, status] of [
      [gone.url, 503],
      [undefined, 400],
    ] as const) {
      const lonely = await startMaskinporten({ clients: [client.registration], ...(altinnUrl ? { altinnUrl } : {}) });
      const answer = await client.requestToken(lonely.url, { claims: { authorization_details: [details] } });
      expect(answer.status).toBe(status);
      lonely.control.setAltinnUrl(altinn.url);
      expect((await client.requestToken(lonely.url, { claims: { authorization_details: [details] } })).status).toBe(
        200,
      );
      await lonely.close();
    }
  });

  it('leave no person and no consent in the record', async () => {
    await request([details]);
    await request([{ ...details, from: 'urn:altinn:person:identifier-no:1' }]);
    const record = JSON.stringify(maskinporten.control.grants());
    expect(record).not.toContain(giver.slice(-11));
    expect(record).not.toContain(consentId);
  });
});
