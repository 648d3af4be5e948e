// `npm run supply-chain`: prints the packages of the deployed bundle, checks each licence against the allowed ones, and makes an SBOM.
// It writes .artifacts/sbom.cdx.json and .artifacts/bundle-contents.json, and ends with 1 if a licence is not allowed.
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
console.log(`The bundle has our own code and ${bundled.length} packages:`);
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

// The result is printed if the endpoint answers. It never fails the command, because a person must judge it and it changes every day.
const audit = spawnSync(npm, ['audit', '--omit', 'dev'], { encoding: 'utf8', timeout: 60_000 });
const answered = audit.status === 0 || /vulnerabilit/.test(audit.stdout ?? '');
console.log(answered ? `npm audit:\n${audit.stdout.trim()}` : 'npm audit: its endpoint does not answer here.');

const faults = licenceFaults(packages, bundledPaths);
for (const fault of faults) console.error(`Licence: ${fault}`);
console.log(faults.length === 0 ? 'Licences: all are allowed.' : `Licences: ${faults.length} are not allowed.`);
process.exitCode = faults.length === 0 ? 0 : 1;
