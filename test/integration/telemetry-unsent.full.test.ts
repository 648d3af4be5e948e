// Nobody takes the telemetry: no call notices, and the process ends in time.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testCustomers } from '../../local/simulators/test-customers.ts';
import { startWorld, type World } from '../../local/world.ts';
import { hasOpenssl } from './certificates.ts';
import { onDemandOnly } from './feed.ts';
import { FrontEnd } from './front-end.ts';
import { type Ingestion, startIngestion } from './ingestion.ts';
import { found, secretsOf } from './leaks.ts';

describe.skipIf(!hasOpenssl)('telemetry that is not taken (needs openssl 3)', () => {
  let ingestion: Ingestion;
  let world: World;
  beforeAll(async () => {
    ingestion = await startIngestion();
    world = await startWorld({ settings: onDemandOnly });
  }, 60_000);
  afterAll(async () => {
    await world?.close();
    await ingestion?.close();
  });

  const cases: Record<string, { answer?: number; changes?: (of: Ingestion) => Record<string, string> }> = {
    'refused (401)': { answer: 401 },
    'refused (403)': { answer: 403 },
    'throttled (429)': { answer: 429 },
    'failing (500)': { answer: 500 },
    'a port where nobody listens': {
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

  test.each(Object.entries(cases))(
    '%s',
    async (_name, { answer, changes }) => {
      ingestion.answer(answer ?? 'ok');
      const host = await world.anotherHost({
        APPLICATIONINSIGHTS_CONNECTION_STRING: ingestion.connectionString,
        NODE_EXTRA_CA_CERTS: ingestion.certificate,
        ...changes?.(ingestion),
      });
      const frontEnd = new FrontEnd({ ...world, apiUrl: `${host.url}/api` });
      const token = await world.bankLogin.control.login(testCustomers[0]?.nationalId ?? '');
      // The state table is Azurite's and asks no identity, so this is answered in every case.
      const ask = async () => (await frontEnd.call('GET', '/consents/current', token)).status;
      for (let call = 0; call < 10; call++) expect(await ask()).toBe(200);
      // Long enough for the SDK to be loaded and to have tried.
      await new Promise((resolve) => setTimeout(resolve, 7000));
      expect(await ask()).toBe(200);
      const before = Date.now();
      expect(await host.stop()).toBe(0);
      expect(Date.now() - before).toBeLessThan(5000);
      expect(host.output()).not.toContain('were left behind');
      expect(host.output()).not.toContain('Unhandled');
      expect(found(host.output(), secretsOf(world))).toEqual([]);
    },
    60_000,
  );
});
