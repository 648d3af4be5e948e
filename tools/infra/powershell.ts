// Finds PowerShell for the tests of azd's Windows hooks: an installed one, or the package on NuGet.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { nugetFolder, restorePackage } from './nuget.ts';

const run = promisify(execFile);
const packageName = 'powershell';

/** The version that is restored. It runs on .NET 10. */
export const powershellVersion = '7.6.9';

/** A program, and its arguments before the path of a script. */
export type PowerShell = { program: string; args: readonly string[]; version: string } | { missing: string };

const flags = ['-NoLogo', '-NoProfile', '-NonInteractive', '-File'];

async function versionOf(program: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  const said = await run(program, [...args, '--version'], { env, timeout: 60_000 }).catch(() => undefined);
  return /^PowerShell (7\.\S+)/.exec(said?.stdout ?? '')?.[1];
}

/** Looks on `PATH`, then in the NuGet folder, then restores from NuGet if `dotnet` is there. */
export async function findPowerShell(environment: NodeJS.ProcessEnv = process.env): Promise<PowerShell> {
  const installed = await versionOf('pwsh', [], environment);
  if (installed !== undefined) return { program: 'pwsh', args: flags, version: installed };
  const system = process.platform === 'win32' ? 'win' : 'unix';
  const dll = join(nugetFolder(packageName, powershellVersion, environment), `tools/net10.0/any/${system}/pwsh.dll`);
  if (!existsSync(dll)) await restorePackage(packageName, powershellVersion, environment).catch(() => undefined);
  const restored = existsSync(dll) ? await versionOf('dotnet', [dll], environment) : undefined;
  if (restored !== undefined) return { program: 'dotnet', args: [dll, ...flags], version: restored };
  return {
    missing: `PowerShell was not found: no pwsh 7 on PATH, and NuGet's ${powershellVersion} could not be fetched or does not run (it takes .NET 10).`,
  };
}
