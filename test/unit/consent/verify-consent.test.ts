import { describe, expect, test } from 'vitest';
import { type AltinnConsent, checkedViewUri, parseAltinnConsent } from '../../../shared/altinn/reply.ts';
import {
  type Consent,
  type ConsentState,
  type DoubtReason,
  doubtReasons,
  isRefusal,
} from '../../../shared/consent/consent.ts';
import { isLoopback } from '../../../shared/consent/return-url.ts';
import { verifyConsent } from '../../../shared/consent/verify-consent.ts';
import { personUrn } from '../../../shared/person/national-id.ts';
import { anyKey } from '../support/any-key.ts';
import { ahmad, steinar } from '../support/people.ts';
import { faultOf, problemOf } from '../support/problems.ts';

const id = '0194d2c1-7a58-7c2e-9b1f-2f7f3f6f9a10';
const now = Date.UTC(2026, 10, 23, 8);
const validTo = Date.UTC(2027, 10, 23, 6);
const expected = {
  isPerson: (one: { equals(other: typeof steinar): boolean }) => one.equals(steinar),
  organisationNumber: '999888777',
  resourceIds: ['slk_5498_1', 'org_5498_2'],
};
const consent = (state: ConsentState = 'pending'): Consent => ({
  id,
  state,
  createdAt: now,
  changedAt: now,
  validTo,
  resourceId: 'slk_5498_1',
});
const answer = (changes: Partial<AltinnConsent> = {}): AltinnConsent => ({
  id,
  from: steinar,
  to: '999888777',
  requiredDelegator: steinar,
  status: 'accepted',
  validTo,
  resourceIds: ['slk_5498_1'],
  viewUri: undefined,
  ...changes,
});
const judge = (changes: Partial<AltinnConsent>, state: ConsentState = 'pending', at = now) =>
  verifyConsent(consent(state), answer(changes), expected, at);

describe("Altinn's answer compared with the stored consent", () => {
  test.each([
    ['another id', { id: '0194d2c1-7a58-7c2e-9b1f-2f7f3f6f9a11' }, 'id'],
    ['another giver', { from: ahmad }, 'giver'],
    ['a giver that is no person', { from: undefined }, 'giver'],
    ['another person who must answer', { requiredDelegator: ahmad }, 'giver'],
    ['another receiver', { to: '310078920' }, 'receiver'],
    ['a receiver that is no organisation', { to: undefined }, 'receiver'],
    ['another resource', { resourceIds: ['slk_0000_1'] }, 'resource'],
    ['our resource and one more', { resourceIds: ['slk_5498_1', 'x'] }, 'resource'],
    ['another resource of the list than it was asked with', { resourceIds: ['org_5498_2'] }, 'resource'],
    ['no resource', { resourceIds: [] }, 'resource'],
    ['a longer life than the scheme’s year', { validTo: Date.UTC(2027, 10, 23, 8) + 1 }, 'validity'],
  ])('%s is a mismatch and changes nothing', (_what, changes, mismatch) => {
    expect(judge(changes)).toEqual({ mismatch });
  });

  test('a mismatch is found with any status', () => {
    for (const status of ['created', 'rejected', 'revoked', 'deleted', 'expired'] as const)
      expect(judge({ status, from: ahmad })).toEqual({ mismatch: 'giver' });
  });

  test("accepted: Altinn's validTo is taken over, but not beyond a year from creation", () => {
    expect(judge({ validTo: validTo - 5 })).toEqual({ consent: { ...consent('accepted'), validTo: validTo - 5 } });
    expect(judge({ validTo: Date.UTC(2027, 10, 23, 8) })).toMatchObject({ consent: { state: 'accepted' } });
  });

  test('accepted with a validTo in the past is expired', () => {
    expect(judge({ validTo: now })).toMatchObject({ consent: { state: 'expired' } });
    expect(judge({}, 'accepted', validTo)).toMatchObject({ consent: { state: 'expired' } });
    expect(judge({}, 'accepted', validTo - 1)).toMatchObject({ consent: { state: 'accepted' } });
  });

  test.each([
    ['rejected', 'pending', 'rejected'],
    ['revoked', 'pending', 'revoked'],
    ['revoked', 'accepted', 'revoked'],
    ['deleted', 'accepted', 'revoked'],
    // Altinn never stores this state; only time ends an accepted consent.
    ['expired', 'accepted', 'accepted'],
    ['created', 'pending', 'pending'],
    ['created', 'accepted', 'accepted'],
    ['accepted', 'abandoned', 'accepted'],
    ['accepted', 'ended', 'ended'],
    ['accepted', 'revoked', 'revoked'],
    ['accepted', 'rejected', 'rejected'],
    ['accepted', 'superseded', 'superseded'],
    ['rejected', 'accepted', 'accepted'],
  ] as const)('%s to one that is %s → %s', (status, from, to) => {
    expect(judge({ status }, from)).toMatchObject({ consent: { state: to } });
  });
});

