import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parseCertificateChain } from '../../../shared/key-vault/certificate-chain.ts';
import { endOf, misfitOf, type VaultKey } from '../../../shared/key-vault/key-fit.ts';
import { clockAheadMs, createClockWatch } from '../../../shared/maskinporten/clock-drift.ts';
import { refusalOf } from '../../../shared/maskinporten/errors.ts';
import { checkConsent } from '../../../shared/maskinporten/token-consent.ts';
import { personUrn } from '../../../shared/person/national-id.ts';
import { ahmad, steinar } from '../support/people.ts';
import { faultOf } from '../support/problems.ts';
import { recordedTelemetry } from '../support/recorder.ts';
import { VirtualTime } from '../support/virtual-time.ts';

const now = Date.UTC(2026, 10, 24);
const date = (ms: number) => new Date(ms).toUTCString();

describe('the clock compared with the Date header', () => {
  test.each([
    ['in step', now, 0],
    ['one second is within the precision of whole seconds', now - 1000, 0],
    ['11 s ahead', now - 11_000, 10_000],
    ['8 s behind', now + 8000, -8000],
  ])('%s', (_, theirs, ahead) => {
    // Adding 0 turns minus zero into zero.
    expect((clockAheadMs(date(theirs), now, now) ?? Number.NaN) + 0).toBe(ahead);
  });

  test('a slow exchange is no drift, and an unreadable header gives no result', () => {
    expect(Math.abs(clockAheadMs(date(now), now, now + 8000) ?? 1)).toBe(0);
    expect(clockAheadMs('yesterday', now, now)).toBeUndefined();
    expect(clockAheadMs(undefined, now, now)).toBeUndefined();
  });

  test('a drift is reported before it causes failures, once in ten minutes', async () => {
    const time = new VirtualTime();
    const telemetry = recordedTelemetry();
    const watch = createClockWatch({ time, telemetry });
    watch.observe(date(now - 3000), now, now);
    expect(telemetry.of('clock-drift')).toEqual([]);
    for (let call = 0; call < 3; call++) watch.observe(date(now - 8000), now, now);
    expect(telemetry.of('clock-drift')).toHaveLength(1);
    expect(telemetry.of('clock-drift')[0]).toMatchObject({ alert: true, direction: 'ahead', seconds: 7 });
    expect(telemetry.counts().get('clockDrift direction=ahead')).toBe(3);
    await time.pass(10 * 60_000);
    watch.observe(date(now + 8000), now, now);
    expect(telemetry.of('clock-drift')).toHaveLength(2);
  });
});

describe('a key in the vault', () => {
  const vaultKey = (bits: number, changes: Partial<VaultKey> = {}): VaultKey => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: bits });
    return {
      keyType: 'RSA',
      publicKey,
      operations: ['sign'],
      enabled: true,
      expiresOn: undefined,
      createdOn: undefined,
      ...changes,
    };
  };
  const kid = { kid: 'k' };
  const good = vaultKey(2048);

  test('fits if it is an RSA key of 2048 bits that may sign, in hardware or not', () => {
    expect(misfitOf(good, kid, now)).toBeUndefined();
    expect(misfitOf({ ...good, keyType: 'RSA-HSM' }, kid, now)).toBeUndefined();
  });

  const day = 86_400_000;
  const made = { ...good, createdOn: now - 300 * day };

  test('is registered for a year after its version was made; an end date in the vault takes precedence; without dates the end is unknown', () => {
    expect(endOf(made, kid)).toBe(now + 65 * day);
    expect(endOf({ ...made, expiresOn: now + 200 * day }, kid)).toBe(now + 200 * day);
    expect(endOf(good, kid)).toBeUndefined();
  });

  test.each([
    ['key-not-rsa', true, { ...good, keyType: 'EC' }],
    ['key-too-short', true, vaultKey(1024)],
    ['key-may-not-sign', false, { ...good, operations: ['verify'] }],
    ['key-disabled', false, { ...good, enabled: false }],
    ['key-expired-in-vault', false, { ...good, expiresOn: now }],
  ])('%s (lasting: %s)', (fault, lasting, key) => {
    expect(misfitOf(key, kid, now)).toMatchObject({ fault, lasting });
  });
});

describe('a certificate chain as a setting', () => {
  const pem = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });

  test.each([
    ['a private key', String(pem), /private key/],
    ['no PEM', 'MIIB'.repeat(30), /must be certificates/],
    ['a broken certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', /cannot be read/],
  ])('refuses %s without repeating it', (_, value, reason) => {
    const chain = parseCertificateChain(value);
    expect(chain).toEqual({ fault: expect.stringMatching(reason) });
    expect(JSON.stringify(chain)).not.toContain(value.slice(-60, -30));
  });
});

describe('a refusal by the vault', () => {
  const refused = (text: string, consentId?: string) =>
    refusalOf({ status: 400, headers: {}, text: JSON.stringify({ error_description: text }) }, consentId);

  test('keeps the incident id, and distinguishes a fault of the client from one of the key', () => {
    expect(refused('MP-100: Client not found (trace_id: 0123456789abcdef0123456789abcdef)')).toMatchObject({
      incident: '0123456789abcdef0123456789abcdef',
      reason: undefined,
    });
    expect(refused('MP-100: Unknown key identifier (kid) for client.').reason).toBe('kid');
  });

  test('never takes a national id or the consent id for an incident id', () => {
    const id = '0194d2c1-7a58-7c2e-9b1f-2f7f3f6f9a10';
    expect(refused(`MP-303: request id: ${id}`, id).incident).toBeUndefined();
    expect(refused('MP-303: error id: 01085301957', id).incident).toBeUndefined();
  });
});

describe('the consent in a token', () => {
  const id = '0194d2c1-7a58-7c2e-9b1f-2f7f3f6f9a10';
  const expected = { organisationNumber: '999888777', resourceIds: ['999888777_native', 'slk_5498_1'] };
  const to = { authority: 'iso6523-actorid-upis', ID: '0192:999888777' };
  const rights = [{ action: ['consent'], resource: [{ type: 'urn:altinn:resource', value: 'slk_5498_1' }] }];
  const check = (details: object) => checkConsent([details], { id, from: steinar }, expected, now);
  const detail = { id, from: personUrn(steinar), to, validTo: '2027-11-23T06:00:00+00:00' };

  test.each([
    ["today's spelling", { ...detail, type: 'urn:altinn:consent', consentRights: rights }],
    ['other cases', { ...detail, type: 'URN:altinn:Consent', ConsentRights: rights }],
    ["the drafts' spelling", { ...detail, type: 'urn:altinn:concent', concentRights: rights, concented: 'x' }],
  ])('is read in %s', (_, details) => {
    expect(() => check(details)).not.toThrow();
  });

  test('another giver is recognised in every spelling; a claim given twice makes the reply invalid', async () => {
    const other = { ...detail, from: personUrn(ahmad), type: 'urn:altinn:concent', concentRights: rights };
    expect(await faultOf(() => check(other))).toBe('consent-person-mismatch consent-token-giver');
    const twice = { ...detail, type: 'urn:altinn:consent', consentRights: rights, concentRights: [] };
    expect(await faultOf(() => check(twice))).toBe('upstream-invalid-reply maskinporten-token-consent-schema');
  });
});
