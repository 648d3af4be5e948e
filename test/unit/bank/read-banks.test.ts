import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { mostBanks } from '../../../shared/bank/bank-schema.ts';
import { readBanks } from '../../../shared/bank/read-banks.ts';
import { entry, fourBanks, numbers, ownKey, readWith, settingsWith } from './example-banks.ts';

const faultsOf = (entries: unknown, environment: Record<string, string | undefined> = ownKey) => {
  const read = readWith(entries, environment);
  return read.ok ? [] : read.faults;
};
const [first, second, third] = numbers;
const actionGroup = '/subscriptions/1/resourceGroups/bank/providers/Microsoft.Insights/actionGroups/on-call';

describe('a list of banks', () => {
  test("defaults are those of the interface, and a member that a bank leaves out is taken from the app's settings", () => {
    const [one, own, customer] = settingsWith().banks;
    expect(one).toMatchObject({
      organisationNumber: first,
      identityProvider: {
        nationalIdClaim: 'pid',
        sessionClaim: 'sid',
        algorithms: ['RS256', 'PS256', 'ES256'],
      },
      maskinporten: { isSupplierCustomer: false, lanekassenKey: { clientId: 'client', header: { kid: 'kid' } } },
      isPaused: false,
    });
    expect(one.identityProvider.logoutAudience).toBeUndefined();
    expect(one.lanekassenApiKey.reveal()).toBe('key');
    const ownClient = { clientId: 'own', keyId: 'https://vault.example/keys/own/1', header: { kid: 'own-kid' } };
    expect(own?.maskinporten).toEqual({ lanekassenKey: ownClient, altinnKey: ownClient, isSupplierCustomer: false });
    expect(own?.lanekassenApiKey.reveal()).toBe('own-api-key');
    expect(customer?.maskinporten).toMatchObject({ isSupplierCustomer: true, lanekassenKey: { clientId: 'client' } });
  });

  test('the default return URL is returned in ASCII', () => {
    const url = `https://bank-${first}.example/lån`;
    expect(settingsWith([entry(first, { defaultReturnUrl: url })]).banks[0].returnUrls.standard).toBe(
      `https://bank-${first}.example/l%C3%A5n`,
    );
  });

  test("a bank's own API key cannot be printed, and its setting is not reported as unknown", () => {
    expect(inspect(settingsWith(), { depth: null })).not.toContain('own-api-key');
    const unused = { ...ownKey, LANEKASSEN_API_KEY_UNUSED: 'x' };
    expect(readWith(fourBanks, unused)).toMatchObject({ ok: true, unknown: ['LANEKASSEN_API_KEY_UNUSED'] });
  });

  test('without the setting BANKS the list is read from the file beside the app; a file that cannot be read is a fault', () => {
    const file = () => JSON.stringify([entry(first)]);
    expect(readBanks({}, file)).toMatchObject({ faults: [], entries: [{ organisationNumber: first }] });
    expect(readBanks({ BANKS: ' ' }, file).faults).toEqual([]);
    expect(readBanks({ BANKS: '[]' }, file).faults).toEqual(['BANKS: must name at least one bank']);
    expect(readBanks({}, () => `\uFEFF${file()}\r\n`).faults).toEqual([]);
    expect(readBanks({}, () => undefined).faults).toEqual(['BANKS: is missing']);
    expect(readBanks({}, () => '\n').faults).toEqual(['BANKS: is missing']);
    const unreadable = () => {
      throw new Error('EACCES');
    };
    expect(readBanks({}, unreadable).faults).toEqual(['BANKS: banks.json cannot be read']);
  });
});

