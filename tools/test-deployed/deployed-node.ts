import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The Node that `infra` deploys (`nodeVersion` of infra/environments/profiles.bicep), in the newest version tried. */
export const deployedNodeVersion = '24.21.0';

/**
 * The Node of the deployed app as a program of this machine, restored from npm into `.artifacts` when it is not there yet.
 * The tests run on another, which exists for every developer's machine (docs/decisions/0002-node-through-npm.md). `missing`
 * says why it cannot be had: no network, or no package for this machine.
 */
export async function deployedNode(): Promise<{ path: string } | { missing: string }> {
  if (process.version === `v${deployedNodeVersion}`) return { path: process.execPath };
  const folder = fileURLToPath(new URL(`../../.artifacts/node-${deployedNodeVersion}/`, import.meta.url));
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const path = `${folder}node_modules/${name}/bin/${process.platform === 'win32' ? 'node.exe' : 'node'}`;
  if (!existsSync(path)) {
    await mkdir(folder, { recursive: true });
    const from = ['--prefix', folder, '--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund'];
    const { status } = spawnSync('npm', ['install', ...from, `${name}@${deployedNodeVersion}`], { stdio: 'ignore' });
    if (status !== 0 || !existsSync(path))
      return { missing: `${name}@${deployedNodeVersion} cannot be had from npm (exit code ${status}).` };
  }
  return { path };
}
