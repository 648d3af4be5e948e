// Builds the one bundle that `func start`, our own host and Azure load: dist/functions.cjs.
// CommonJS and minified because both cut the cold start (docs/decisions/0003-one-bundle.md).
import { writeFile } from 'node:fs/promises';
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
});
// What is in the bundle, for `npm run supply-chain`.
await writeFile('dist/functions.meta.json', JSON.stringify(metafile));
