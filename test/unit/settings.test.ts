import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { settingGroups, settingSchemas } from '../../shared/settings/schemas.ts';
import { metaOf, readSetting, setting } from '../../shared/settings/setting.ts';
import { adviceOn } from '../../shared/settings/unknown-names.ts';
import { readSettings } from '../../shared/settings.ts';

/** A bank with the required members. */
const exampleBank = {
  organisationNumber: '974760673',
  name: 'Eksempelbanken ASA',
  allowedReturnUrls: ['https://bank.example/retur', 'mybank://studielan'],
  defaultReturnUrl: 'https://bank.example/retur',
  identityProvider: {
    issuer: 'https://login.bank.example/',
    audience: 'studielan-api',
    jwksUri: 'https://login.bank.example/jwks',
  },
};
const key = (fill: number) => Buffer.alloc(32, fill).toString('base64');
/** The required settings. */
const least: Record<string, string> = {
  PUBLIC_BASE_URL: 'https://studielan.bank.example',
  BANKS: JSON.stringify([exampleBank]),
  MASKINPORTEN_ISSUER: 'https://test.maskinporten.no',
  MASKINPORTEN_CLIENT_ID: 'client-1',
  MASKINPORTEN_KEY_ID: 'https://v.vault.azure.net/keys/maskinporten/0123456789abcdef0123456789abcdef',
  MASKINPORTEN_KID: 'kid-1',
  ALTINN_BASE_URL: 'https://platform.tt02.altinn.no',
  ALTINN_CONSENT_RESOURCE_ID: 'slk_5498_1',
  LANEKASSEN_BASE_URL: 'https://ekstern01.api.test.lanekassen.no',
  LANEKASSEN_API_KEY: 'api-key-1',
  STATE_TABLE_ENDPOINT: 'https://account.table.core.windows.net',
  PERSON_KEY_SECRET: key(1),
  SESSION_KEY_SECRET: key(2),
};

const faults = (changes: Record<string, string | undefined>): string[] => {
  const result = readSettings({ ...least, ...changes });
  return result.ok ? [] : result.faults;
};
const namesOf = (list: string[]) => list.map((fault) => fault.split(':')[0]);
const settings = (changes: Record<string, string | undefined> = {}) => {
  const result = readSettings({ ...least, ...changes });
  if (!result.ok) throw new Error(result.faults.join('; '));
  return result.settings;
};

