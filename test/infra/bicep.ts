import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, inject } from 'vitest';
import { exampleMetadata } from '../../tools/infra/example-environment.ts';
import { connectCompiler } from './shared-compiler.ts';

const compiler = connectCompiler(inject('compilerAddress'));
const found = await compiler.find();

/** The reason why the tests that compile are skipped; `undefined` if the compiler is there. With CI=true its absence fails. */
export const noBicep: string | undefined = 'missing' in found ? found.missing : undefined;
if (noBicep !== undefined) {
  if (process.env.CI === 'true') throw new Error(noBicep);
  console.warn(`Skipped, the infrastructure is not compiled: ${noBicep}`);
}
afterAll(() => compiler.close());

/** The compiler's messages about a file, including the linter's. */
export type Diagnostic = { source: string; level: string; code: string; message: string };

/** Compiles one file, by its extension. Returns it with all its diagnostics. */
export async function compile(
  path: string,
): Promise<{ success: boolean; diagnostics: Diagnostic[]; contents: string }> {
  const parameters = path.endsWith('.bicepparam');
  const method = parameters ? 'bicep/compileParams' : 'bicep/compile';
  const result = await compiler.call(method, {
    path: resolve(path),
    ...(parameters ? { parameterOverrides: {} } : {}),
  });
  return result as Awaited<ReturnType<typeof compile>>;
}

/** The file as formatted by `bicep format`. */
export async function formatted(path: string): Promise<string> {
  return (await compiler.call('bicep/format', { path: resolve(path) })).contents as string;
}

/** The snapshot of a parameter file as text. Rejects with the compiler's message if it refuses the file. */
export async function snapshotOf(path: string): Promise<string> {
  return (await compiler.call('bicep/getSnapshot', { path: resolve(path), metadata: exampleMetadata }))
    .snapshot as string;
}

/** A copy of infra/ in a folder of its own that a test can write to; `drop` removes it. */
export async function infraCopy(): Promise<{ folder: string; drop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'infra-copy-'));
  // The hooks, pipelines and snapshots are not read by the compiler.
  const isSource = (path: string) => !/^infra.(?:hooks|pipelines)$|\.snapshot\.json$/.test(path);
  await cp('infra', join(folder, 'infra'), { recursive: true, filter: isSource });
  await cp('bicepconfig.json', join(folder, 'bicepconfig.json'));
  return { folder, drop: () => rm(folder, { recursive: true, force: true }) };
}

/** A resource as predicted by the compiler. */
export type Resource = {
  id: string;
  type: string;
  name: string;
  apiVersion: string;
  tags?: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: what a resource holds is for its type to say; the assertions look.
  [key: string]: any;
};

/** The resources in the text of a snapshot. */
export const resourcesOf = (snapshot: string): Resource[] => JSON.parse(snapshot).predictedResources;

/**
 * Evaluates infra/ with azd environment variables that differ from the example bank's; `undefined`: not set. The compiler runs once for
 * all, so a variable is replaced where it is read. One that infra/main.bicepparam does not read throws.
 */
export async function evaluate(
  file: 'main' | 'environments/dev' | 'environments/test' | 'environments/prod',
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<Resource[]> {
  const copy = await infraCopy();
  try {
    const parameters = join(copy.folder, 'infra/main.bicepparam');
    let text = await readFile(parameters, 'utf8');
    for (const [name, value] of Object.entries(changes)) {
      const reading = new RegExp(`readEnvironmentVariable\\('${name}', ('[^']*')\\)`, 'g');
      if (!reading.test(text)) throw new Error(`infra/main.bicepparam does not read ${name}.`);
      text = text.replace(reading, (_, standard) => (value === undefined ? standard : `'${value}'`));
    }
    await writeFile(parameters, text);
    return resourcesOf(await snapshotOf(join(copy.folder, `infra/${file}.bicepparam`)));
  } finally {
    await copy.drop();
  }
}
