// `npm run rotate-key` as an operator runs it, against the local world: vault, Maskinporten and the self-service API.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect } from 'vitest';
import { freePorts } from '../../local/free-port.ts';
import { portsFrom } from '../../local/ports.ts';
import { adminClient, type Simulators, startSimulators } from '../../local/simulators/all.ts';
import { quickTest, slowTest } from '../part.ts';
import { wireFaultsOf } from '../wire-faults.ts';

const program = fileURLToPath(new URL('../../tools/rotate-key/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'rotate-key-'));
let parties: Simulators;
let environment: Record<string, string>;

beforeAll(async () => {
  const names = Object.keys(portsFrom({}));
  const ports = await freePorts(names.length);
  parties = await startSimulators(
    Object.fromEntries(names.map((name, index) => [name, ports[index]])) as ReturnType<typeof portsFrom>,
  );
  // Never read, because a rotation needs no state.
  const state = 'AccountName=a;AccountKey=YQ==;TableEndpoint=http://127.0.0.1:1/a;';
  environment = {
    ...parties.settings,
    STATE_TABLE_CONNECTION_STRING: state,
    DIGDIR_ADMIN_API: parties.maskinporten.url,
    DIGDIR_ADMIN_CLIENT_ID: adminClient.clientId,
    DIGDIR_ADMIN_KEY_ID: parties.keyVault.control.keyId('digdir-admin'),
    DIGDIR_ADMIN_KID: adminClient.kid,
  };
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await parties?.close();
});

async function rotate(args: readonly string[], changes: Record<string, string> = {}) {
  const env = { PATH: process.env.PATH ?? '', ...environment, ...changes };
  const child = spawn(process.execPath, [program, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const read = (chunk: Buffer) => {
    output += chunk.toString('utf8');
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}

const clientId = () => environment.MASKINPORTEN_CLIENT_ID ?? '';
const kids = () => parties.maskinporten.control.keysOf(clientId()).map(({ kid }) => kid);
const permit = (...granted: ('get' | 'sign' | 'create' | 'policy')[]) =>
  parties.keyVault.control.setPermissions({ [environment.AZURE_CLIENT_ID ?? '']: granted });

quickTest(
  'from begin to retire: both keys are registered, the new one is tested, and the old one is removed only when not in use',
  async () => {
    const oldKid = environment.MASKINPORTEN_KID ?? '';
    permit('get', 'sign', 'create');
    const begun = await rotate(['begin', '--register', '--out', 'set.json']);
    expect(begun.output).toContain('Proved');
    expect(begun.code).toBe(0);
    const keyId = /MASKINPORTEN_KEY_ID=(\S+)/.exec(begun.output)?.[1] ?? '';
    const kid = /MASKINPORTEN_KID=(\S+)/.exec(begun.output)?.[1] ?? '';
    expect(keyId).toBe(parties.keyVault.control.keyId('maskinporten'));
    expect(keyId).not.toBe(environment.MASKINPORTEN_KEY_ID);
    expect(kids()).toEqual([oldKid, kid]);
    const set = JSON.parse(readFileSync(join(folder, 'set.json'), 'utf8')) as { keys: Record<string, string>[] };
    expect(set.keys.map((key) => key.kid)).toEqual([oldKid, kid]);
    for (const key of set.keys)
      for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi']) expect(key).not.toHaveProperty(secret);

    const tooEarly = await rotate(['retire', '--kid', oldKid]);
    expect([tooEarly.code, tooEarly.output]).toEqual([1, expect.stringContaining('in use')]);
    expect(kids()).toEqual([oldKid, kid]);

    const retired = await rotate(['retire', '--kid', oldKid], { MASKINPORTEN_KEY_ID: keyId, MASKINPORTEN_KID: kid });
    expect(retired.code).toBe(0);
    expect(kids()).toEqual([kid]);
    for (const token of parties.maskinporten.control.issued())
      expect(begun.output + retired.output).not.toContain(token);
    environment = { ...environment, MASKINPORTEN_KEY_ID: keyId, MASKINPORTEN_KID: kid };
  },
);

slowTest("--bank rotates the key of a bank with a client of its own, and leaves the app's alone", async () => {
  const [entry] = JSON.parse(environment.BANKS ?? '') as [{ organisationNumber: string; identityProvider: object }];
  const ownKey = { keyId: environment.MASKINPORTEN_KEY_ID, kid: environment.MASKINPORTEN_KID };
  const identified = (value: string) => ({ ...entry.identityProvider, bankClaim: { name: 'bank', value } });
  const customer = '310000027';
  const banks = [
    { ...entry, organisationNumber: customer, isSupplierCustomer: true, identityProvider: identified('customer') },
    { ...entry, maskinporten: { clientId: clientId(), ...ownKey }, identityProvider: identified('own') },
  ];
  const changes = { BANKS: JSON.stringify(banks), MASKINPORTEN_CLIENT_ID: 'the-app', MASKINPORTEN_KID: 'the-apps-kid' };
  permit('get', 'sign', 'create');
  const before = kids();
  const begun = await rotate(['begin', '--register', '--bank', entry.organisationNumber], changes);
  expect([begun.code, begun.output]).toEqual([0, expect.stringContaining('Proved')]);
  expect(begun.output).toContain(`maskinporten.keyId of bank ${entry.organisationNumber}`);
  expect(kids().slice(0, -1)).toEqual(before);
  const refused = await rotate(['begin', '--bank', customer], changes);
  expect([refused.code, refused.output]).toEqual([1, expect.stringContaining('no client of its own')]);
});

slowTest(
  'without the API: the key set is written and nothing is sent; a key that is not registered fails the test',
  async () => {
    permit('get', 'sign', 'create');
    const registrations = () =>
      wireFaultsOf(parties.maskinporten)
        .requests()
        .filter(({ path }) => path.startsWith('/clients/'));
    const calls = registrations().length;
    const { code, output } = await rotate(['begin', '--out', 'by-hand.json'], { DIGDIR_ADMIN_API: '' });
    expect([code, output]).toEqual([0, expect.stringContaining('prove --key-id')]);
    expect(registrations()).toHaveLength(calls);
    const [, keyId = '', kid = ''] = /--key-id (\S+) --kid (\S+)/.exec(output) ?? [];
    const proof = await rotate(['prove', '--key-id', keyId, '--kid', kid, '--wait', '0']);
    expect([proof.code, proof.output]).toEqual([1, expect.stringContaining('MP-100')]);
  },
);

slowTest('without the right to create keys, the command says which right is missing', async () => {
  permit('get', 'sign');
  const { code, output } = await rotate(['begin']);
  expect([code, output]).toEqual([1, expect.stringContaining('permission to create key versions')]);
});

slowTest(
  "a new version stays in hardware, keeps size and operations, and ends when the key's policy says",
  async () => {
    const { control } = parties.keyVault;
    const inHardware = await control.newVersion('maskinporten', {
      kty: 'RSA-HSM',
      bits: 3072,
      keyOperations: ['sign'],
      expiresAt: Date.now() + 40 * 86_400_000,
    });
    const kid = 'in-hardware';
    parties.maskinporten.control.registerKey(clientId(), { kid, jwk: control.publicJwk('maskinporten', inHardware) });
    const current = { MASKINPORTEN_KEY_ID: control.keyId('maskinporten', inHardware), MASKINPORTEN_KID: kid };
    const made = async (name: string) => {
      const { code, output } = await rotate(['begin', '--out', `${name}.json`], { ...current, DIGDIR_ADMIN_API: '' });
      expect(code, output).toBe(0);
      const keyId = /^New key: +(\S+)/m.exec(output)?.[1] ?? '';
      return control.shown('maskinporten', keyId.split('/').at(-1) ?? '');
    };
    permit('get', 'sign', 'create', 'policy');
    const byPolicy = await made('by-policy');
    expect(byPolicy).toMatchObject({ kty: 'RSA-HSM', bits: 3072, keyOperations: ['sign'] });
    expect((byPolicy.expiresAt ?? 0) - Date.now()).toBeGreaterThan(364 * 86_400_000);
    expect((byPolicy.expiresAt ?? 0) - Date.now()).toBeLessThan(367 * 86_400_000);
    // Without the right to read the policy, the new version lives as long as the old one did.
    permit('get', 'sign', 'create');
    const byLife = await made('by-life');
    expect((byLife.expiresAt ?? 0) - Date.now()).toBeGreaterThan(39 * 86_400_000);
    expect((byLife.expiresAt ?? 0) - Date.now()).toBeLessThan(41 * 86_400_000);

    for (const [weak, words] of [
      [{ kty: 'RSA', bits: 3072, expiresAt: Date.now() + 40 * 86_400_000 }, 'hardware'],
      [{ kty: 'RSA-HSM', bits: 2048, expiresAt: Date.now() + 40 * 86_400_000 }, '2048 bits'],
      [{ kty: 'RSA-HSM', bits: 3072 }, 'no end'],
      [{ kty: 'RSA-HSM', bits: 3072, expiresAt: Date.now() + 1e9, keyOperations: ['sign', 'decrypt'] }, 'decrypt'],
    ] as const) {
      const keyId = control.keyId('maskinporten', await control.newVersion('maskinporten', weak));
      for (const args of [
        ['prove', '--key-id', keyId, '--kid', 'weak', '--wait', '0'],
        ['begin', '--key-id', keyId, '--out', 'weak.json'],
      ]) {
        const { code, output } = await rotate(args, { ...current, DIGDIR_ADMIN_API: '' });
        expect([code, output], args[0]).toEqual([1, expect.stringContaining(words)]);
      }
    }
  },
  120_000,
);