describe('settings', () => {
  test('the required ones are enough; the defaults are those of the interface', () => {
    expect(settings()).toMatchObject({
      altinn: { scope: 'altinn:consentrequests.write', metadataKey: 'navn' },
      lanekassen: {
        scope: 'lanekassen:lan/v1/saldoopplysninger',
        resource: undefined,
        consentTransport: 'consent-id-header',
        sendConsentToken: 'until-200',
        authPrefix: '',
      },
      consent: { validityDays: 365, renewDaysBefore: 30, requestTtlMinutes: 60, logRetentionDays: 365 },
      session: { ttlMinutes: 60, endedHours: 24 },
      policy: {
        requestDeadlineMs: 8000,
        lanekassen: { tryMs: 6500, connectMs: 1500, maxAttempts: 2, concurrency: 16, queue: 64 },
        maskinporten: { tryMs: 6500, coldTryMs: 7000, totalMs: 20_000, connectMs: 1500, maxAttempts: 3 },
        keyVault: { tryMs: 1500, totalMs: 3000, connectMs: 1000, maxAttempts: 2 },
        common: {
          backoff: { baseMs: 200, capMs: 2000 },
          budget: { tokens: 10, perSuccess: 0.1, floorMs: 10_000 },
          breaker: { windowMs: 30_000, minCalls: 10, failureShare: 0.5, minOpenMs: 5000, maxOpenMs: 30_000 },
          cold: { silentMs: 60_000, slowFactor: 3 },
        },
      },
    });
  });

  test('that are required are all named when they are missing or empty', () => {
    const result = readSettings({});
    const needed = Object.keys(least).filter((name) => name !== 'STATE_TABLE_ENDPOINT' && name !== 'MASKINPORTEN_KID');
    expect(result.ok).toBe(false);
    if (!result.ok) for (const name of needed) expect(result.faults).toContain(`${name}: is missing`);
    for (const name of needed) expect(namesOf(faults({ [name]: '' }))).toEqual([name]);
  });

  test('include every name of the interface', () => {
    const names = `PUBLIC_BASE_URL BANKS
      MASKINPORTEN_ISSUER MASKINPORTEN_CLIENT_ID MASKINPORTEN_KEY_ID MASKINPORTEN_KEY_MODE MASKINPORTEN_KID MASKINPORTEN_CERTIFICATE_CHAIN
      ALTINN_MASKINPORTEN_CLIENT_ID ALTINN_MASKINPORTEN_KEY_ID ALTINN_MASKINPORTEN_KID ALTINN_BASE_URL ALTINN_SCOPE
      ALTINN_CONSENT_RESOURCE_ID ALTINN_CONSENT_METADATA_KEY LANEKASSEN_BASE_URL LANEKASSEN_API_KEY LANEKASSEN_SCOPE LANEKASSEN_RESOURCE
      LANEKASSEN_CONSENT_TRANSPORT LANEKASSEN_SEND_CONSENT_TOKEN LANEKASSEN_AUTH_PREFIX STATE_TABLE_ENDPOINT STATE_TABLE_CONNECTION_STRING
      PERSON_KEY_SECRET PERSON_KEY_SECRET_SECONDARY SESSION_KEY_SECRET SESSION_KEY_SECRET_SECONDARY CONSENT_VALIDITY_DAYS CONSENT_RENEW_DAYS_BEFORE
      CONSENT_REQUEST_TTL_MINUTES CONSENT_CHECK CONSENT_FEED_FRESH_MINUTES CONSENT_LOG_RETENTION_DAYS SESSION_TTL_MINUTES SESSION_ENDED_HOURS
      ACCEPT_MIGRATED_CONSENTS AZURE_CLIENT_ID APPLICATIONINSIGHTS_CONNECTION_STRING SYNC_CONSENT_EVENTS_SCHEDULE
      PURGE_EXPIRED_SCHEDULE REQUEST_DEADLINE_MS LANEKASSEN_TOTAL_TIMEOUT_MS LANEKASSEN_MAX_CONCURRENCY`.split(/\s+/);
    for (const name of names) expect(Object.keys(settingSchemas)).toContain(name);
  });

  test('have all their faults reported at once, each by name, none with its value', () => {
    const marked = Object.fromEntries(Object.keys(settingSchemas).map((name) => [name, `<HEMMELIG-${name}>`]));
    const result = readSettings(marked);
    if (result.ok) throw new Error('took nonsense');
    const faulty = new Set(namesOf(result.faults));
    // Free texts accept anything; all other settings must have refused the value.
    for (const name of Object.keys(settingSchemas))
      if (
        !/CLAIM|AUDIENCE|NAME|CLIENT_ID|KID|CHAIN|RESOURCE|METADATA|API_KEY|AUTH_PREFIX|APPLICATIONINSIGHTS|_SCOPE/.test(
          name,
        )
      )
        expect([name, faulty.has(name)]).toEqual([name, true]);
    expect(result.faults.join('\n')).not.toContain('HEMMELIG');
  });

  test('other variables are ignored; a variable that begins like a setting is named', () => {
    const others = { WEBSITE_SITE_NAME: 'x', PATH: 'y', HTTPS_ONLY: '', IDENTITY_ENDPOINT: 'x', AZURE_TENANT_ID: 'x' };
    expect(readSettings({ ...least, ...others })).toMatchObject({ ok: true, unknown: [] });
    const misspelt = { MASKINPORTEN_KEYID: 'x', LANEKASSEN_TOTAL_TIMEOUT: '1', Altinn_Scope: 'x', CONSENT_CHEK: '' };
    expect(readSettings({ ...least, ...misspelt })).toMatchObject({ ok: true, unknown: Object.keys(misspelt) });
  });

  test('a variable that was a setting in an earlier version is named, also if it begins like no present setting', () => {
    const removed = { RETRY_BASE_MS: '1', LANEKASSEN_TRY_TIMEOUT_MS: '2', TABLE_MAX_QUEUE: '3', SALDO_LEASE_MS: '4' };
    expect(readSettings({ ...least, ...removed })).toMatchObject({ ok: true, unknown: Object.keys(removed) });
    for (const name of Object.keys(removed)) expect(adviceOn(name)).toMatch(/constant now/);
    expect(adviceOn('LANEKASSEN_TOTAL_TIMEOUT')).toMatch(/spelling/);
    // A present setting is not reported as removed.
    for (const name of Object.keys(settingSchemas)) expect(adviceOn(name)).toMatch(/spelling/);
  });

  test("that were removed have no effect: the numbers are the program's constants", () => {
    const removed = { LANEKASSEN_TRY_TIMEOUT_MS: '100', BREAKER_MIN_CALLS: '1', START_STAGGER_MS: '0' };
    expect(settings(removed).policy).toEqual(settings().policy);
  });

  test('that are lists name their faults by path, and never a value', () => {
    const list = setting(
      z
        .string()
        .transform((text) => JSON.parse(text) as unknown)
        .pipe(z.array(z.object({ name: z.literal('x') }))),
      { words: 'A list.', source: 'bank' },
    );
    expect(readSetting('BANKS', list, '[{"name":"x"},{"name":"HEMMELIG"}]')).toEqual({
      faults: [expect.stringMatching(/^BANKS\[1\]\.name: (?!.*HEMMELIG)/)],
    });
    expect(readSetting('BANKS', list, ' [{"name":"x"}]\n')).toEqual({ data: [{ name: 'x' }] });
  });

  test('are each one declaration: a description, a valid example, and the source of the value in Azure', () => {
    for (const [name, schema] of Object.entries(settingSchemas)) {
      const { words, example, source } = metaOf(schema);
      expect([name, words.length > 7, source]).toEqual([name, true, expect.any(String)]);
      if (example !== undefined)
        expect([name, readSetting(name, schema, example)]).toEqual([name, { data: expect.anything() }]);
    }
    const grouped = Object.values(settingGroups).flatMap((group) => Object.keys(group));
    expect(grouped.sort()).toEqual(Object.keys(settingSchemas).sort());
  });

  // Every setting that is compared exactly or sent.
  const identifiers = [
    'MASKINPORTEN_CLIENT_ID',
    'MASKINPORTEN_KID',
    'ALTINN_MASKINPORTEN_CLIENT_ID',
    'ALTINN_MASKINPORTEN_KID',
    'ALTINN_CONSENT_RESOURCE_ID',
    'ALTINN_CONSENT_METADATA_KEY',
    'LANEKASSEN_RESOURCE',
    'AZURE_CLIENT_ID',
  ];
  test.each(identifiers)('%s loses the blanks at its ends, and wrong characters inside it are reported', (name) => {
    const special: Record<string, string> = {
      ALTINN_CONSENT_RESOURCE_ID: 'slk_1',
    };
    const plain = special[name] ?? 'id-1:a/b';
    for (const pasted of [`${plain}\r\n`, `${plain}\n`, ` ${plain}`, `\t${plain} `, `\uFEFF${plain}\u00A0`])
      expect(settings({ [name]: pasted })).toEqual(settings({ [name]: plain }));
    for (const inner of ['\n', '\r', '\t', ' ', '\u00A0', '\u200B', '\0', '"', '<'])
      expect(new Set(namesOf(faults({ [name]: `${plain}${inner}x` })))).toEqual(new Set([name]));
    expect(new Set(namesOf(faults({ [name]: ' \n' })))).toEqual(new Set([name]));
  });

  test('that are numbers, secrets or texts for people lose the blanks at their ends; a prefix keeps its blank', () => {
    const pasted = settings({
      REQUEST_DEADLINE_MS: '7000\n',
      LANEKASSEN_API_KEY: 'api-key-1\n',
    });
    expect(pasted.policy.requestDeadlineMs).toBe(7000);
    expect(pasted.banks[0].lanekassenApiKey.reveal()).toBe('api-key-1');
    expect(settings({ LANEKASSEN_AUTH_PREFIX: 'Token ' }).lanekassen.authPrefix).toBe('Token ');
  });

  test('that are secrets cannot be printed', () => {
    const shown = inspect(settings({ PERSON_KEY_SECRET_SECONDARY: key(3), SESSION_KEY_SECRET_SECONDARY: key(4) }), {
      depth: null,
    });
    for (const value of [key(1), key(2), key(3), key(4), 'api-key-1'])
      expect(shown + JSON.stringify(settings())).not.toContain(value);
  });
});

