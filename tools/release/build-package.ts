import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { zipSync } from 'fflate';
import { buildBundles } from '../build/build-bundles.ts';
import { builtFiles, packageManifest } from '../package/contents.ts';
import type { Metafile } from '../supply-chain/bundle.ts';

/** A file of the package: its name, its bytes. */
export type PackageFile = { name: string; bytes: Uint8Array };

/** Puts the released version into the OpenAPI document. */
const releasedVersion = (version: string): Plugin => ({
  name: 'released-version',
  setup({ onLoad }) {
    onLoad({ filter: /openapi\.json$/ }, async ({ path }) => {
      const document = JSON.parse(await readFile(path, 'utf8'));
      document.info.version = version;
      return { contents: `module.exports = JSON.parse(${JSON.stringify(JSON.stringify(document))})`, loader: 'js' };
    });
  },
});

/**
 * Builds the deployed package into `folder`, as `npm run build` does, and returns its files sorted by name. `dist` is not changed. `outputs`:
 * the contents of the bundles, from esbuild.
 */
export async function buildPackage(
  folder: string,
  version: string,
): Promise<{ files: PackageFile[]; outputs: Metafile['outputs'] }> {
  await mkdir(folder, { recursive: true });
  const outputs = await buildBundles(folder, [releasedVersion(version)]);
  await copyFile('host.json', join(folder, 'host.json'));
  await writeFile(join(folder, 'package.json'), packageManifest(version));
  const files = await Promise.all(
    [...builtFiles, 'host.json', 'package.json'].map(async (file) => ({
      name: file,
      bytes: new Uint8Array(await readFile(join(folder, file))),
    })),
  );
  return { files, outputs };
}

/**
 * A ZIP with bytes that depend only on names and contents: each file has the same fixed time, no owner, and no permissions of this machine. The
 * fixed time is a local time, because the format has local times; so the time zone changes nothing.
 */
export const zipOf = (files: readonly PackageFile[]): Uint8Array =>
  zipSync(Object.fromEntries(files.map(({ name, bytes }) => [name, bytes])), { mtime: new Date(1980, 0, 1), level: 9 });
