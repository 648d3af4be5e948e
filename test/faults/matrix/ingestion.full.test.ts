// The matrix at the ingestion endpoint of Application Insights (ingestion-rows.ts): whatever it answers, the batch that was not taken is
// reported once, in our own words, no more calls are made than the SDK's four, and the next batch is taken.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { hasOpenssl } from '../../integration/certificates.ts';

const run = promisify(execFile);

test.skipIf(!hasOpenssl)(
  'every row is reported and the next batch is taken (needs openssl 3)',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ingestion-'));
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
    const subject = ['-subj', '/CN=ingestion', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
    await run('openssl', [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      key,
      '-out',
      certificate,
      ...subject,
    ]);
    const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'ingestion-rows.ts'), key, certificate], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: certificate, APPLICATION_INSIGHTS_NO_STATSBEAT: 'true' },
    });
    rmSync(folder, { recursive: true });
    // 48 statuses with a spread of header forms, two with all eight; ten bodies each.
    expect(JSON.parse(stdout)).toEqual({ rows: 48 * 10 + 2 * 10 * 8, wrong: [] });
  },
  240_000,
);
