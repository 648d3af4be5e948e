// Faults below HTTP: a connect that hangs, and a certificate for another name. Each row is a host with that setting.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultWorld, startFaultWorld, type UpstreamName } from './fault-world.ts';

let world: FaultWorld;
beforeAll(async () => {
  world = await startFaultWorld();
}, 60_000);
afterAll(() => world?.close());

/** The setting that says where an upstream is, for a base of ours. */
const settingOf: Partial<Record<UpstreamName, (base: string) => Record<string, string>>> = {
  lanekassen: (base) => ({ LANEKASSEN_BASE_URL: base }),
  altinn: (base) => ({ ALTINN_BASE_URL: base }),
  maskinporten: (base) => ({ MASKINPORTEN_ISSUER: base }),
  'key-vault': (base) => ({ MASKINPORTEN_KEY_ID: `${base}/keys/maskinporten/${'0'.repeat(32)}` }),
};
// A new process has no token for Altinn either, so what is between it and a token shows first in the one or the other.
const codesOf = (upstream: UpstreamName) =>
  ({
    lanekassen: ['upstream-unavailable'],
    altinn: ['consent-unverifiable'],
  })[upstream as string] ?? ['upstream-unavailable', 'consent-unverifiable'];
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

// Without openssl there is no certificate; in CI that is a fault of the machine and must be seen.
describe.skipIf(!hasOpenssl && process.env.CI !== 'true')('a certificate (needs openssl)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tls-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const serve = async (subjectAltName: string) => {
    const [key, cert] = [join(folder, `${subjectAltName}.key`), join(folder, `${subjectAltName}.pem`)];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        '-subj',
        '/CN=upstream',
        '-addext',
        `subjectAltName=${subjectAltName}`,
        '-keyout',
        key,
        '-out',
        cert,
      ],
      { stdio: 'pipe' },
    );
    let requests = 0;
    const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_incoming, outgoing) => {
      requests += 1;
      outgoing.writeHead(503).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
      base: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
      cert,
      requests: () => requests,
      close: () =>
        new Promise((resolve) => {
          server.close(resolve);
          server.closeAllConnections();
        }),
    };
  };

  it.each(['lanekassen', 'maskinporten', 'altinn', 'key-vault'] as const)(
    '%s: for another name: nothing is sent',
    async (upstream) => {
      const server = await serve('DNS:wrong.example');
      const host = await world.freshHost({ ...settingOf[upstream]?.(server.base), NODE_EXTRA_CA_CERTS: server.cert });
      const { reply, attempts, held } = await world.lookUp(upstream, { host });
      expect(reply.status).toBe(503);
      expect(codesOf(upstream)).toContain(reply.body.code);
      expect(server.requests()).toBe(0);
      expect(held).toBe(0);
      expect(attempts.every(({ outcome }) => outcome === 'connection')).toBe(true);
      // Those that are asked for two tokens side by side see more, by how the two fall.
      expect(attempts.length).toBeGreaterThanOrEqual(
        { lanekassen: 2, maskinporten: 3, altinn: 3, 'key-vault': 2 }[upstream],
      );
      expect(attempts.at(-1)?.stop).toBe('attempts');
      await host.stop();
      await server.close();
    },
    40_000,
  );

  it('lanekassen: for the right name, the request arrives (so it was the name)', async () => {
    const server = await serve('IP:127.0.0.1');
    const host = await world.freshHost({ ...settingOf.lanekassen?.(server.base), NODE_EXTRA_CA_CERTS: server.cert });
    await world.lookUp('lanekassen', { host });
    expect(server.requests()).toBe(2);
    await host.stop();
    await server.close();
  }, 40_000);
});

// A full accept queue drops what knocks, on Linux; elsewhere it refuses, which is another fault.
describe.skipIf(process.platform !== 'linux')('a connect that hangs (Linux)', () => {
  it('lanekassen: is cut off at the connect limit, and tried once more', async () => {
    // Listens and never accepts: its only thread sleeps.
    const script = `const s=require('node:net').createServer().listen({port:0,host:'127.0.0.1',backlog:1},()=>{process.stdout.write(String(s.address().port)+'\\n',()=>Atomics.wait(new Int32Array(new SharedArrayBuffer(4)),0,0))})`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const port = await new Promise<number>((resolve) => child.stdout.once('data', (chunk) => resolve(Number(chunk))));
    const fillers: Socket[] = [];
    for (let index = 0; index < 8; index++) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      fillers.push(socket);
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
    const host = await world.freshHost({
      LANEKASSEN_BASE_URL: `http://127.0.0.1:${port}`,
      LANEKASSEN_CONNECT_TIMEOUT_MS: '300',
    });
    try {
      const { reply, attempts, tookMs } = await world.lookUp('lanekassen', { host });
      expect(reply).toMatchObject({ status: 503, body: { code: 'upstream-unavailable' } });
      expect(attempts.map(({ outcome }) => outcome)).toEqual(['connection', 'connection']);
      // Two connects of 300 ms, or undici's coarse timer of up to a second each, and a back-off.
      expect(tookMs).toBeLessThan(3500);
    } finally {
      child.kill('SIGKILL');
      for (const socket of fillers) socket.destroy();
      await host.stop();
    }
  }, 40_000);
});
