// No private key is ever in the host's memory. After look-ups the whole memory is searched for the key's private parameters. The same
// search must find them in the process of the Key Vault simulator, or it would prove nothing.
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AzuriteTables, startAzuriteTables } from '../../local/azurite.ts';
import { freePorts } from '../../local/free-port.ts';
import { type SpawnedHost, spawnHost } from '../../local/host/spawn.ts';
import { portsFrom } from '../../local/ports.ts';
import { firstBank } from '../fixtures/changed-banks.ts';
import type { Ask } from '../fixtures/simulators-process.ts';
import { formsOf, searchMemory } from './process-memory.ts';

type Started = {
  settings: Record<string, string>;
  privateParameters: Record<string, string>;
  modulus: string;
};
type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

let simulators: ChildProcess;
let azurite: AzuriteTables;
let host: SpawnedHost;
let started: Started;
let asked = 0;

function ask<T>(what: WithoutId<Ask>): Promise<T> {
  asked += 1;
  const id = asked;
  return new Promise((resolve, reject) => {
    const listen = (message: unknown) => {
      const reply = message as { id: number; answer: T };
      if (reply.id !== id) return;
      simulators.off('message', listen);
      resolve(reply.answer);
    };
    simulators.on('message', listen);
    simulators.once('exit', () => reject(new Error('The simulators ended.')));
    simulators.send({ id, ...what });
  });
}

beforeAll(async () => {
  simulators = fork(fileURLToPath(new URL('../fixtures/simulators-process.ts', import.meta.url)));
  const names = Object.keys(portsFrom({}));
  const free = await freePorts(names.length);
  const ports = Object.fromEntries(names.map((name, index) => [name, free[index]])) as ReturnType<typeof portsFrom>;
  started = await ask<Started>({ what: 'start', ports });
  azurite = await startAzuriteTables({ port: ports.tables });
  host = await spawnHost({
    port: ports.host,
    env: { ...started.settings, STATE_TABLE_CONNECTION_STRING: azurite.connectionString },
  });
});
afterAll(async () => {
  await host?.stop();
  await azurite?.close();
  simulators?.disconnect();
});

const isSearchable = process.platform === 'linux' || process.env.CI === 'true';

test.skipIf(!isSearchable)(
  "the host's memory contains no private parameter of the key; the vault's does (only on Linux)",
  async () => {
    const call = (method: string, path: string, token: string, body?: object) =>
      fetch(`${host.url}/api${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    let signatures = 0;
    for (const nationalId of ['01085301957', '01097601522']) {
      const token = await ask<string>({ what: 'login', nationalId });
      const returnUrl = firstBank(started.settings).defaultReturnUrl;
      const asking = (await (await call('POST', '/consents', token, { returnUrl })).json()) as { consentUrl: string };
      const consentId = new URL(asking.consentUrl).searchParams.get('id') ?? '';
      const approved = await ask<{ redirect: string; signatures: number }>({ what: 'approve', consentId });
      await fetch(approved.redirect, { redirect: 'manual' });
      const saldo = await call('GET', '/saldo', token);
      expect([200, 404]).toContain(saldo.status);
      await saldo.arrayBuffer();
      signatures = approved.signatures;
    }
    // The host has used the key.
    expect(signatures).toBeGreaterThan(0);

    const needles = new Map(Object.entries(started.privateParameters).flatMap(([name, value]) => formsOf(name, value)));
    const inHost = searchMemory(host.pid, needles);
    const inVault = searchMemory(simulators.pid ?? 0, needles);
    // The public modulus is no secret and is in the host's memory: the search reads what the SDK got.
    const publicInHost = searchMemory(host.pid, new Map(formsOf('n', started.modulus)));
    console.log(
      `Searched ${Math.round(inHost.bytes / 1e6)} MB of the host, ${Math.round(inVault.bytes / 1e6)} MB of the simulators.`,
    );
    expect(inHost.bytes).toBeGreaterThan(20e6);
    expect(publicInHost.found.length).toBeGreaterThan(0);
    // OpenSSL stores numbers with the lowest word first, so on this kind of machine all bytes are reversed.
    expect(inVault.found).toEqual(expect.arrayContaining(['p bytes reversed', 'q bytes reversed']));
    expect(inHost.found).toEqual([]);
  },
);
