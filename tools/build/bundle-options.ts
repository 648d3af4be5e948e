import { readFile } from 'node:fs/promises';
import type { BuildOptions, Plugin } from 'esbuild';

/** The options of all our bundles, including those of the benchmarks. */
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

/** Bundles JSON as a text that is parsed at first use. An object literal of that size would make every cold start slower. */
const jsonAsText: Plugin = {
  name: 'json-as-text',
  setup({ onLoad }) {
    onLoad({ filter: /openapi\.json$/ }, async ({ path }) => {
      const text = JSON.stringify(JSON.parse(await readFile(path, 'utf8')));
      return { contents: `module.exports = JSON.parse(${JSON.stringify(text)})`, loader: 'js' };
    });
  },
};

/** Leaves the SDK out of the program's bundle. It is loaded from a file of its own when it is needed. */
const sdkInItsOwnFile: Plugin = {
  name: 'sdk-in-its-own-file',
  setup({ onResolve }) {
    onResolve({ filter: /\/azure-monitor-sdk\.ts$/, namespace: 'file' }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './azure-monitor.cjs', external: true } : undefined,
    );
  },
};

/**
 * Every hour the exporter asks a server of Microsoft's how it should behave (OneSettings). Outside App Service it also asks the metadata
 * address of the machine what it runs on. No option switches these calls off. A bank's app must not call addresses that its firewall does not
 * know, or be configured from outside, so the calls are left out (test/integration/telemetry-unsent.full.test.ts).
 */
const withoutRemoteCalls: Plugin = {
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
 * The further options of a deployed bundle. Names are kept, because otherwise stack traces and error names in the logs would be single
 * letters. The option `keepNames` is not used, because it sets the name of a function each time one is created. That cost 38 µs of a warm
 * look-up and 15 ms of a start.
 */
export const forDeployment = { minifyWhitespace: true, minifySyntax: true } as const satisfies BuildOptions;

/** The options of the program's bundle, for the build and for `npm run dev` (docs/decisions/0003-one-bundle.md). */
export const bundleOptions = {
  ...common,
  entryPoints: ['functions/index.ts'],
  plugins: [jsonAsText, sdkInItsOwnFile],
} satisfies BuildOptions;

/** The options of the telemetry SDK's own file, which the program loads seconds after its start. */
export const telemetryBundleOptions = {
  ...common,
  entryPoints: ['shared/telemetry/azure-monitor-sdk.ts'],
  plugins: [withoutRemoteCalls],
} satisfies BuildOptions;
