import { readFile } from 'node:fs/promises';
import type { BuildOptions, Plugin } from 'esbuild';

/** What all of our bundles have in common, the benchmarks' included. */
export const common = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  // Injected by the Functions worker (and by local/host); it is not on npm.
  external: ['@azure/functions-core'],
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
 * The exporter asks a server of Microsoft's every hour how it should behave (OneSettings), and outside App Service the
 * machine's metadata address who it is; no option switches either off. A bank's app calls no address that its firewall does not
 * know, and is not configured from outside: the asking is left out (test/integration/telemetry-unsent.full.test.ts).
 */
const askingNobody: Plugin = {
  name: 'no-outside-calls',
  setup({ onLoad }) {
    onLoad({ filter: /resource-detector-azure[\\/].*[\\/]AzureVmDetector\.js$/ }, () => ({
      contents: 'exports.azureVmDetector = { detect: () => ({ attributes: {} }) };',
    }));
    onLoad({ filter: /_configuration[\\/]configurationWorker\.js$/ }, () => ({
      contents: 'export class ConfigurationWorker { shutdown() {} }',
    }));
  },
};

/**
 * What a deployed bundle has besides. Names stay as they are, or stack traces and error names in the operators' logs would be
 * single letters; not by `keepNames`, which names a function each time one is made: 38 µs of a warm look-up, 15 ms
 * of a start.
 */
export const forDeployment = { minifyWhitespace: true, minifySyntax: true } as const satisfies BuildOptions;

/** How the program's bundle is made, for the build and for `npm run dev` alike (docs/decisions/0003-one-bundle.md). */
export const bundleOptions = {
  ...common,
  entryPoints: ['functions/index.ts'],
  plugins: [jsonAsText, sdkInItsOwnFile],
} satisfies BuildOptions;

/** How the telemetry SDK's own file is made, which the program loads seconds after its start. */
export const telemetryBundleOptions = {
  ...common,
  entryPoints: ['shared/telemetry/azure-monitor-sdk.ts'],
  plugins: [askingNobody],
} satisfies BuildOptions;
