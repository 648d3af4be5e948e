// The ingestion endpoint does not accept the telemetry: no call is affected, and the process ends in time.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SpawnedHost } from '../../local/host/spawn.ts';
import { testCustomers } from '../../local/simulators/test-customers.ts';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { hasOpenssl } from './certificates.ts';
import { FrontEnd } from './front-end.ts';
import { type Ingestion, startIngestion } from './ingestion.ts';
import { found, secretsOf } from './leaks.ts';

describe.skipIf(!hasOpenssl)('telemetry that is refused (needs openssl 3)', () => {
  let world: World;
  /** Each case has a host of its own, because each waits for seconds. They run at the same time. */
  const ingestions: Ingestion[] = [];
  const ownIngestion = async () => {
    const ingestion = await startIngestion();
    ingestions.push(ingestion);
    return ingestion;
  };
  /** Starts them one after the other, because five starting processes at once would be slow for each. */
  const startHost = (changes: Record<string, string>): Promise<SpawnedHost> => {
    const started = lastStart.then(() => world.anotherHost(changes));
    lastStart = started.catch(() => {});
    return started;
  };
  let lastStart: Promise<unknown> = Promise.resolve();
  beforeAll(async () => {
    world = await startTestWorld();
  }, 60_000);
  afterAll(async () => {
    await world?.close();
    for (const ingestion of ingestions) await ingestion.close();
  });

  const cases: Record<string, { answer?: number; changes?: (of: Ingestion) => Record<string, string> }> = {
    'refused (401)': { answer: 401 },
    'refused (403)': { answer: 403 },
    'throttled (429)': { answer: 429 },
    'failing (500)': { answer: 500 },
    'a port where nothing listens': {
      changes: ({ connectionString }) => ({
        APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString.replaceAll(/:\d+\//g, ':9/'),
      }),
    },
    'a certificate that is not trusted': { changes: () => ({ NODE_EXTRA_CA_CERTS: '' }) },
    'no sound connection string': {
      changes: () => ({ APPLICATIONINSIGHTS_CONNECTION_STRING: 'no connection string' }),
    },
    'an identity endpoint that refuses': {
      changes: () => ({ AZURE_CLIENT_ID: '00000000-0000-4000-8000-000000000009' }),
    },
  };

  test.concurrent.each(Object.entries(cases))(
    '%s',
    async (_name, { answer, changes }) => {
      const ingestion = await ownIngestion();
      ingestion.answer(answer ?? 'ok');
      const temporary = mkdtempSync(join(tmpdir(), 'telemetry-'));
      const host = await startHost({
        TMPDIR: temporary,
        APPLICATIONINSIGHTS_CONNECTION_STRING: ingestion.connectionString,
        NODE_EXTRA_CA_CERTS: ingestion.certificate,
        ...changes?.(ingestion),
      });
      const frontEnd = new FrontEnd({ ...world, apiUrl: `${host.url}/api` });
      const token = await world.bankLogin.control.login(testCustomers[0]?.nationalId ?? '');
      // The state table is Azurite's and needs no identity, so this call is answered in every case.
      const ask = async () => (await frontEnd.call('GET', '/consents/current', token)).status;
      for (let call = 0; call < 10; call++) expect(await ask()).toBe(200);
      // Long enough for the SDK to be loaded and to have tried to send.
      await new Promise((resolve) => setTimeout(resolve, 7000));
      expect(await ask()).toBe(200);
      const before = Date.now();
      expect(await host.stop()).toBe(0);
      expect(Date.now() - before).toBeLessThan(5000);
      // The loss is reported with its reason, although the exporter itself calls most of these a success. A 500 is retried for longer than
      // the process lives here.
      if (answer !== undefined && answer < 500)
        expect(host.output()).toMatch(new RegExp(`"telemetry-not-sent".*"fault":"status-${answer}"`));
      expect(host.output()).not.toContain('were left behind');
      expect(host.output()).not.toContain('Unhandled');
      expect(found(host.output(), secretsOf(world))).toEqual([]);
      // Nothing is stored on the disk for later.
      expect(readdirSync(temporary, { recursive: true })).toEqual([]);
      rmSync(temporary, { recursive: true });
    },
    120_000,
  );

  const noCallElse =
    'only the ingestion endpoint is called: no statistics, no remote settings, no query about the machine';
  test.concurrent(noCallElse, async () => {
    const ingestion = await ownIngestion();
    const probe = `${ingestion.certificate}.connect.cjs`;
    // Every connection that the process opens, by host, and every name that it resolves.
    writeFileSync(
      probe,
      `const net = require('node:net'), dns = require('node:dns');
       const connect = net.Socket.prototype.connect;
       net.Socket.prototype.connect = function (...given) {
         const [first] = Array.isArray(given[0]) ? given[0] : given;
         console.log('CONNECT', first?.host ?? first?.path ?? 'localhost', first?.port ?? '');
         return connect.apply(this, given);
       };
       const { lookup } = dns;
       dns.lookup = (name, ...rest) => { console.log('LOOKUP', name); return lookup(name, ...rest); };`,
    );
    const host = await startHost({
      APPLICATIONINSIGHTS_CONNECTION_STRING: ingestion.connectionString,
      NODE_EXTRA_CA_CERTS: ingestion.certificate,
      NODE_OPTIONS: `--require ${probe}`,
    });
    await fetch(`${host.url}/api/health/live`);
    // The exporter's first request to OneSettings would come 5 to 15 s after its creation, and statistics at once.
    await new Promise((resolve) => setTimeout(resolve, 22_000));
    expect(await host.stop()).toBe(0);
    const called = host.output().match(/^(?:CONNECT|LOOKUP) .*$/gm) ?? [];
    const port = /:(\d+)\//.exec(ingestion.connectionString)?.[1];
    expect(called).toContain(`CONNECT 127.0.0.1 ${port}`);
    expect(called.filter((line) => !/^(?:CONNECT|LOOKUP) 127\.0\.0\.1\b/.test(line))).toEqual([]);
  }, 120_000);
});
