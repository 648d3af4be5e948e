// `npm run release`: two builds of one commit in two places give the same bytes, and the package serves.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, expect, test } from 'vitest';
import { spawnHost } from '../../local/host/spawn.ts';

const folder = mkdtempSync(join(tmpdir(), 'release-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const release = (out: string, tz: string, args: string[] = ['--version', '0.2.0', '--allow-changes']) =>
  execFileSync(process.execPath, ['tools/release/main.ts', ...args, '--out', join(folder, out)], {
    encoding: 'utf8',
    env: { ...process.env, TZ: tz },
  });

test('two builds have the same bytes, their checksums are correct, and the package serves', async () => {
  release('one', 'UTC');
  release('two', 'Pacific/Auckland');
  const names = readdirSync(join(folder, 'one'));
  expect(names.sort()).toEqual([
    'CHANGES.md',
    'SHA256SUMS',
    'UPGRADE.md',
    'saldo-studielan-0.2.0.zip',
    'sbom.cdx.json',
  ]);
  for (const name of names)
    expect(readFileSync(join(folder, 'one', name)).equals(readFileSync(join(folder, 'two', name))), name).toBe(true);
  execFileSync('sha256sum', ['-c', 'SHA256SUMS'], { cwd: join(folder, 'one') });

  const files = unzipSync(readFileSync(join(folder, 'one/saldo-studielan-0.2.0.zip')));
  const root = join(folder, 'unzipped');
  await mkdir(root);
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(root, name), bytes);
  expect(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version).toBe('0.2.0');
  // The OpenAPI document in the bundle.
  expect(readFileSync(join(root, 'functions.cjs'), 'utf8')).toMatch(/"version\\?":\\?"0\.2\.0\\?"/);
  expect(Object.keys(files).sort()).toEqual(readdirSync('dist/package').sort());
  const host = await spawnHost({ root, env: {} });
  try {
    expect((await fetch(`${host.url}/api/health/live`)).status).toBe(200);
  } finally {
    await host.stop();
  }
}, 240_000);

test.each([[['--version', 'v2']], [[]]])('refuses the arguments %j', (args) => {
  expect(() => release('wrong', 'UTC', args)).toThrow(expect.objectContaining({ status: 2 }));
});
