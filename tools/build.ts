// Builds what `func start`, our own host and Azure load: dist/functions.cjs, and the telemetry SDK beside it, which the
// program loads seconds after its start. CommonJS and without white space because both cut the cold start (docs/decisions/0003-one-bundle.md).
import { writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { bundleOptions, telemetryBundleOptions } from './bundle-options.ts';

// Names stay as they are, or stack traces and error names in the operators' logs would be single letters. Not by `keepNames`,
// which names every function anew each time one is made: 38 µs of a warm look-up, 15 ms of a start.
const forDeployment = { minifyWhitespace: true, minifySyntax: true, legalComments: 'linked' } as const;

const builds = await Promise.all([
  build({ ...bundleOptions, ...forDeployment, outfile: 'dist/functions.cjs' }),
  build({ ...telemetryBundleOptions, ...forDeployment, outfile: 'dist/azure-monitor.cjs' }),
]);
// What is in the bundles, for `npm run supply-chain`.
const outputs = Object.assign({}, ...builds.map(({ metafile }) => metafile.outputs));
await writeFile('dist/functions.meta.json', JSON.stringify({ outputs }));
