// The matrix at the ingestion endpoint of Application Insights (ingestion-rows.ts). Whatever it answers, a batch that was not accepted is
// reported once, in the program's own words. No more calls are made than the SDK's four, and the next batch is accepted.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { selfSigned } from '../../fixtures/self-signed.ts';
import { hasOpenssl } from '../../integration/certificates.ts';

const run = promisify(execFile);

test.skipIf(!hasOpenssl)(
  'every batch that is not accepted is reported, and the next batch is accepted (needs openssl 3)',
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
    // 48 statuses that share the header forms, two with all eight; ten bodies each.
    expect(JSON.parse(stdout)).toEqual({ rows: 48 * 10 + 2 * 10 * 8, wrong: [] });
  },
  240_000,
);
