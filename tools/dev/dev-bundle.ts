// The bundle of `npm run dev`. It has only our own files, readable and with a source map, so that breakpoints work. Packages are not bundled:
// writing them and their maps each time would take longer than everything else.
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildContext, context } from 'esbuild';
import { bundleOptions } from '../build/bundle-options.ts';

/** Prepares `folder` as a function app: package.json, host.json, and a bundle that `rebuild()` writes again, incrementally. */
export async function devBundle(folder: string): Promise<BuildContext> {
  await mkdir(folder, { recursive: true });
  await copyFile('host.json', join(folder, 'host.json'));
  await writeFile(join(folder, 'package.json'), '{ "main": "functions.cjs" }\n');
  return context({
    ...bundleOptions,
    outfile: join(folder, 'functions.cjs'),
    sourcemap: 'linked',
    packages: 'external',
    logLevel: 'error',
  });
}