test("the entry in the guide for suppliers has no fault, and belongs to a supplier's customer", () => {
  const guide = readFileSync('docs/onboarding.md', 'utf8');
  const example = JSON.parse(/```json\n([^`]+)```/.exec(guide)?.[1] ?? '');
  expect(settingsWith([entry(first), example]).banks[1]?.maskinporten.isSupplierCustomer).toBe(true);
});

describe('faults name the place and never the value', () => {
  const provider = (changes: object) => [entry(first, {}, changes)];
  test.each<[string, unknown, string]>([
    ['no list', { a: 'HEMMELIG' }, 'BANKS: must be a list'],
    ['no object', ['HEMMELIG'], 'BANKS[0]: must be an object'],
    ['no number', [{ ...entry(first), organisationNumber: undefined }], 'BANKS[0].organisationNumber: is missing'],
    ['a wrong control digit', [entry('960885407')], 'BANKS[0].organisationNumber: must be 9 digits'],
    [
      'a number as a number',
      [{ ...entry(first), organisationNumber: 310000019 }],
      'BANKS[0].organisationNumber: must be string',
    ],
    ['a blank name', [entry(first, { name: ' ' })], 'BANKS[0].name: must not be blank'],
    ...[
      ['that turns the text after it', 'HEMMELIG\u202E', 'must not hold invisible'],
      ['with a character of no width', 'HEM\u200BMELIG', 'must not hold invisible'],
      ['on two lines', 'HEM\u2028MELIG', 'must not hold invisible'],
      ['with half a character', 'HEMMELIG\uD800', 'must not hold invisible'],
      ['that ends in a blank', 'HEMMELIG ', 'must not begin or end'],
      ['with markup', '<b>HEMMELIG</b>', 'must not hold <'],
      ['that is too long', 'HEMMELIG'.repeat(22), 'must have at most 175'],
    ].map(([what, name, fault]): [string, unknown, string] => [
      `a name ${what}`,
      [entry(first, { name })],
      `BANKS[0].name: ${fault}`,
    ]),
    ...['https://*.HEMMELIG.example/', 'https://HEMMELIG.example/*', 'HEMMELIG://*'].map(
      (url): [string, unknown, string] => [
        `the wildcard ${url}`,
        [entry(first, { allowedReturnUrls: [url] })],
        'BANKS[0].allowedReturnUrls[0]: is not a URL that may be returned to',
      ],
    ),
    ['no URLs', [entry(first, { allowedReturnUrls: [] })], 'BANKS[0].allowedReturnUrls: must name'],
    [
      'a URL that no customer may be sent to',
      [entry(first, { allowedReturnUrls: [`https://bank-${first}.example/`, 'javascript:HEMMELIG'] })],
      'BANKS[0].allowedReturnUrls[1]: is not a URL',
    ],
    [
      'a default beside them',
      [entry(first, { defaultReturnUrl: 'https://HEMMELIG.example/' })],
      'BANKS[0].defaultReturnUrl: is not covered',
    ],
    [
      'an issuer in clear',
      provider({ issuer: 'http://HEMMELIG.example' }),
      'BANKS[0].identityProvider.issuer: must be an https',
    ],
    [
      'an issuer with a wildcard',
      provider({ issuer: 'https://*.HEMMELIG.example' }),
      'BANKS[0].identityProvider.issuer: must be an https',
    ],
    ...['nationalIdClaim', 'sessionClaim'].flatMap((member) =>
      ['__proto__', 'constructor'].map((name): [string, unknown, string] => [
        `${name} as ${member}`,
        provider({ [member]: name }),
        `BANKS[0].identityProvider.${member}: must not be a name`,
      ]),
    ),
    [
      'a bank claim that each token seems to have',
      provider({ bankClaim: { name: 'toString', value: 'HEMMELIG' } }),
      'BANKS[0].identityProvider.bankClaim.name: must not be a name',
    ],
    [
      'a bank claim with a blank at its end',
      provider({ bankClaim: { name: 'bank', value: 'HEMMELIG ' } }),
      'BANKS[0].identityProvider.bankClaim.value: must not begin or end',
    ],
    [
      'one claim for person and session',
      provider({ nationalIdClaim: 'sub', sessionClaim: 'sub' }),
      'BANKS[0].identityProvider.sessionClaim: must differ',
    ],
    ['an audience with a blank', provider({ audience: 'HEMMELIG x' }), 'BANKS[0].identityProvider.audience: must not'],
    [
      'a symmetric algorithm',
      provider({ algorithms: ['RS256', 'HS256'] }),
      'BANKS[0].identityProvider.algorithms[1]: must be',
    ],
    ['no algorithm', provider({ algorithms: [] }), 'BANKS[0].identityProvider.algorithms: must name'],
    [
      'a claim without a value',
      provider({ bankClaim: { name: 'bank' } }),
      'BANKS[0].identityProvider.bankClaim.value: is missing',
    ],
    ['a misspelt member', [entry(first, { isPausd: true })], 'BANKS[0].isPausd: is not known'],
    ['an unknown member', [entry(first, { 'HEMMELIG 1': true })], 'BANKS[0]: has a member that is not known'],
    [
      'a limit of no calls',
      [entry(first, { limits: { lanekassenMaxConcurrency: 0 } })],
      'BANKS[0].limits.lanekassenMaxConcurrency: must be a whole number from 1 to 256',
    ],
    ['a limit that is none', [entry(first, { limits: {} })], 'BANKS[0].limits.lanekassenMaxConcurrency: is missing'],
    ...[1.5, 257, 1e30, -1].map((lanekassenMaxConcurrency): [string, unknown, string] => [
      `a limit of ${lanekassenMaxConcurrency}`,
      [entry(first, { limits: { lanekassenMaxConcurrency } })],
      'BANKS[0].limits.lanekassenMaxConcurrency: must be a whole number from 1 to 256',
    ]),
    ...['/page', '/', ':443', '?HEMMELIG'].map((ending): [string, unknown, string] => [
      `an origin that ends with ${ending}`,
      [entry(first, { deployment: { corsAllowedOrigins: [`https://bank.example${ending}`] } })],
      'BANKS[0].deployment.corsAllowedOrigins[0]: must be one origin as browsers send it',
    ]),
    ...[
      '*',
      'null',
      'https://*.bank.example',
      'https://Bank.example',
      'https://lån.example',
      'http://bank.example',
    ].map((origin): [string, unknown, string] => [
      `the origin ${origin}`,
      [entry(first, { deployment: { corsAllowedOrigins: ['https://bank.example', origin] } })],
      'BANKS[0].deployment.corsAllowedOrigins[1]: must be one origin as browsers send it',
    ]),
    ...['on-call', `${actionGroup},${actionGroup}`, `${actionGroup}/x`, actionGroup.slice(1)].map(
      (id): [string, unknown, string] => [
        `the action group ${id}`,
        [entry(first, { deployment: { actionGroupIds: [actionGroup, id] } })],
        'BANKS[0].deployment.actionGroupIds[1]: must be the id of an action group',
      ],
    ),
    ['a truth value as text', [entry(first, { isPaused: 'HEMMELIG' })], 'BANKS[0].isPaused: must be boolean'],
    [
      'a setting of another kind',
      [entry(first, { lanekassenApiKeySetting: 'HEMMELIG' })],
      'BANKS[0].lanekassenApiKeySetting: must be',
    ],
    [
      'a setting that is not there',
      [entry(first, { lanekassenApiKeySetting: 'LANEKASSEN_API_KEY_X' })],
      'BANKS[0].lanekassenApiKeySetting: names a setting',
    ],
    [
      'a client without a key name',
      [entry(first, { maskinporten: { clientId: 'c', keyId: 'https://v.example/keys/a/1' } })],
      'BANKS[0].maskinporten.kid: set either',
    ],
    [
      'a client of its own and a supplier',
      [
        entry(first, {
          isSupplierCustomer: true,
          maskinporten: { clientId: 'c', keyId: 'https://v.example/keys/a/1', kid: 'k' },
        }),
      ],
      'BANKS[0].isSupplierCustomer: must be false',
    ],
    [
      'one number twice',
      [entry(first), entry(first, { isSupplierCustomer: true }, { issuer: 'https://b.example' })],
      'BANKS[1].organisationNumber: is that of BANKS[0]',
    ],
    ['two owners of one client', [entry(first), entry(second)], 'BANKS[1].isSupplierCustomer: must be true'],
    ['too many', Array.from({ length: mostBanks + 1 }, () => entry(first)), `BANKS: must name at most ${mostBanks}`],
  ])('%s', (_what, entries, fault) => {
    const faults = faultsOf(entries);
    expect(
      faults.some((one) => one.startsWith(fault)),
      faults.join('\n'),
    ).toBe(true);
    expect(faults.join('\n')).not.toContain('HEMMELIG');
  });

  test('all faults are reported at once: of members, between members and between banks', () => {
    const supplied = { isSupplierCustomer: true };
    const client = { clientId: 'c', keyId: 'https://v.example/keys/a/1', kid: 'k' };
    expect(
      faultsOf([
        entry(first, { name: ' ', defaultReturnUrl: 'https://HEMMELIG.example/' }),
        entry(second, { ...supplied, maskinporten: client, isPaused: 'HEMMELIG' }, { issuer: 'https://s.example' }),
        entry(third, { ...supplied, lanekassenApiKeySetting: 'LANEKASSEN_API_KEY_X' }, { issuer: 'https://s.example' }),
        entry(third, { maskinporten: { clientId: 'HEMMELIG 1' } }),
        'HEMMELIG',
        entry(numbers[3], { isSupplierCustomer: 'HEMMELIG' }),
      ]).sort(),
    ).toEqual([
      'BANKS[0].defaultReturnUrl: is not covered by allowedReturnUrls',
      'BANKS[0].name: must not be blank',
      'BANKS[1].isPaused: must be boolean',
      'BANKS[1].isSupplierCustomer: must be false for a bank with a client of its own',
      'BANKS[2].identityProvider: matches the same tokens as BANKS[1]: tell them apart by bankClaim, one name and a value each',
      'BANKS[2].lanekassenApiKeySetting: names a setting that is missing or faulty',
      'BANKS[3].maskinporten.clientId: must not hold blanks, quotes, <, > or invisible characters',
      'BANKS[3].maskinporten.keyId: is missing',
      'BANKS[3].maskinporten.kid: set either this or certificateChain, and not both',
      'BANKS[3].organisationNumber: is that of BANKS[2], too',
      'BANKS[4]: must be an object',
      'BANKS[5].isSupplierCustomer: must be boolean',
    ]);
  });

  test("while the list has a fault, a bank's own API key is still not reported as unknown", () => {
    const read = readWith([...fourBanks, 'HEMMELIG']);
    expect(read).toMatchObject({ ok: false, unknown: [], faults: ['BANKS[4]: must be an object'] });
  });

  test('a value that is not JSON is not repeated in the fault', () => {
    expect(readBanks({ BANKS: '[{"name": HEMMELIG' }).faults).toEqual(['BANKS: is not JSON']);
  });
});

