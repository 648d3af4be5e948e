// Builds the one bundle that `func start`, our own host and Azure load: dist/functions.cjs.
// CommonJS and minified because both cut the cold start (docs/decisions/0003-one-bundle.md).
import { writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { bundleOptions } from './bundle-options.ts';

const { metafile } = await build({
  ...bundleOptions,
  outfile: 'dist/functions.cjs',
  minify: true,
  // Class and function names stay, or stack traces and error names in the operators' logs would be single letters.
  keepNames: true,
  legalComments: 'linked',
});
// What is in the bundle, for `npm run supply-chain`.
await writeFile('dist/functions.meta.json', JSON.stringify(metafile));
