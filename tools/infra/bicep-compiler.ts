// Finds the Bicep compiler (docs/deploy.md): an installed one, or the package on NuGet.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { nugetFolder, restorePackage } from './nuget.ts';

const run = promisify(execFile);

/** The version that is restored, and the oldest that is used, because snapshots differ between versions. */
export const bicepVersion = '0.47.16';

/** The newest version on NuGet when this was written. The templates also compile with it (test/infra/newest-compiler.full.test.ts). */
export const newestBicepVersion = '0.49.2';

/** That version from NuGet; `undefined` if it cannot be restored or does not run. */
export async function newestBicep(environment: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  const path = join(nugetFolder(packageName, newestBicepVersion, environment), 'tools', executable);
  if (!existsSync(path)) await restorePackage(packageName, newestBicepVersion, environment).catch(() => undefined);
  return (await versionOf(path, environment)) === newestBicepVersion ? path : undefined;
}

/** A compiler that runs, or the reason why there is none. */
export type BicepCompiler = { path: string; version: string } | { missing: string };

const executable = process.platform === 'win32' ? 'bicep.exe' : 'bicep';
const rid = `${{ win32: 'win', darwin: 'osx' }[process.platform as string] ?? 'linux'}-${process.arch}`;
const packageName = `azure.bicep.commandline.${rid}`;

/** NuGet has the compiler for every platform. */
function restoredPath(environment: NodeJS.ProcessEnv): string {
  return join(nugetFolder(packageName, bicepVersion, environment), 'tools', executable);
}

function candidates(environment: NodeJS.ProcessEnv): string[] {
  return [
    environment.AZD_BICEP_TOOL_PATH ?? '',
    ...(environment.PATH ?? '').split(delimiter).map((folder) => join(folder, executable)),
    join(homedir(), '.azure', 'bin', executable),
    join(homedir(), '.azd', 'bin', executable),
    restoredPath(environment),
  ].filter((path) => path !== '' && existsSync(path));
}

/** The environment that the compiler needs on a machine without ICU or a home to unpack into. */
export function bicepEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { DOTNET_BUNDLE_EXTRACT_BASE_DIR: join(tmpdir(), 'bicep-bundle'), ...environment };
}

async function versionOf(path: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    if (process.platform !== 'win32' && path.includes(packageName)) await chmod(path, 0o755);
    const { stdout } = await run(path, ['--version'], { env: bicepEnvironment(environment), timeout: 60_000 });
    return /version (\d+\.\d+\.\d+)/.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}

function isNewEnough(version: string): boolean {
  return version.localeCompare(bicepVersion, 'en', { numeric: true }) >= 0;
}

/**
 * Looks in `AZD_BICEP_TOOL_PATH`, `PATH`, `~/.azure/bin`, `~/.azd/bin` and the NuGet folder, then restores from NuGet if
 * `dotnet` is there. A compiler that is older than the pinned version is reported and not used.
 */
export async function findBicep(environment: NodeJS.ProcessEnv = process.env): Promise<BicepCompiler> {
  const passedBy: string[] = [];
  for (const path of candidates(environment)) {
    const version = await versionOf(path, environment);
    if (version !== undefined && isNewEnough(version)) return { path, version };
    passedBy.push(version === undefined ? `${path} does not run` : `${path} is ${version}`);
  }
  try {
    await restorePackage(packageName, bicepVersion, environment);
  } catch {
    passedBy.push('NuGet could not be asked (no dotnet, or no package source)');
  }
  const restored = restoredPath(environment);
  if (existsSync(restored) && (await versionOf(restored, environment)) === bicepVersion)
    return { path: restored, version: bicepVersion };
  return { missing: `Bicep ${bicepVersion} was not found: ${passedBy.join('; ') || 'none is installed'}.` };
}