/** Names, with the values just inside and just outside their bounds. */
const bounds: [string, number, number][] = [
  ['CONSENT_VALIDITY_DAYS', 1, 365],
  ['CONSENT_RENEW_DAYS_BEFORE', 0, 364],
  ['CONSENT_REQUEST_TTL_MINUTES', 1, 1440],
  ['CONSENT_FEED_FRESH_MINUTES', 1, 1440],
  ['CONSENT_LOG_RETENTION_DAYS', 1, 3650],
  ['SESSION_TTL_MINUTES', 1, 60],
  ['SESSION_ENDED_HOURS', 1, 168],
  ['REQUEST_DEADLINE_MS', 1000, 60_000],
  ['LANEKASSEN_TOTAL_TIMEOUT_MS', 100, 60_000],
  ['MASKINPORTEN_TOTAL_TIMEOUT_MS', 100, 60_000],
  ['ALTINN_TOTAL_TIMEOUT_MS', 100, 60_000],
  ['KEY_VAULT_TOTAL_TIMEOUT_MS', 100, 60_000],
  ['LANEKASSEN_MAX_CONCURRENCY', 1, 256],
  ['MASKINPORTEN_MAX_CONCURRENCY', 1, 256],
  ['ALTINN_MAX_CONCURRENCY', 1, 256],
  ['KEY_VAULT_MAX_CONCURRENCY', 1, 256],
];

