import { createVerify, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { assertionClaims, signAssertion } from '../../../shared/maskinporten/assertion.ts';
import { refusalOf } from '../../../shared/maskinporten/errors.ts';
import type { Grant } from '../../../shared/maskinporten/grant.ts';
import { steinar } from '../support/people.ts';

const grant: Grant = {
  bank: '999888777',
  issuer: 'https://test.maskinporten.no',
  clientId: 'client-1',
  keyId: 'https://v/keys/a/1',
  header: { kid: 'kid-1' },
  scope: 'a:b',
};
const now = Date.UTC(2026, 10, 23, 8, 0, 0, 999);

describe('the claims of an assertion', () => {
  test('are these and no others, because an unknown claim makes the request fail', () => {
    expect(assertionClaims(grant, 'https://test.maskinporten.no/', now, 'jti-1')).toEqual({
      aud: 'https://test.maskinporten.no/',
      iss: 'client-1',
      scope: 'a:b',
      iat: 1795420800,
      exp: 1795420860,
      jti: 'jti-1',
    });
  });

  test('live at most 120 seconds, and are never issued ahead of the clock', () => {
    for (const at of [0, 1, 999, 1000, now, now + 500]) {
      const { iat, exp } = assertionClaims(grant, 'a', at, 'j');
      expect(iat * 1000).toBeLessThanOrEqual(at);
      expect(exp - iat).toBeGreaterThan(0);
      expect(exp - iat).toBeLessThanOrEqual(120);
    }
  });

  test('include the resource as an array, consumer_org, and the consent with its giver as a URN', () => {
    const full = {
      ...grant,
      resource: 'https://api.example',
      consumerOrg: '999888777',
      consent: { id: 'c-1', from: steinar },
    };
    expect(assertionClaims(full, 'a', now, 'j')).toMatchObject({
      resource: ['https://api.example'],
      consumer_org: '999888777',
      authorization_details: [
        { type: 'urn:altinn:consent', id: 'c-1', from: 'urn:altinn:person:identifier-no:01085301957' },
      ],
    });
  });
});

test('the assertion is a compact JWS with RS256 and kid, and nothing else in its header', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const claims = assertionClaims({ ...grant, consent: { id: 'æøå', from: steinar } }, 'a', now, 'j');
  const token = await signAssertion(
    claims,
    { kid: 'kid-1' },
    {
      sign: async (input) => sign('sha256', Buffer.from(input), privateKey),
    },
  );
  const [header = '', payload = '', signature = ''] = token.split('.');
  expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({ alg: 'RS256', kid: 'kid-1' });
  expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toEqual(claims);
  expect(createVerify('sha256').update(`${header}.${payload}`).verify(publicKey, signature, 'base64url')).toBe(true);
});

describe("Maskinporten's refusals", () => {
  const refusal = (description: unknown, forConsent = false, text?: string) =>
    refusalOf(
      {
        status: 400,
        headers: {},
        text: text ?? JSON.stringify({ error: 'invalid_grant', error_description: description }),
      },
      forConsent ? 'consent-1' : undefined,
    );

  test.each([
    ['MP-100', 'configuration'],
    ['MP-110', 'configuration'],
    ['MP-120', 'configuration'],
    ['MP-121', 'configuration'],
    ['MP-011', 'configuration'],
    ['MP-200', 'configuration'],
    ['MP-201', 'configuration'],
    ['MP-012', 'repeat'],
    ['MP-130', 'clock'],
    ['MP-122', 'configuration'],
    ['MP-123', 'configuration'],
    ['MP-124', 'configuration'],
    ['MP-301', 'configuration'],
    ['MP-302', 'configuration'],
    ['MP-303', 'consent'],
    ['MP-250', 'configuration'],
    ['MP-251', 'configuration'],
  ])('%s means %s, on a consent grant too', (code, kind) => {
    for (const forConsent of [false, true])
      expect(refusal(`${code} Noe gikk galt (incident 01085301957)`, forConsent)).toMatchObject({ code, kind });
  });

  test('an expired key is reported as such', () => {
    expect(refusal('MP-121: x').action).toMatch(/EXPIRED/);
  });

  test('an unlisted code, no code or a body that is not JSON: the consent is refused on a consent grant, otherwise configuration', () => {
    for (const forConsent of [true, false]) {
      const kind = forConsent ? 'consent' : 'configuration';
      expect(refusal('MP-999 x', forConsent)).toMatchObject({ code: 'MP-999', kind });
      expect(refusal('consumer_org equals', forConsent)).toMatchObject({ code: undefined, kind: 'configuration' });
      expect(refusal(undefined, forConsent)).toMatchObject({ kind });
      expect(refusal(['MP-012'], forConsent)).toMatchObject({ code: undefined, kind });
      expect(refusal('', forConsent, '<html>MP-012</html>')).toMatchObject({ code: undefined, kind });
      expect(refusal('', forConsent, 'null')).toMatchObject({ code: undefined, kind });
    }
  });

  test('a clock that is ahead has no code of its own, and is recognised by the description', () => {
    expect(refusal('Invalid assertion: issue time is after now', true).kind).toBe('clock');
  });

  test("Maskinporten's own text is not kept", () => {
    expect(JSON.stringify(refusal('MP-303 urn:altinn:person:identifier-no:01085301957', true))).not.toContain(
      '01085301957',
    );
  });
});
