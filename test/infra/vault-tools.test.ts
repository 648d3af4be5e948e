import { spawn } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { startIdentity } from '../../local/simulators/identity/simulator.ts';
import { slowTest, quickTest as test } from '../part.ts';
import { fakeTools } from './fake-tools.ts';
import { startVaultServer, type VaultServer } from './vault-server.ts';

const clientId = '00000000-0000-0000-0000-00000000000a';
const header = 'identity-header';
let identity: Awaited<ReturnType<typeof startIdentity>>;
let vault: VaultServer;

beforeAll(async () => {
  identity = await startIdentity({ header, clientIds: [clientId], port: 0 });
});
beforeEach(async () => {
  await vault?.close();
  vault = await startVaultServer(identity.url, { kty: 'RSA-HSM', n: 'bW9kdWx1cw', e: 'AQAB', key_ops: ['sign'] });
});
afterAll(async () => {
  await vault.close();
  await identity.close();
});

/** Runs a tool as a process of its own, signed in only by the identity endpoint. */
function run(tool: string, args: string[], settings: Record<string, string> = {}, input = '') {
  const { PATH = '', HOME = '' } = process.env;
  const env = {
    PATH,
    HOME,
    AZURE_CLIENT_ID: clientId,
    IDENTITY_ENDPOINT: `${identity.url}/msi/token`,
    IDENTITY_HEADER: header,
    ...settings,
  };
  const child = spawn(process.execPath, [tool, ...args], { env });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return new Promise<{ code: number | null; output: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, output })),
  );
}

test('the secrets are created once, all different, and never shown', async () => {
  const settings = { AZURE_KEY_VAULT_ENDPOINT: vault.url };
  const first = await run('tools/secrets/main.ts', ['create'], settings, 'lanekassen-key-of-the-test\n');
  expect(first, first.output).toMatchObject({ code: 0 });
  expect([...vault.secrets.keys()].sort()).toEqual(['lanekassen-api-key', 'person-key-1', 'session-key-1']);
  expect(vault.secrets.get('lanekassen-api-key')).toEqual(['lanekassen-key-of-the-test']);
  const values = [...vault.secrets.values()].flat();
  for (const name of ['person-key-1', 'session-key-1'])
    expect(Buffer.from(vault.secrets.get(name)?.[0] ?? '', 'base64')).toHaveLength(32);
  expect(new Set(values).size).toBe(3);

  const second = await run('tools/secrets/main.ts', ['create'], settings, 'another\n');
  expect(second).toMatchObject({ code: 0 });
  expect([...vault.secrets.values()].flat()).toEqual(values);
  for (const value of values) expect(first.output + second.output).not.toContain(value);
  // No secret is read, only whether it has versions.
  expect(vault.asked.filter((asked) => /^GET \/secrets\/[^/]+$/.test(asked))).toEqual([]);
}, 60_000);

test('the API keys of banks with a key of their own are asked for by name, and one that is not given is missing', async () => {
  const entries = ['LANEKASSEN_API_KEY_ONE', 'LANEKASSEN_API_KEY_TWO'].map((lanekassenApiKeySetting) => ({
    lanekassenApiKeySetting,
  }));
  const settings = { AZURE_KEY_VAULT_ENDPOINT: vault.url, BANKS: JSON.stringify([{ name: 'x' }, ...entries]) };
  const first = await run('tools/secrets/main.ts', ['create'], settings, 'app-key\none-key\n');
  expect([first.code, first.output]).toEqual([1, expect.stringContaining('lanekassen-api-key-two: still missing')]);
  expect(first.output).not.toContain('one-key');
  const second = await run('tools/secrets/main.ts', ['create'], settings, 'two-key\n');
  expect(second, second.output).toMatchObject({ code: 0 });
  expect(['', '-one', '-two'].map((name) => vault.secrets.get(`lanekassen-api-key${name}`))).toEqual([
    ['app-key'],
    ['one-key'],
    ['two-key'],
  ]);
}, 60_000);