describe('the resource that a consent was requested or imported with', () => {
  const about = (resourceId: string, resourceIds: readonly string[]) =>
    verifyConsent(
      { ...consent(), resourceId },
      answer({ resourceIds: [resourceId] }),
      { ...expected, resourceIds },
      now,
    );

  test('counts while it is on the list, first or not', () => {
    for (const id of ['slk_5498_1', 'org_5498_2'])
      expect(about(id, ['slk_5498_1', 'org_5498_2'])).toMatchObject({ consent: { state: 'accepted', resourceId: id } });
  });

  test('is a mismatch once it is off the list', () => {
    expect(about('org_5498_2', ['slk_5498_1'])).toEqual({ mismatch: 'resource' });
  });
});

describe('a doubt', () => {
  const doubtedBy = (reason: DoubtReason) => ({
    ...consent('accepted'),
    doubt: { reason, at: now - 5, checkedIn: [anyKey('session')] },
  });
  const about = (reason: DoubtReason, changes: Partial<AltinnConsent> = {}) =>
    verifyConsent(doubtedBy(reason), answer(changes), expected, now);

  test.each(doubtReasons.filter((reason) => !isRefusal(reason)))(
    'of reason %s is removed when Altinn confirms the consent again',
    (reason) => {
      const { consent: after } = about(reason) as { consent: Consent };
      expect([after.state, after.doubt]).toEqual(['accepted', undefined]);
    },
  );

  test.each(['refused', 'token'] as const)(
    'that another party raised (%s) stays until that party removes it',
    (reason) => {
      const before = doubtedBy(reason);
      expect(verifyConsent(before, answer(), expected, now)).toEqual({ consent: before });
      expect(about(reason, { validTo: validTo - 5 })).toEqual({ consent: { ...before, validTo: validTo - 5 } });
    },
  );

  test('is not removed by an answer that neither ends nor confirms the consent', () => {
    for (const status of ['created', 'rejected'] as const)
      expect(about('status', { status })).toEqual({ consent: doubtedBy('status') });
  });
});

