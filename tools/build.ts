// Builds the one bundle that `func start`, our own host and Azure load: dist/functions.cjs.
// CommonJS and minified because both cut the cold start (docs/decisions/0003-one-bundle.md).
import { readFile, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

const { metafile } = await build({
  entryPoints: ['functions/index.ts'],
  outfile: 'dist/functions.cjs',
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  minify: true,
  // Class and function names stay, or stack traces and error names in the operators' logs would be single letters.
  keepNames: true,
  // Injected by the Functions worker (and by local/host); it is not on npm.
  external: ['@azure/functions-core'],
  legalComments: 'linked',
  logLevel: 'warning',
  metafile: true,
  plugins: [
    {
      // As a text that is parsed at first use: an object literal of that size would cost every cold start.
      name: 'json-as-text',
      setup({ onLoad }) {
        onLoad({ filter: /openapi\.json$/ }, async ({ path }) => {
          const text = JSON.stringify(JSON.parse(await readFile(path, 'utf8')));
          return { contents: `module.exports = JSON.parse(${JSON.stringify(text)})`, loader: 'js' };
        });
      },
    },
  ],
});
// What is in the bundle, for `npm run supply-chain`.
await writeFile('dist/functions.meta.json', JSON.stringify(metafile));
