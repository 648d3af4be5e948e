// Faults below HTTP: a certificate for another name, and the limit on connecting. Each row is a host of its own with that setting.
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changedBank } from '../fixtures/changed-banks.ts';
import { policyChanges } from '../fixtures/policy-app/policy-app.ts';
import { type FaultWorld, limits, startFaultWorld, type UpstreamName } from './fault-world.ts';
import { canHang, hangingPort } from './hanging-port.ts';
import { startTlsServer } from './tls-server.ts';

let world: FaultWorld;
beforeAll(async () => {
  world = await startFaultWorld();
  // With a fresh feed as evidence, each row meets one upstream before the others.
  await world.setFeed('fresh');
}, 60_000);
afterAll(() => world?.close());

/** The settings with the address of an upstream, for a given base; the name of a call to it; and how often it is tried. */
const placed: Readonly<
  Record<UpstreamName, { settings: (base: string) => Record<string, string>; call: string; attempts: number }>
> = {
  lanekassen: { settings: (base) => ({ LANEKASSEN_BASE_URL: base }), call: 'lanekassen', attempts: 2 },
  altinn: {
    settings: (base) => ({ ALTINN_BASE_URL: base, CONSENT_CHECK: 'per-look-up' }),
    call: 'altinn-read',
    attempts: 3,
  },
  // The metadata is fetched at start, before any token. The first fetch of something that is kept is tried five times.
  maskinporten: { settings: (base) => ({ MASKINPORTEN_ISSUER: base }), call: 'key-set', attempts: 5 },
  'key-vault': {
    settings: (base) => ({ MASKINPORTEN_KEY_ID: `${base}/keys/maskinporten/${'0'.repeat(32)}` }),
    call: 'key-vault',
    attempts: 2,
  },
  tables: {
    settings: (base) => ({ STATE_TABLE_ENDPOINT: base, STATE_TABLE_CONNECTION_STRING: '' }),
    call: 'tables-read',
    attempts: 3,
  },
  identity: { settings: (base) => ({ IDENTITY_ENDPOINT: `${base}/msi/token` }), call: 'identity', attempts: 2 },
  'bank-login': {
    settings: (base) => changedBank(world.world.environment, {}, { jwksUri: `${base}/jwks` }),
    call: 'key-set',
    attempts: 5,
  },
};
const byFeed = { CONSENT_CHECK: 'by-feed', LANEKASSEN_SEND_CONSENT_TOKEN: 'until-200' };
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

// Without openssl there is no certificate. In CI that is a fault of the machine and must be visible.
describe.skipIf(!hasOpenssl && process.env.CI !== 'true')('a certificate for another name (needs openssl)', () => {
  it.each(Object.keys(placed) as UpstreamName[])(
    '%s: nothing is sent, and nothing is shown',
    async (upstream) => {
      const { settings, call, attempts } = placed[upstream];
      const server = await startTlsServer('DNS:wrong.example');
      const host = await world.freshHost({
        ...byFeed,
        ...settings(server.base),
        NODE_EXTRA_CA_CERTS: server.certificate,
      });
      // The calls of the start have ended, so the attempts seen are the look-up's.
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const isKept = upstream === 'bank-login' || upstream === 'maskinporten';
      const options = { host, sinceStart: isKept };
      const { reply, attempts: logged, session, output } = await world.lookUp(upstream, options);
      await host.stop();
      await server.close();
      if (upstream === 'altinn') {
        // Altinn does not answer, and the feed is fresh.
        expect(reply.status).toBe(200);
      } else {
        expect(reply).toMatchObject({ status: 503, body: { code: 'upstream-unavailable' } });
        expect(session).not.toBe('held');
      }
      expect(server.requests()).toBe(0);
      const failed = logged.filter((line) => line.call === call && line.outcome !== 'ok');
      expect(failed.map(({ outcome }) => outcome)).toEqual(Array.from({ length: attempts }, () => 'connection'));
      // Each attempt of something that is kept is a call of its own, without retries.
      expect(failed.at(-1)?.stop).toBe(isKept ? 'not-retryable' : 'attempts');
      expect(output).not.toContain('wrong.example');
    },
    40_000,
  );

  it('lanekassen: with the right name the request arrives, so the name was the reason', async () => {
    const server = await startTlsServer('IP:127.0.0.1');
    const host = await world.freshHost({
      ...byFeed,
      ...placed.lanekassen.settings(server.base),
      NODE_EXTRA_CA_CERTS: server.certificate,
    });
    await world.lookUp('lanekassen', { host });
    expect(server.requests()).toBe(2);
    await host.stop();
    await server.close();
  }, 40_000);
});

describe.skipIf(!canHang)('the limit on connecting (Linux)', () => {
  // Attempts may last longer than the caller waits, so only the connect limit can end them in time.
  it.each([
    ['lanekassen', policyChanges({ lanekassen: { connectMs: 300, tryMs: 3000, coldTryMs: 3000 } })],
    ['tables', policyChanges({ tables: { connectMs: 300, tryMs: 3000 }, tableAttempts: { read: 2 } })],
    [
      'key-vault',
      { KEY_VAULT_TOTAL_TIMEOUT_MS: '3400', ...policyChanges({ keyVault: { connectMs: 300, tryMs: 3000 } }) },
    ],
  ] as const)(
    '%s: a hanging connect is cut off, and the call is retried once',
    async (upstream, changes) => {
      const hanging = await hangingPort(0);
      const base = `http://127.0.0.1:${hanging.port}`;
      const at =
        upstream === 'tables'
          ? {
              STATE_TABLE_CONNECTION_STRING: world.world.azurite.connectionString.replace(
                new URL(world.world.azurite.url).origin,
                base,
              ),
            }
          : placed[upstream].settings(base);
      const host = await world.freshHost({ ...byFeed, ...at, ...changes });
      try {
        // The calls of the start have ended.
        await new Promise((resolve) => setTimeout(resolve, 3500));
        const { reply, attempts: logged, tookMs } = await world.lookUp(upstream, { host });
        expect(reply).toMatchObject({ status: 503, body: { code: 'upstream-unavailable' } });
        const { call } = placed[upstream];
        const failed = logged.filter((line) => line.call === call && line.outcome !== 'ok');
        expect(failed.map(({ outcome }) => outcome)).toEqual(['connection', 'connection']);
        // Two connects, each ended after 300 ms or by undici's coarse timer of up to a second, and a back-off.
        expect(tookMs).toBeLessThan(limits.request);
      } finally {
        await hanging.end();
        await host.stop();
      }
    },
    40_000,
  );
});