test.each(bounds)('%s is a whole number from %i to %i', (name, from, to) => {
  // The renewal must be less than the validity, so the other of the two is set to a value that allows this one.
  const others = name === 'CONSENT_VALIDITY_DAYS' ? { CONSENT_RENEW_DAYS_BEFORE: '0' } : {};
  for (const good of [from, to]) expect(faults({ ...others, [name]: String(good) })).toEqual([]);
  for (const bad of [from - 1, to + 1, '', ' ', `${from}.5`, `${to}e0`, `0x${from}`, `${from} 0`, 'NaN', '-1', '１'])
    if (bad !== '') expect([bad, namesOf(faults({ [name]: String(bad) }))]).toEqual([bad, [name]]);
});

describe('CONSENT_RENEW_DAYS_BEFORE is less than CONSENT_VALIDITY_DAYS', () => {
  const fault = 'CONSENT_RENEW_DAYS_BEFORE: must be less than CONSENT_VALIDITY_DAYS';
  test.each([
    ['20', undefined, false],
    ['30', undefined, false],
    ['31', undefined, true],
    ['1', '0', true],
    ['1', '1', false],
    ['365', '364', true],
    ['100', '100', false],
    ['100', '99', true],
    [undefined, '364', true],
  ])('valid for %s days, renewed %s days before: %s', (validity, renewal, isSound) => {
    const changes = { CONSENT_VALIDITY_DAYS: validity, CONSENT_RENEW_DAYS_BEFORE: renewal };
    expect(faults(changes)).toEqual(isSound ? [] : [fault]);
  });

  test('a value that is not a number is the only fault', () => {
    expect(namesOf(faults({ CONSENT_VALIDITY_DAYS: 'x' }))).toEqual(['CONSENT_VALIDITY_DAYS']);
    expect(namesOf(faults({ CONSENT_VALIDITY_DAYS: '20', CONSENT_RENEW_DAYS_BEFORE: 'x' }))).toEqual([
      'CONSENT_RENEW_DAYS_BEFORE',
    ]);
  });
});

