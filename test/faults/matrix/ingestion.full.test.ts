// The matrix at the ingestion endpoint of Application Insights (ingestion-rows.ts): whatever it answers, the batch that was not taken is
// reported once, in our own words, no more calls are made than the SDK's four, and the next batch is taken.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { selfSigned } from '../../fixtures/self-signed.ts';
import { hasOpenssl } from '../../integration/certificates.ts';

const run = promisify(execFile);

test.skipIf(!hasOpenssl)(
  'every row is reported and the next batch is accepted (needs openssl 3)',
  async () => {
    const { keyFile, certificateFile, remove } = selfSigned();
    const { stdout } = await run(
      process.execPath,
      [join(import.meta.dirname, 'ingestion-rows.ts'), keyFile, certificateFile],
      {
        env: { ...process.env, NODE_EXTRA_CA_CERTS: certificateFile, APPLICATION_INSIGHTS_NO_STATSBEAT: 'true' },
      },
    );
    remove();
    // 48 statuses with a spread of header forms, two with all eight; ten bodies each.
    expect(JSON.parse(stdout)).toEqual({ rows: 48 * 10 + 2 * 10 * 8, wrong: [] });
  },
  240_000,
);
