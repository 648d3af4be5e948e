import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { Metafile } from '../supply-chain/bundle.ts';
import { bundleOptions, forDeployment, telemetryBundleOptions } from './bundle-options.ts';

/**
 * Builds both bundles as they are deployed into `folder`, each with the licence texts of what is in it beside it. `plugins` come before
 * the program's own. Returns what went into the bundles, from esbuild.
 */
export async function buildBundles(folder: string, plugins: readonly Plugin[] = []): Promise<Metafile['outputs']> {
  const deployed = { ...forDeployment, legalComments: 'linked' } as const;
  const [program, telemetry] = await Promise.all([
    build({
      ...bundleOptions,
      ...deployed,
      plugins: [...plugins, ...bundleOptions.plugins],
      outfile: join(folder, 'functions.cjs'),
    }),
    build({ ...telemetryBundleOptions, ...deployed, outfile: join(folder, 'azure-monitor.cjs') }),
  ]);
  return { ...program.metafile.outputs, ...telemetry.metafile.outputs };
}