describe('ALTINN_CONSENT_RESOURCE_ID is a list', () => {
  const ids = (value: string) => settings({ ALTINN_CONSENT_RESOURCE_ID: value }).altinn.resourceIds;

  test('of one or several ids, in order, without the blanks around them', () => {
    expect(ids('slk_5498_1')).toEqual(['slk_5498_1']);
    expect(ids(' native-resource , slk_5498_1,org_5498_2 ')).toEqual(['native-resource', 'slk_5498_1', 'org_5498_2']);
    expect(ids('a'.repeat(256))).toHaveLength(1);
  });

  test.each(['', ' ', ',', 'a,', ',a', 'a,,b', 'a,a', 'a;b', 'a b', 'urn:altinn:resource:a', 'å', 'a'.repeat(257)])(
    'that refuses %j',
    (value) => {
      expect(namesOf(faults({ ALTINN_CONSENT_RESOURCE_ID: value }))).toEqual(['ALTINN_CONSENT_RESOURCE_ID']);
    },
  );
});

const refusedUrls = [
  'http://host.example',
  'ftp://host.example',
  'host.example',
  'https://user@host.example',
  'https://u:p@host.example',
  'javascript:x',
  'http://127.0.0.1.evil.example',
];
const origins = [
  'PUBLIC_BASE_URL',
  'MASKINPORTEN_ISSUER',
  'ALTINN_BASE_URL',
  'LANEKASSEN_BASE_URL',
  'STATE_TABLE_ENDPOINT',
];

test.each(origins)('%s is scheme and host only', (name) => {
  for (const good of [
    'https://host.example',
    'https://host.example/',
    'https://host.example:8443',
    'http://127.0.0.1:7071',
    'http://localhost:1',
    'http://[::1]:2',
  ])
    expect([good, faults({ [name]: good })]).toEqual([good, []]);
  for (const bad of [
    ...refusedUrls,
    'https://host.example/api',
    'https://host.example/?x',
    'https://host.example?',
    'https://host.example/#',
    'https://host.example/#x',
  ])
    expect([bad, namesOf(faults({ [name]: bad }))]).toEqual([bad, [name]]);
});

test('an origin loses a slash at its end', () => {
  expect(settings({ LANEKASSEN_BASE_URL: 'https://host.example/' }).lanekassen.baseUrl).toBe('https://host.example');
});

