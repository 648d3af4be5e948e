// Builds the files that `func start`, our own host and Azure load: dist/functions.cjs, and the telemetry SDK beside it, which the
// program loads seconds after its start. They are CommonJS and without white space because both shorten the cold start
// (docs/decisions/0003-one-bundle.md).
import { writeFile } from 'node:fs/promises';
import { buildBundles } from './build-bundles.ts';

const outputs = await buildBundles('dist');
// What is in the bundles, for `npm run supply-chain`.
await writeFile('dist/functions.meta.json', JSON.stringify({ outputs }));
