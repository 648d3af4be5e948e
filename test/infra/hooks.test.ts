import { existsSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { exampleEnvironment } from '../../tools/infra/example-environment.ts';
import { isFull, quickTest, slowDescribe, slowTest } from '../part.ts';
import { type FakeTools, fakeTools, type HookShell, vaultsIn } from './fake-tools.ts';
import { hookShells } from './hook-shells.ts';

// PowerShell is slow to start. `npm test` runs some of the tests in sh; `test:full` runs the others of sh and all of PowerShell.
const shells = hookShells.filter(({ name }) => name !== 'pwsh' || isFull);
const testIn = (shell: HookShell) => (shell.name === 'pwsh' ? slowTest : quickTest);

let tools: FakeTools | undefined;
afterEach(() => tools?.drop());

const {
  MASKINPORTEN_KEY_VERSION: _version,
  MASKINPORTEN_KEY_EXPIRES_ON: _end,
  SECRETS_CREATED: _made,
  MASKINPORTEN_CLIENT_ID: _client,
  ALTINN_CONSENT_RESOURCE_ID: _resource,
  ...fresh
} = exampleEnvironment;
const start = async (
  values: Readonly<Record<string, string>>,
  az?: string | Readonly<Record<string, string>>,
): Promise<FakeTools> => {
  tools = await fakeTools(values, az);
  return tools;
};

describe.each(shells)('preprovision by $name', (shell) => {
  const test = testIn(shell);
  slowTest(
    'an empty subscription: it is the first provision, and the key gets an end date; a second run changes nothing',
    async () => {
      const azd = await start({ ...fresh, ENVIRONMENT_KIND: 'test' }, vaultsIn('rg-example'));
      const first = await azd.run('preprovision', shell);
      expect(first, first.output).toMatchObject({ code: 0 });
      expect(first.output).toContain(
        'Other parties must still provide (docs/onboarding.md): MASKINPORTEN_CLIENT_ID, ALTINN_CONSENT_RESOURCE_ID',
      );
      const after = await azd.values();
      expect(after.FIRST_PROVISION).toBe('true');
      const end = Date.parse(`${after.MASKINPORTEN_KEY_EXPIRES_ON}T00:00:00Z`);
      expect(end).toBeGreaterThan(Date.now() + 360 * 86_400_000);
      expect(end).toBeLessThan(Date.now() + 366 * 86_400_000);
      const sets = (await azd.calls()).filter((call) => call.startsWith('azd ')).length;
      expect((await azd.run('preprovision', shell)).code).toBe(0);
      expect(await azd.values()).toEqual(after);
      expect((await azd.calls()).filter((call) => call.startsWith('azd ')).length).toBe(sets);
    },
    180_000,
  );

  test('an existing environment is refused from a machine that does not know its key version', async () => {
    const azd = await start(fresh, vaultsIn('rg-example', 'kv-example'));
    const { code, output } = await azd.run('preprovision', shell);
    expect(code).not.toBe(0);
    expect(output).toMatch(/MASKINPORTEN_KEY_VERSION .*kv-example/s);
    expect((await azd.values()).FIRST_PROVISION).toBeUndefined();
  }, 180_000);

  test('without a sign-in to az it refuses and does not guess', async () => {
    const azd = await start(fresh, undefined);
    const { code, output } = await azd.run('preprovision', shell);
    expect(code).not.toBe(0);
    expect(output).toContain('FIRST_PROVISION');
    expect(await azd.values()).toEqual(fresh);
  }, 180_000);

  slowTest(
    'the first provision is refused if a vault of the same name is deleted, until RECOVER_VAULT is set',
    async () => {
      const deleted = [
        {
          name: 'kv-example',
          properties: {
            location: 'norwayeast',
            scheduledPurgeDate: '2027-02-27T00:00:00+00:00',
            tags: { 'azd-env-name': fresh.AZURE_ENV_NAME },
          },
        },
      ];
      const azd = await start(fresh, { 'resource list': '[]', 'keyvault list-deleted': JSON.stringify(deleted) });
      const { code, output } = await azd.run('preprovision', shell);
      expect(code).not.toBe(0);
      expect(output).toMatch(/kv-example .*2027-02-27.*RECOVER_VAULT/s);
      await azd.set({ RECOVER_VAULT: 'true' });
      expect((await azd.run('preprovision', shell)).code).toBe(0);
    },
    180_000,
  );

  slowTest(
    'a faulty setting is refused by its name',
    async () => {
      const azd = await start(
        {
          ...fresh,
          BANKS: (fresh.BANKS ?? '').replace(
            '"defaultReturnUrl":"https://nettbank',
            '"defaultReturnUrl":"https://elsewhere',
          ),
        },
        '[]',
      );
      const { code, output } = await azd.run('preprovision', shell);
      expect(code).not.toBe(0);
      expect(output).toContain('BANKS[0].defaultReturnUrl: is not covered by allowedReturnUrls');
    },
    180_000,
  );

  slowTest(
    'an unknown kind of environment is refused',
    async () => {
      const azd = await start({ ...exampleEnvironment, ENVIRONMENT_KIND: 'production' }, '[]');
      const { code, output } = await azd.run('preprovision', shell);
      expect(code).not.toBe(0);
      expect(output).toContain('dev, test or prod');
    },
    180_000,
  );
});

describe.each(shells)('postprovision by $name', (shell) => {
  const test = testIn(shell);
  slowTest(
    'says who needs which information and what comes next, and ends the first provision; a second run changes nothing',
    async () => {
      const azd = await start(
        {
          ...fresh,
          FIRST_PROVISION: 'true',
          MASKINPORTEN_KEY_VERSION: '0123456789abcdef0123456789abcdef',
          MASKINPORTEN_KEY_ID: 'https://127.0.0.1:9/keys/maskinporten/0123456789abcdef0123456789abcdef',
          SERVICE_API_NAME: 'func-example',
          EGRESS_ADDRESS: '192.0.2.1',
          IDENTITY_ENDPOINT: 'http://127.0.0.1:9/msi/token',
          IDENTITY_HEADER: 'x',
        },
        '',
      );
      const first = await azd.run('postprovision', shell);
      expect(first, first.output).toMatchObject({ code: 0 });
      expect(first.output).toContain('https://func-example.azurewebsites.net/api/consents/callback');
      expect(first.output).toContain('192.0.2.1');
      expect(first.output).toContain('npm run secrets -- create');
      // The vault cannot be reached here: that is a message, and no failure.
      expect(first.output).toContain('Key Vault Reader');
      const after = await azd.values();
      expect(after.FIRST_PROVISION).toBe('false');
      const second = await azd.run('postprovision', shell);
      expect(second.code).toBe(0);
      expect(await azd.values()).toEqual(after);
      expect(second.output).toBe(first.output);
    },
    180_000,
  );

  test('steps that are done are not listed again', async () => {
    const azd = await start({
      ...exampleEnvironment,
      MASKINPORTEN_KEY_MODE: 'x5c',
      PUBLIC_BASE_URL: 'https://saldo.bank.example',
    });
    const { output } = await azd.run('postprovision', shell);
    expect(output).toContain('https://saldo.bank.example/api/consents/callback');
    expect(output).not.toMatch(/npm run secrets|order the Maskinporten client|consent resource/);
  }, 180_000);
});

test('each hook is there for both shells', () => {
  for (const hook of ['preprovision', 'postprovision', 'predown'])
    expect(['sh', 'ps1'].map((extension) => existsSync(`infra/hooks/${hook}.${extension}`))).toEqual([true, true]);
});

slowDescribe.each(shells)('predown by $name', (shell) => {
  slowTest(
    'production is removed only if ALLOW_DOWN names it',
    async () => {
      const azd = await start({ AZURE_ENV_NAME: 'bank-prod', ENVIRONMENT_KIND: 'prod' });
      const { code, output } = await azd.run('predown', shell);
      expect(code).not.toBe(0);
      expect(output).toContain('bank-prod is production');
      await azd.set({ ALLOW_DOWN: 'another' });
      expect((await azd.run('predown', shell)).code).not.toBe(0);
      await azd.set({ ALLOW_DOWN: 'bank-prod' });
      expect((await azd.run('predown', shell)).code).toBe(0);
      await azd.set({ ALLOW_DOWN: '', ENVIRONMENT_KIND: 'dev' });
      expect((await azd.run('predown', shell)).code).toBe(0);
      expect(await azd.calls()).toEqual([]);
    },
    180_000,
  );

  slowTest(
    "an existing resource group is never removed by azd, in any kind of environment: the app's own resources are listed",
    async () => {
      const there = vaultsIn('rg-landing-zone', 'kv-example');
      for (const ENVIRONMENT_KIND of ['dev', 'test', 'prod']) {
        const azd = await start(
          {
            AZURE_ENV_NAME: 'bank',
            ENVIRONMENT_KIND,
            USE_EXISTING_RESOURCE_GROUP: ' True',
            RESOURCE_GROUP_NAME: 'rg-landing-zone',
            ALLOW_DOWN: 'bank',
          },
          { 'resource list --tag azd-env-name=bank': there },
        );
        const { code, output } = await azd.run('predown', shell);
        expect(code, ENVIRONMENT_KIND).not.toBe(0);
        expect(output).toContain('rg-landing-zone was there before');
        expect(output).toContain(
          '  /subscriptions/x/resourceGroups/rg-landing-zone/providers/Microsoft.KeyVault/vaults/kv-example',
        );
        await azd.drop();
      }
    },
    180_000,
  );
});
