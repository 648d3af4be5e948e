// Builds what `func start`, our own host and Azure load: dist/functions.cjs, and the telemetry SDK beside it, which the
// program loads seconds after its start. CommonJS and without white space because both cut the cold start (docs/decisions/0003-one-bundle.md).
import { writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { bundleOptions, forDeployment, telemetryBundleOptions } from './bundle-options.ts';

const deployed = { ...forDeployment, legalComments: 'linked' } as const;
const builds = await Promise.all([
  build({ ...bundleOptions, ...deployed, outfile: 'dist/functions.cjs' }),
  build({ ...telemetryBundleOptions, ...deployed, outfile: 'dist/azure-monitor.cjs' }),
]);
// What is in the bundles, for `npm run supply-chain`.
const outputs = Object.assign({}, ...builds.map(({ metafile }) => metafile.outputs));
await writeFile('dist/functions.meta.json', JSON.stringify({ outputs }));
