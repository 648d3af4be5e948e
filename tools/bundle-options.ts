import { readFile } from 'node:fs/promises';
import type { BuildOptions, Plugin } from 'esbuild';

/** As a text that is parsed at first use: an object literal of that size would cost every cold start. */
const jsonAsText: Plugin = {
  name: 'json-as-text',
  setup({ onLoad }) {
    onLoad({ filter: /openapi\.json$/ }, async ({ path }) => {
      const text = JSON.stringify(JSON.parse(await readFile(path, 'utf8')));
      return { contents: `module.exports = JSON.parse(${JSON.stringify(text)})`, loader: 'js' };
    });
  },
};

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
  plugins: [jsonAsText],
} as const satisfies BuildOptions;
