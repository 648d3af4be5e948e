// A run with an empty azd environment would replace the present values by defaults.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareWithLast, lossesOf } from '../../tools/azd-hook/last-values.ts';
import { fakeShell } from './fake-shell.ts';
import { names, ours } from './value-cases.ts';

const lost = (last: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>) =>
  lossesOf(last, (name) => now[name] ?? '').map(({ name }) => name);
const passing = ['FIRST_PROVISION', 'RECOVER_VAULT', 'SECRETS_TO_COME', 'ALERTS_TELL_NOBODY'];

describe('values that a provision would lose', () => {
  test('the same values again lose nothing', () => {
    expect(lost(ours, ours)).toEqual([]);
  });

  test('each value that was set before and is missing now is named, and no other', () => {
    fc.assert(
      fc.property(fc.subarray(Object.keys(ours), { minLength: 1 }), (out) => {
        const now = Object.fromEntries(Object.entries(ours).filter(([name]) => !out.includes(name)));
        expect(lost(ours, now).sort()).toEqual(
          out.filter((name) => !passing.includes(name) && ours[name] !== '').sort(),
        );
      }),
      { numRuns: 200 },
    );
  });

  test('an empty environment: the first person key, no front door, all addresses and another network are named', () => {
    const last = {
      PERSON_KEY_SECRET_NAME: 'person-key-2',
      PERSON_KEY_SECRET_SECONDARY_NAME: 'person-key-1',
      FRONT_DOOR_ID: 'front-door',
      ALLOWED_IP_RANGES: '192.0.2.0/24',
      INTEGRATION_SUBNET_ID: '/subscriptions/x/subnets/functions',
      ACTION_GROUP_IDS: '/subscriptions/x/actionGroups/on-call',
    };
    expect(lost(last, {}).sort()).toEqual(Object.keys(last).sort());
  });

  test('a secret in use may not disappear, and an unknown one may not come into use; the two steps of a rotation pass', () => {
    const one = { PERSON_KEY_SECRET_NAME: 'person-key-1', PERSON_KEY_SECRET_SECONDARY_NAME: '' };
    const known = { ...one, PERSON_KEY_SECRET_SECONDARY_NAME: 'person-key-2' };
    const swapped = { PERSON_KEY_SECRET_NAME: 'person-key-2', PERSON_KEY_SECRET_SECONDARY_NAME: 'person-key-1' };
    expect(lost(one, known)).toEqual([]);
    expect(lost(known, swapped)).toEqual([]);
    expect(lost(swapped, known)).toEqual([]);
    expect(lost(one, swapped)).toEqual(['PERSON_KEY_SECRET_NAME']);
    expect(lost(one, { ...one, PERSON_KEY_SECRET_NAME: 'person-key-2' })).toEqual(['PERSON_KEY_SECRET_NAME']);
    expect(lost({}, { PERSON_KEY_SECRET_NAME: 'person-key-9' })).toEqual(['PERSON_KEY_SECRET_NAME']);
  });

  test('a bank that leaves the list or loses its logout audience is named', () => {
    const bank = (organisationNumber: string, logoutAudience?: string) => ({
      organisationNumber,
      identityProvider: { issuer: 'https://login.example', logoutAudience },
    });
    const list = (...banks: object[]) => ({ BANKS: JSON.stringify(banks) });
    const both = list(bank('974760673', 'client'), bank('960885406'));
    expect(lost(both, both)).toEqual([]);
    expect(lost(both, list(bank('974760673', 'client'), bank('960885406'), bank('310000019')))).toEqual([]);
    expect(lost(both, list(bank('974760673', 'client')))).toEqual(['BANKS']);
    expect(lost(both, list(bank('974760673'), bank('960885406')))).toEqual(['BANKS']);
    expect(lost(both, {})).toEqual(['BANKS']);
  });

  test('with x5c the key’s name at Digdir is emptied by the provision itself, and is no loss', () => {
    const last = { MASKINPORTEN_KID: '974760673-saldo-studielan-1', MASKINPORTEN_KEY_MODE: 'X5C' };
    expect(lost(last, { MASKINPORTEN_KEY_MODE: 'x5c' })).toEqual([]);
    expect(lost({ ...last, MASKINPORTEN_KEY_MODE: 'kid' }, { MASKINPORTEN_KEY_MODE: 'kid' })).toEqual([
      'MASKINPORTEN_KID',
    ]);
  });

  test('a removed protection and a changed network are named', () => {
    expect(lost({ SITE_PRIVATE_ENDPOINT: 'true' }, { SITE_PRIVATE_ENDPOINT: 'false' })).toEqual([
      'SITE_PRIVATE_ENDPOINT',
    ]);
    expect(lost({ ENVIRONMENT_KIND: 'prod' }, { ENVIRONMENT_KIND: 'dev' })).toEqual(['ENVIRONMENT_KIND']);
    expect(lost({ ENVIRONMENT_KIND: 'prod' }, { ENVIRONMENT_KIND: 'Prod' })).toEqual([]);
    expect(lost({}, { INTEGRATION_SUBNET_ID: '/subscriptions/x/subnets/y' })).toEqual(['INTEGRATION_SUBNET_ID']);
    expect(lost({}, { VIRTUAL_NETWORK_ADDRESS_PREFIX: '10.61.0.0/24' })).toEqual([]);
  });
});

describe('before a provision', () => {
  const record = JSON.stringify(Object.fromEntries(names.map((name) => [name, ours[name] ?? ''])));
  const notFound = { code: 3, stdout: '', stderr: 'ERROR: (DeploymentNotFound) Deployment could not be found.' };

  test('an empty environment is refused, naming every value, and passes for values that ALLOW_WEAKER names', () => {
    const shell = fakeShell({ AZURE_ENV_NAME: 'bank' }, () => record);
    expect(() => compareWithLast(shell)).toThrow(/ACTION_GROUP_IDS: it was .*\n.*ALLOW_WEAKER/s);
    expect(shell.ran[0]).toContain('az deployment group show --resource-group rg-bank --name saldo-studielan-values');
    const meant = fakeShell({ ...ours, FRONT_DOOR_ID: '', ALLOW_WEAKER: 'FRONT_DOOR_ID' }, () => record);
    compareWithLast(meant);
    const another = fakeShell({ ...ours, FRONT_DOOR_ID: '', ALLOW_WEAKER: 'BANKS' }, () => record);
    expect(() => compareWithLast(another)).toThrow(/FRONT_DOOR_ID/);
  });

  test('a missing record is reported and passes; if az cannot be asked, it refuses and does not guess', () => {
    const first = fakeShell(ours, () => notFound);
    compareWithLast(first);
    expect(first.said.join()).toContain('no record of an earlier provision');
    expect(() => compareWithLast(fakeShell(ours, () => ({ ...notFound, stderr: 'Please run az login' })))).toThrow(
      /Please run az login/,
    );
    expect(() => compareWithLast(fakeShell(ours, () => undefined))).toThrow(/az could not be started/);
  });
});
