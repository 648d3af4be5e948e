import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { spawnHost } from '../../local/host/spawn.ts';
import { builtFiles } from '../../tools/package/contents.ts';
import { bundledPackages } from '../../tools/supply-chain/bundle.ts';
import { isAllowed, type LockedPackage, licenceFaults } from '../../tools/supply-chain/licences.ts';
import { productionSbom } from '../../tools/supply-chain/sbom.ts';

const folder = 'dist/package';
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, LockedPackage>;
};
const bundled = () => bundledPackages(JSON.parse(readFileSync('dist/functions.meta.json', 'utf8')), packages);

test('six files are deployed', () => {
  const bundles = ['functions.cjs', 'azure-monitor.cjs'].flatMap((name) => [name, `${name}.LEGAL.txt`]);
  expect(readdirSync(folder).sort()).toEqual([...bundles, 'host.json', 'package.json'].sort());
});

test('a list of banks beside the program is deployed with it', () => {
  const own = mkdtempSync(join(tmpdir(), 'package-'));
  try {
    for (const file of ['host.json', 'package.json']) symlinkSync(resolve(file), join(own, file));
    mkdirSync(join(own, 'dist'));
    for (const file of builtFiles) symlinkSync(resolve('dist', file), join(own, 'dist', file));
    writeFileSync(join(own, 'banks.json'), '[]');
    execFileSync(process.execPath, [resolve('tools/package/main.ts')], { cwd: own });
    expect(readFileSync(join(own, folder, 'banks.json'), 'utf8')).toBe('[]');
  } finally {
    rmSync(own, { recursive: true });
  }
});

test('the deployed folder serves without node_modules beside it', async () => {
  const host = await spawnHost({ root: folder, env: {} });
  try {
    expect((await fetch(`${host.url}/api/health/live`)).status).toBe(200);
    // No settings are given, so the process reports that and does not serve.
    expect((await fetch(`${host.url}/api/health/ready`)).status).toBe(503);
    // The type of the problem is relative, and leads to a page of this app.
    const problem = (await (await fetch(`${host.url}/api/saldo`)).json()) as { type: string };
    expect(problem.type).toBe('/api/problems/configuration');
    const page = await fetch(new URL(problem.type, `${host.url}/api/saldo`));
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await page.text()).toContain('<h1><code>configuration</code></h1>');
    const unknown = await fetch(`${host.url}/api/problems/toString`);
    expect([unknown.status, unknown.headers.get('cache-control')]).toEqual([404, 'no-store']);
    expect(await unknown.json()).toMatchObject({ code: 'not-found', type: '/api/problems/not-found' });
  } finally {
    await host.stop();
  }
}, 60_000);

test('every package in the bundle is in the lock file, and its licence is allowed', () => {
  const found = bundled();
  expect(found.length).toBeGreaterThan(20);
  for (const { name, version, license } of found) {
    expect(version, name).not.toBe('unknown');
    expect(isAllowed(license), `${name}: ${license}`).toBe(true);
  }
  expect(
    licenceFaults(
      packages,
      found.map(({ path }) => path),
    ),
  ).toEqual([]);
});

test('a licence that is not allowed, or missing, is found', () => {
  const locked = {
    'node_modules/copyleft': { version: '1.0.0', license: 'AGPL-3.0' },
    'node_modules/silent': { version: '1.0.0' },
  };
  expect(licenceFaults(locked)).toEqual(['copyleft: AGPL-3.0', 'silent: none said']);
  const forDevelopment = { 'node_modules/copyleft': { license: 'AGPL-3.0', dev: true } };
  expect(licenceFaults(forDevelopment)).toEqual([]);
  // Unless the bundler included it.
  expect(licenceFaults(forDevelopment, ['node_modules/copyleft'])).toEqual(['copyleft: AGPL-3.0']);
  expect(isAllowed('(MIT OR GPL-3.0)')).toBe(true);
  expect(isAllowed('MIT AND GPL-3.0')).toBe(false);
});

test('the SBOM lists everything in the bundle, and no development dependency', () => {
  const component = (name: string, version: string) => ({ 'bom-ref': `${name}@${version}`, name, version });
  const all = Object.entries(packages)
    .filter(([path]) => path.startsWith('node_modules/'))
    .map(([path, { version = '' }]) => component(path.replace(/^.*node_modules\//, ''), version));
  const { components } = productionSbom(
    { components: all, dependencies: [] },
    packages,
    bundled().map(({ path }) => path),
  );
  const listed = new Set(components.map((each) => each['bom-ref']));
  for (const { name, version } of bundled()) expect(listed.has(`${name}@${version}`), name).toBe(true);
  expect([...listed].some((ref) => /^(vitest|azurite|playwright-core|esbuild)@/.test(ref))).toBe(false);
});

test('docs/supply-chain.md has a reason for every dependency, and for no other package', () => {
  const { devDependencies: ofDocuments } = JSON.parse(readFileSync('tools/docs/package.json', 'utf8'));
  const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const rows = [...readFileSync('docs/supply-chain.md', 'utf8').matchAll(/^\| `([^`]+)` \| (.{15,}) \|$/gm)];
  expect(rows.map(([, name]) => name).sort()).toEqual(
    Object.keys({ ...ofDocuments, ...dependencies, ...devDependencies }).sort(),
  );
});