describe('rules of single settings', () => {
  test.each([
    [
      'MASKINPORTEN_KEY_ID',
      ['https://v.vault.azure.net/keys/a-b/0123abc'],
      [
        'https://v.vault.azure.net/keys/a',
        'https://v.vault.azure.net/secrets/a/1',
        'https://v.vault.azure.net/keys/a/1/2',
        'http://v.example/keys/a/1',
      ],
    ],
    ['MASKINPORTEN_KEY_MODE', ['kid'], ['KID', 'jwk']],
    ['CONSENT_CHECK', ['per-look-up', 'by-feed'], ['never', 'Per-Look-Up']],
    ['LANEKASSEN_CONSENT_TRANSPORT', ['consent-id-header', 'authorization-only', 'both'], ['consent-header']],
    ['LANEKASSEN_SEND_CONSENT_TOKEN', ['until-200', 'always'], ['never']],
    ['ACCEPT_MIGRATED_CONSENTS', ['true', 'false'], ['TRUE', '1', 'yes']],
    ['LANEKASSEN_SCOPE', ['a:b/c.d'], ['a b', 'a"b', 'å']],
    ['PURGE_EXPIRED_SCHEDULE', ['0 */5 * * * *'], ['*/5 * * * *', 'daily', '0 0 0 0 0 0 0']],
    [
      'PERSON_KEY_SECRET',
      [key(9), Buffer.alloc(64, 7).toString('base64')],
      [Buffer.alloc(31, 7).toString('base64'), 'x'.repeat(64).concat('!'), 'æ'.repeat(50), ' '.repeat(50)],
    ],
    ['SESSION_KEY_SECRET_SECONDARY', [key(9)], [Buffer.alloc(31, 7).toString('base64')]],
  ] as const)('%s', (name, good, bad) => {
    for (const value of good) expect([value, faults({ [name]: value })]).toEqual([value, []]);
    for (const value of bad) {
      const list = faults({ [name]: value });
      expect([value, [...new Set(namesOf(list))]]).toEqual([value, [name]]);
      expect(list.join()).not.toContain(value.length > 3 ? value : '\0');
    }
  });

  test('there is one state table, by endpoint or by an emulator on this machine', () => {
    expect(faults({ STATE_TABLE_ENDPOINT: undefined })).not.toEqual([]);
    expect(faults({ STATE_TABLE_CONNECTION_STRING: 'UseDevelopmentStorage=true' })).not.toEqual([]);
    const only = (text: string) => faults({ STATE_TABLE_ENDPOINT: undefined, STATE_TABLE_CONNECTION_STRING: text });
    expect(only('UseDevelopmentStorage=true')).toEqual([]);
    expect(only('AccountName=a;AccountKey=b;TableEndpoint=http://127.0.0.1:10002/a;')).toEqual([]);
    for (const bad of [
      'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=b;EndpointSuffix=core.windows.net',
      'AccountName=a;AccountKey=b;TableEndpoint=https://a.table.core.windows.net;',
      'AccountName=a;AccountKey=b;TableEndpoint=http://127.0.0.1.evil.example/a;',
      'UseDevelopmentStorage=true;AccountName=a',
    ])
      expect([bad, namesOf(only(bad))]).toEqual([bad, ['STATE_TABLE_CONNECTION_STRING']]);
  });

  test('the two secrets must differ', () => {
    expect(namesOf(faults({ SESSION_KEY_SECRET: least.PERSON_KEY_SECRET }))).toEqual(['SESSION_KEY_SECRET']);
  });

  test('MASKINPORTEN_KID is required when the key mode is kid', () => {
    expect(namesOf(faults({ MASKINPORTEN_KID: undefined }))).toEqual(['MASKINPORTEN_KID']);
  });

  test('a prefix keeps its blank or gets one; an empty prefix is none; an empty metadata key is valid', () => {
    expect(
      ['Bearer ', 'Bearer', '', undefined].map(
        (value) => settings({ LANEKASSEN_AUTH_PREFIX: value }).lanekassen.authPrefix,
      ),
    ).toEqual(['Bearer ', 'Bearer ', '', '']);
    expect(settings({ ALTINN_CONSENT_METADATA_KEY: '' }).altinn.metadataKey).toBe('');
  });

  test("Altinn's client is the common one unless it has its own", () => {
    expect(settings().maskinporten.altinnKey).toEqual(settings().maskinporten.lanekassenKey);
    const own = settings({ ALTINN_MASKINPORTEN_CLIENT_ID: 'c2', ALTINN_MASKINPORTEN_KID: 'k2' }).maskinporten;
    expect(own.altinnKey).toMatchObject({ clientId: 'c2', header: { kid: 'k2' }, keyId: least.MASKINPORTEN_KEY_ID });
    expect(own.lanekassenKey).toMatchObject({ clientId: 'client-1', header: { kid: 'kid-1' } });
  });
});