describe("Altinn's reply", () => {
  const body = (changes: object = {}) => ({
    id,
    from: personUrn(steinar),
    to: 'urn:altinn:organization:identifier-no:999888777',
    requiredDelegator: personUrn(steinar),
    handledBy: null,
    validTo: '2027-11-23T06:00:00.1234567+00:00',
    consentRights: [
      {
        action: ['consent'],
        resource: [{ type: 'urn:altinn:resource', value: 'slk_5498_1' }],
        metadata: { navn: 'B' },
      },
    ],
    status: 'Created',
    viewUri: 'https://am.ui.tt02.altinn.no/x',
    unknown: 1,
    ...changes,
  });

  test('is read as documented', () => {
    const read = parseAltinnConsent(body());
    expect(read).toMatchObject({
      id,
      to: '999888777',
      status: 'created',
      validTo: validTo + 123,
      resourceIds: ['slk_5498_1'],
    });
    expect(read.from?.equals(steinar)).toBe(true);
  });

  test('is read with the status in any casing, under either name, and with null fields or without', () => {
    expect(parseAltinnConsent(body({ status: 'accepted' })).status).toBe('accepted');
    expect(parseAltinnConsent(body({ status: undefined, consentRequestStatus: 'Revoked' })).status).toBe('revoked');
    expect(parseAltinnConsent(body({ requiredDelegator: null, viewUri: null }))).toMatchObject({
      requiredDelegator: undefined,
      viewUri: undefined,
    });
    expect(parseAltinnConsent(body({ id: id.toUpperCase() })).id).toBe(id);
    expect(parseAltinnConsent(body({ validTo: '2027-11-23T08:00:00+02:00' })).validTo).toBe(validTo);
  });

  test('is read when it names a party of another kind, which is never our organisation', () => {
    const read = parseAltinnConsent(
      body({ from: 'urn:altinn:organization:identifier-no:999888777', to: personUrn(steinar) }),
    );
    expect([read.from, read.to]).toEqual([undefined, undefined]);
  });

  test('counts the resources of every right', () => {
    const right = { action: ['consent'], resource: [{ type: 'urn:altinn:resource', value: 'x' }] };
    expect(parseAltinnConsent(body({ consentRights: [right, right] })).resourceIds).toEqual(['x', 'x']);
  });

  test.each([
    ['no status', { status: undefined }, 'status'],
    ['an unknown status', { status: 'Archived' }, 'status'],
    ['no id', { id: undefined }, 'id'],
    ['an id that is none', { id: '1' }, 'id'],
    ['no giver', { from: null }, 'from'],
    ['validTo without offset', { validTo: '2027-11-23T06:00:00' }, 'validTo'],
    ['no validTo', { validTo: null }, 'validTo'],
    ['no rights', { consentRights: null }, 'consentRights'],
  ])('breaks the contract with %s', async (_what, changes, path) => {
    expect(await faultOf(() => parseAltinnConsent(body(changes)))).toBe(`upstream-invalid-reply altinn-schema-${path}`);
  });

  test('the error has no text of the reply', async () => {
    const { message, stack, cause } = await problemOf(() => parseAltinnConsent(body({ validTo: steinar.reveal() })));
    expect(`${message} ${stack} ${cause}`).not.toContain(steinar.reveal());
  });
});

describe('viewUri', () => {
  const check = (uri: string | undefined, base = 'https://platform.tt02.altinn.no') =>
    checkedViewUri(uri, base, isLoopback);

  test.each([
    'https://am.ui.tt02.altinn.no/accessmanagement/ui/consent/request?id=1',
    'https://tt02.altinn.no/x',
    'https://platform.tt02.altinn.no/x',
  ])("%s is accepted as Altinn's", (uri) => expect(check(uri)).toBe(uri));

  test.each([
    'http://am.ui.tt02.altinn.no/x',
    'https://am.ui.altinn.no/x',
    'https://altinn.no/x',
    'https://evil.example/x',
    'https://tt02.altinn.no.evil.example/x',
    'https://eviltt02.altinn.no/x',
    'https://tt02.altinn.no@evil.example/x',
    'https://user@am.ui.tt02.altinn.no/x',
    'javascript://am.ui.tt02.altinn.no/%0aalert(1)',
    'javascript:alert(1)',
    'http://127.0.0.1:7102/x',
    '//am.ui.tt02.altinn.no/x',
    '/relative',
    '',
    undefined,
    `https://am.ui.tt02.altinn.no/${'c'.repeat(2048)}`,
    // Short as it comes, and too long for a row as it is stored.
    `https://am.ui.tt02.altinn.no/${'å'.repeat(2000)}`,
  ])('%j is refused', async (uri) => {
    expect(await faultOf(() => check(uri))).toBe('upstream-invalid-reply altinn-view-uri');
  });

  test("in production the test environment's domain is refused", async () => {
    expect(check('https://am.ui.altinn.no/x', 'https://platform.altinn.no')).toBe('https://am.ui.altinn.no/x');
    expect(await faultOf(() => check('https://altinn.no.evil.example/', 'https://platform.altinn.no'))).toContain(
      'view-uri',
    );
  });

  test('loopback is accepted only if the API is on loopback too', async () => {
    expect(check('http://localhost:7102/x', 'http://127.0.0.1:7102')).toBe('http://localhost:7102/x');
    expect(await faultOf(() => check('http://evil.example/x', 'http://127.0.0.1:7102'))).toContain('view-uri');
    expect(await faultOf(() => check('javascript://127.0.0.1/%0aalert(1)', 'http://127.0.0.1:7102'))).toContain(
      'view-uri',
    );
  });
});
