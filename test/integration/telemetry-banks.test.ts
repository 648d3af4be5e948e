// The figures that the SDK keeps apart between two exports: every bank's own, with as many banks as one app may have.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { mostBanks } from '../../shared/bank/bank-schema.ts';
import { hasOpenssl } from './certificates.ts';
import { startIngestion } from './ingestion.ts';

const sdk = new URL('../../shared/telemetry/azure-monitor-sdk.ts', import.meta.url);

test.skipIf(!hasOpenssl)(
  'each bank has figures of its own, however many banks there are (needs openssl 3)',
  async () => {
    const ingestion = await startIngestion();
    const operations = ['get-saldo', 'get-consent', 'start-consent', 'end-consent', 'logout'];
    const script = `
    const { openAzureMonitor } = await import(${JSON.stringify(sdk.href)});
    const { exporter, shutDown } = openAzureMonitor({
      connectionString: process.env.CONNECTION, clientId: undefined, hasIdentityEndpoint: false, onFailure: console.error,
    });
    for (let bank = 0; bank < ${mostBanks}; bank++)
      for (const operation of ${JSON.stringify(operations)})
        exporter.add('requestAnswered', 1, { operation, status: '200', code: 'none', bank: String(100000000 + bank) });
    await shutDown();`;
    try {
      await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
        env: {
          PATH: process.env.PATH,
          CONNECTION: ingestion.connectionString,
          NODE_EXTRA_CA_CERTS: ingestion.certificate,
        },
      });
      const rows = ingestion.envelopes().filter(({ data }) => JSON.stringify(data).includes('requestAnswered'));
      const banks = rows.map(({ data }) => /"bank":"(\d+)"/.exec(JSON.stringify(data))?.[1]);
      expect(banks.filter((bank) => bank === undefined)).toEqual([]);
      expect([banks.length, new Set(banks).size]).toEqual([mostBanks * operations.length, mostBanks]);
    } finally {
      await ingestion.close();
    }
  },
  60_000,
);
