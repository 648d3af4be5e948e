import type { BuildOptions } from 'esbuild';

/** How the one bundle is made, for the build and for `npm run dev` alike (docs/decisions/0003-one-bundle.md). */
export const bundleOptions = {
  entryPoints: ['functions/index.ts'],
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  // Injected by the Functions worker (and by local/host); it is not on npm.
  external: ['@azure/functions-core'],
  logLevel: 'warning',
  metafile: true,
} as const satisfies BuildOptions;