slowTest(
  'when run by hand, the tools take the vault, the key and the names from the azd environment',
  async () => {
    const version = '0123456789abcdef0123456789abcdef';
    const azd = await fakeTools(
      {
        AZURE_KEY_VAULT_ENDPOINT: vault.url,
        PERSON_KEY_SECRET_NAME: 'person-key-7',
        MASKINPORTEN_KEY_ID: `${vault.url}/keys/maskinporten/${version}`,
        MASKINPORTEN_KID: 'the-bank-s-own',
      },
      undefined,
    );
    try {
      const made = await run('tools/secrets/main.ts', ['create'], { PATH: azd.path }, 'key\n');
      expect(made, made.output).toMatchObject({ code: 0 });
      expect([...vault.secrets.keys()]).toContain('person-key-7');
      const { output } = await run('tools/jwk/main.ts', [], { PATH: azd.path });
      expect(JSON.parse(output)).toMatchObject({ kid: 'the-bank-s-own' });
    } finally {
      await azd.drop();
    }
  },
  60_000,
);

slowTest(
  "without Lånekassen's key the other secrets are created, and the tool says what is missing",
  async () => {
    const { code, output } = await run('tools/secrets/main.ts', ['create', '--vault', vault.url], {
      PERSON_KEY_SECRET_NAME: 'person-key-2',
      PERSON_KEY_SECRET_SECONDARY_NAME: 'person-key-1',
    });
    expect(code).toBe(1);
    expect(output).toContain('lanekassen-api-key: still missing');
    expect([...vault.secrets.keys()].sort()).toEqual(['person-key-1', 'person-key-2', 'session-key-1']);
  },
  60_000,
);

slowTest(
  'a refusal by the vault is reported, with the role that is needed',
  async () => {
    vault.forbid(true);
    const { code, output } = await run('tools/secrets/main.ts', ['create', '--vault', vault.url], {}, 'x\n');
    expect(code).toBe(1);
    expect(output).toMatch(/403 Forbidden.*Roles for people/);
    expect(vault.secrets.size).toBe(0);
  },
  60_000,
);

slowTest(
  'the public key is printed as the JWK that Digdir accepts, without a private member',
  async () => {
    const version = '0123456789abcdef0123456789abcdef';
    const settings = {
      MASKINPORTEN_KEY_ID: `${vault.url}/keys/maskinporten/${version}`,
      BANKS: '[{"organisationNumber": "974760673"}]',
    };
    const { code, output } = await run('tools/jwk/main.ts', [], settings);
    expect(code, output).toBe(0);
    expect(JSON.parse(output)).toEqual({
      kty: 'RSA',
      use: 'sig',
      alg: 'RS256',
      // infra/modules/app-settings.bicep makes the same of it (settings.test.ts).
      kid: `974760673-saldo-studielan-${version}`,
      n: 'bW9kdWx1cw',
      e: 'AQAB',
    });
    const unpinned = await run('tools/jwk/main.ts', ['--key', `${vault.url}/keys/maskinporten`]);
    expect(unpinned).toMatchObject({ code: 1, output: expect.stringContaining('with its version') });
    const own = { keyId: settings.MASKINPORTEN_KEY_ID, kid: 'own-kid' };
    const banks = [{ organisationNumber: '974760673' }, { organisationNumber: '960885406', maskinporten: own }];
    const several = { BANKS: JSON.stringify(banks), MASKINPORTEN_KID: 'the-apps' };
    const ofBank = await run('tools/jwk/main.ts', ['--bank', '960885406'], several);
    expect(JSON.parse(ofBank.output)).toMatchObject({ kid: 'own-kid', n: 'bW9kdWx1cw' });
    const ofNone = await run('tools/jwk/main.ts', ['--bank', '974760673'], several);
    expect(ofNone).toMatchObject({ code: 1, output: expect.stringContaining('has a client of its own') });
    const unread = await run('tools/jwk/main.ts', ['--kid', 'named'], { ...settings, BANKS: 'no JSON' });
    expect(unread.code, unread.output).toBe(0);
    const odd = await run('tools/jwk/main.ts', ['--bank', '974760673'], { ...settings, BANKS: '[null]' });
    expect(odd).toMatchObject({ code: 1, output: expect.stringContaining('has a client of its own') });
    const badName = await run('tools/jwk/main.ts', ['--kid', 'with blank'], settings);
    expect(badName.code).toBe(1);
  },
  60_000,
);

test('a vault that is neither https nor on this machine is not called', async () => {
  const { code, output } = await run('tools/secrets/main.ts', ['create', '--vault', 'http://vault.example'], {}, 'x\n');
  expect(code).toBe(1);
  expect(output).toContain('must be https');
}, 60_000);
