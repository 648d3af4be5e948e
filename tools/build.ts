// Builds what `func start`, our own host and Azure load: dist/functions.cjs, and the telemetry SDK beside it, which the
// program loads seconds after its start. CommonJS and minified because both cut the cold start (docs/decisions/0003-one-bundle.md).
import { readFile, writeFile } from 'node:fs/promises';
import { type BuildOptions, build, type Plugin } from 'esbuild';

const common = {
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
} as const satisfies BuildOptions;

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

/** Leaves the SDK out of the program, and has it required from its own file when it is asked for. */
const sdkInItsOwnFile: Plugin = {
  name: 'sdk-in-its-own-file',
  setup({ onResolve }) {
    onResolve({ filter: /\/azure-monitor-sdk\.ts$/, namespace: 'file' }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './azure-monitor.cjs', external: true } : undefined,
    );
  },
};

/**
 * The exporter asks a server of Microsoft's every hour how it should behave (OneSettings), which no option switches off. A
 * bank's app asks nobody whom its firewall does not know, and is not configured from outside: the asking is left out.
 */
const withoutRemoteConfiguration: Plugin = {
  name: 'without-remote-configuration',
  setup({ onLoad }) {
    onLoad({ filter: /_configuration[\\/]configurationWorker\.js$/ }, () => ({
      contents: 'export class ConfigurationWorker { shutdown() {} }',
    }));
  },
};

const builds = await Promise.all([
  build({
    ...common,
    entryPoints: ['functions/index.ts'],
    outfile: 'dist/functions.cjs',
    plugins: [jsonAsText, sdkInItsOwnFile],
  }),
  build({
    ...common,
    entryPoints: ['shared/telemetry/azure-monitor-sdk.ts'],
    outfile: 'dist/azure-monitor.cjs',
    plugins: [withoutRemoteConfiguration],
  }),
]);
// What is in the bundles, for `npm run supply-chain`.
const outputs = Object.assign({}, ...builds.map(({ metafile }) => metafile.outputs));
await writeFile('dist/functions.meta.json', JSON.stringify({ outputs }));
