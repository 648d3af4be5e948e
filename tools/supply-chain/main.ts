// `npm run supply-chain`: what the deployed bundle is made of, each part's licence held against the allowed ones, and an SBOM.
// Leaves .artifacts/sbom.cdx.json and .artifacts/bundle-contents.json. A licence outside the list ends it with 1.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { bundledPackages } from './bundle.ts';
import { type LockedPackage, licenceFaults } from './licences.ts';
import { productionSbom, type Sbom } from './sbom.ts';

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, LockedPackage>;
};
mkdirSync('.artifacts', { recursive: true });

const bundled = bundledPackages(JSON.parse(readFileSync('dist/functions.meta.json', 'utf8')), packages);
const bundledPaths = bundled.map(({ path }) => path);
writeFileSync('.artifacts/bundle-contents.json', `${JSON.stringify(bundled, undefined, 2)}\n`);
console.log(`In the bundle, ${bundled.length} packages besides our own code:`);
for (const { name, version, license, bytes } of bundled)
  console.log(`  ${name} ${version}  ${license}  ${(bytes / 1024).toFixed(1)} KB`);

const listed = execFileSync(npm, ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
  stdio: ['ignore', 'pipe', 'ignore'],
});
const sbom = productionSbom(JSON.parse(listed) as Sbom, packages, bundledPaths);
writeFileSync('.artifacts/sbom.cdx.json', `${JSON.stringify(sbom, undefined, 2)}\n`);
console.log(`SBOM (CycloneDX): .artifacts/sbom.cdx.json, ${sbom.components.length} components`);

// Printed where its endpoint answers, never a gate: what it finds is a human's to weigh, and it changes from day to day.
const audit = spawnSync(npm, ['audit', '--omit', 'dev'], { encoding: 'utf8', timeout: 60_000 });
const answered = audit.status === 0 || /vulnerabilit/.test(audit.stdout ?? '');
console.log(answered ? `npm audit:\n${audit.stdout.trim()}` : 'npm audit: its endpoint does not answer here.');

const faults = licenceFaults(packages, bundledPaths);
for (const fault of faults) console.error(`Licence: ${fault}`);
console.log(faults.length === 0 ? 'Licences: all among the allowed.' : `Licences: ${faults.length} to look at.`);
process.exitCode = faults.length === 0 ? 0 : 1;
