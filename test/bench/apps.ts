// The apps that the bundle is compared with. They are built in the same way.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { common, forDeployment } from '../../tools/build/bundle-options.ts';

/** A built app in a folder of its own. */
export type BuiltApp = { root: string; remove(): Promise<void> };

/** Builds `./<name>.ts` of this folder with the product's own options (tools/build/main.ts). */
export async function buildApp(name: 'bare-app' | 'hello-app'): Promise<BuiltApp> {
  const root = await mkdtemp(join(tmpdir(), `bench-${name}-`));
  await build({
    ...common,
    ...forDeployment,
    entryPoints: [fileURLToPath(new URL(`./${name}.ts`, import.meta.url))],
    outfile: join(root, 'app.cjs'),
  });
  await writeFile(join(root, 'package.json'), JSON.stringify({ name, main: 'app.cjs' }));
  await writeFile(join(root, 'host.json'), JSON.stringify({ version: '2.0' }));
  return { root, remove: () => rm(root, { recursive: true, force: true }) };
}
