import type { LockedPackage } from './licences.ts';

/** The part of esbuild's metafile that says what went into the bundle. */
export type Metafile = {
  outputs: Readonly<Record<string, { inputs: Readonly<Record<string, { bytesInOutput: number }>> }>>;
};

/** A package in the bundle. `path`: its path in the lock file. `bytes`: its minified size in the bundle. */
export type BundledPackage = { path: string; name: string; version: string; license: string; bytes: number };

/** The npm packages whose code is in the bundle, largest first. */
export function bundledPackages(metafile: Metafile, locked: Readonly<Record<string, LockedPackage>>): BundledPackage[] {
  const bytes = new Map<string, number>();
  for (const { inputs } of Object.values(metafile.outputs))
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      // The innermost node_modules is the package that the file belongs to.
      const found = /^.*?((?:node_modules\/(?:@[^/]+\/)?[^/]+\/)*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
      if (found !== undefined && bytesInOutput > 0) bytes.set(found, (bytes.get(found) ?? 0) + bytesInOutput);
    }
  return [...bytes]
    .map(([path, size]) => ({
      path,
      name: path.replace(/^.*node_modules\//, ''),
      version: locked[path]?.version ?? 'unknown',
      license: locked[path]?.license ?? 'unknown',
      bytes: size,
    }))
    .sort((one, other) => other.bytes - one.bytes);
}
