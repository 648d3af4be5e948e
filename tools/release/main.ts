// `npm run release -- --version 0.2.0`: builds the files that a bank downloads. The same commit always gives the same bytes.
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runCommand } from '../run-command.ts';
import { bundledPackages } from '../supply-chain/bundle.ts';
import { type LockedPackage, licenceFaults } from '../supply-chain/licences.ts';
import { productionSbom, type Sbom } from '../supply-chain/sbom.ts';
import { buildPackage, zipOf } from './build-package.ts';
import { changelogSection, checksums, isVersion, reproducible, upgradeNotes } from './texts.ts';

const usage = `npm run release -- --version <x.y.z> [--out <folder>] [--allow-changes]
  --version        the version of the release; CHANGELOG.md must have a section for it, or "Unreleased"
  --out            the folder of the release; default .artifacts/release/<version>
  --allow-changes  allows a work tree that differs from the commit: for trials
Exit code: 0 the release is made, 2 the command is wrong, or the release cannot be made.`;

function readOptions() {
  try {
    return parseArgs({
      options: {
        version: { type: 'string' },
        out: { type: 'string' },
        'allow-changes': { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch {
    return undefined;
  }
}

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined || options.help || options.version === undefined || !isVersion(options.version)) {
    console.log(usage);
    return options?.help ? 0 : 2;
  }
  const { version } = options;
  const changed = execFileSync('git', ['status', '--porcelain'], { encoding: 'utf8' }).trim();
  if (changed !== '' && !options['allow-changes'])
    throw new RangeError('The work tree differs from the commit: commit first. A release is made of a commit.');
  const section = changelogSection(await readFile('CHANGELOG.md', 'utf8'), version);
  if (section === undefined)
    throw new RangeError(`CHANGELOG.md has no section ${version} and nothing under Unreleased.`);

  const place = await mkdtemp(join(tmpdir(), 'release-'));
  try {
    const { files, outputs } = await buildPackage(place, version);
    const { packages } = JSON.parse(await readFile('package-lock.json', 'utf8')) as {
      packages: Record<string, LockedPackage>;
    };
    const bundled = bundledPackages({ outputs }, packages).map(({ path }) => path);
    const faults = licenceFaults(packages, bundled);
    if (faults.length > 0) throw new RangeError(`Licences that are not allowed:\n  ${faults.join('\n  ')}`);
    const listed = execFileSync(npm, ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const sbom = reproducible(productionSbom(JSON.parse(listed) as Sbom, packages, bundled), version);
    const parts: { name: string; bytes: Uint8Array | string }[] = [
      { name: `saldo-studielan-${version}.zip`, bytes: zipOf(files) },
      { name: 'sbom.cdx.json', bytes: `${JSON.stringify(sbom, undefined, 2)}\n` },
      { name: 'CHANGES.md', bytes: section },
      { name: 'UPGRADE.md', bytes: upgradeNotes(section, await readFile('docs/upgrading.md', 'utf8'), version) },
    ];
    const out = options.out ?? join('.artifacts/release', version);
    await rm(out, { recursive: true, force: true });
    await mkdir(out, { recursive: true });
    for (const { name, bytes } of [...parts, { name: 'SHA256SUMS', bytes: checksums(parts) }])
      await writeFile(join(out, name), bytes);
    console.log(`${out}:\n${checksums(parts)}`);
    return 0;
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

await runCommand('release', main);
