// Restores from NuGet the programs that the infrastructure tests need and npm does not have. It needs a .NET SDK.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where NuGet unpacks that version of a package. */
export function nugetFolder(name: string, version: string, environment: NodeJS.ProcessEnv): string {
  return join(environment.NUGET_PACKAGES ?? join(homedir(), '.nuget', 'packages'), name, version);
}

/** Fetches exactly that version (`PackageDownload` builds nothing). Rejects without dotnet or without a package source. */
export async function restorePackage(name: string, version: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'nuget-restore-'));
  try {
    const project = `<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageDownload Include="${name}" Version="[${version}]" /></ItemGroup>
</Project>`;
    await writeFile(join(folder, 'restore.csproj'), project);
    await run('dotnet', ['restore', 'restore.csproj'], { cwd: folder, env: environment, timeout: 180_000 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