describe('a client at Maskinporten belongs to one organisation', () => {
  const client = (ids: object) => ({ keyId: 'https://v.example/keys/a/1', kid: 'k', ...ids });
  const faults = (one: object, other: object, environment = {}, more: readonly unknown[] = [entry(third)]) =>
    readBanks({
      ...environment,
      BANKS: JSON.stringify([
        entry(first, { maskinporten: client(one) }),
        entry(second, { maskinporten: client(other) }, { issuer: 'https://second.example' }),
        ...more,
      ]),
    }).faults;

  test('two clients belong to two banks; one bank may use one client for both upstreams', () => {
    expect(faults({ clientId: 'one', altinnClientId: 'one' }, { clientId: 'two', altinnClientId: 'three' })).toEqual(
      [],
    );
  });
  test("the app's client may be a bank's own if no bank uses it as the app's client", () => {
    const app = { MASKINPORTEN_CLIENT_ID: 'app', ALTINN_MASKINPORTEN_CLIENT_ID: 'two' };
    expect(faults({ clientId: 'app' }, { clientId: 'two' }, app, [])).toEqual([]);
  });
  test.each([
    [{ clientId: 'one' }, { clientId: 'one' }, {}, 'BANKS[1].maskinporten.clientId: is that of BANKS[0], too'],
    [{ clientId: 'one' }, { clientId: 'ONE' }, {}, 'BANKS[1].maskinporten.clientId: is that of BANKS[0], too'],
    [
      { clientId: 'one', altinnClientId: 'two' },
      { clientId: 'two' },
      {},
      'BANKS[1].maskinporten.clientId: is that of BANKS[0], too',
    ],
    [
      { clientId: 'one' },
      { clientId: 'two', altinnClientId: 'app' },
      { ALTINN_MASKINPORTEN_CLIENT_ID: ' app' },
      "BANKS[1].maskinporten.altinnClientId: is that of the app's (ALTINN_MASKINPORTEN_CLIENT_ID), too",
    ],
    [
      { clientId: 'app' },
      { clientId: 'two' },
      { MASKINPORTEN_CLIENT_ID: 'app' },
      "BANKS[0].maskinporten.clientId: is that of the app's (MASKINPORTEN_CLIENT_ID), too",
    ],
  ])('%j and %j', (one, other, environment, fault) => {
    expect(faults(one, other, environment)).toEqual([fault]);
  });
});

describe('two banks that match the same token are a fault', () => {
  const issuer = { issuer: 'https://login.shared.example' };
  const claim = (name: string, value: string) => ({ ...issuer, bankClaim: { name, value } });
  const pair = (a: object, b: object) =>
    faultsOf([entry(first, {}, a), entry(third, { isSupplierCustomer: true }, b)]).map((fault) => fault.split(':')[0]);
  test.each<[string, object, object, boolean]>([
    ['issuer and audience alone', issuer, issuer, false],
    ['one without a claim', claim('bank', 'a'), issuer, false],
    ['the same value', claim('bank', 'a'), claim('bank', 'a'), false],
    ['two claims that one token may both carry', claim('bank', 'a'), claim('org', 'b'), false],
    ['one claim, two values', claim('bank', 'a'), claim('bank', 'b'), true],
    ['another audience', issuer, { ...issuer, audience: 'other' }, true],
    ['another issuer', issuer, { issuer: 'https://login.other.example' }, true],
  ])('%s', (_what, a, b, isSound) => {
    expect(pair(a, b)).toEqual(isSound ? [] : ['BANKS[1].identityProvider']);
  });
});
