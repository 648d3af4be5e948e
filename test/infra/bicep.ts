import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bicepEnvironment, findBicep } from '../../tools/infra/bicep-compiler.ts';
import { exampleEnvironment, exampleTarget } from '../../tools/infra/example-environment.ts';

const run = promisify(execFile);

/** What a run of the compiler left. */
export type BicepRun = { code: number; stdout: string; stderr: string };

const compiler = await findBicep();

/** Why the tests that compile are skipped; `undefined` where the compiler is there. With CI=true its absence fails. */
export const noBicep: string | undefined = 'missing' in compiler ? compiler.missing : undefined;
if (noBicep !== undefined) {
  if (process.env.CI === 'true') throw new Error(noBicep);
  console.warn(`Skipped, the infrastructure is not compiled: ${noBicep}`);
}

/** Runs the compiler in the repository's root, or in `cwd`, with the made-up bank's environment and `changes` to it. */
export async function bicep(
  args: readonly string[],
  changes: Readonly<Record<string, string | undefined>> = {},
  cwd = '.',
): Promise<BicepRun> {
  if ('missing' in compiler) throw new Error(compiler.missing);
  const { PATH = '', HOME = '' } = process.env;
  const environment = Object.fromEntries(
    Object.entries({ PATH, HOME, ...exampleEnvironment, ...changes }).filter(([, value]) => value !== undefined),
  );
  try {
    const options = { cwd, env: bicepEnvironment(environment), maxBuffer: 64 * 1024 * 1024 };
    return { code: 0, ...(await run(compiler.path, args, options)) };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: number; stdout?: string; stderr?: string };
    return { code: typeof code === 'number' ? code : 1, stdout, stderr };
  }
}

/** A copy of infra/ in a folder of its own, to be written to; `drop` removes it. */
export async function infraCopy(): Promise<{ folder: string; drop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'infra-copy-'));
  await cp('infra', join(folder, 'infra'), { recursive: true });
  await cp('bicepconfig.json', join(folder, 'bicepconfig.json'));
  return { folder, drop: () => rm(folder, { recursive: true, force: true }) };
}

/** A resource as the compiler predicts it. */
export type Resource = {
  id: string;
  type: string;
  name: string;
  apiVersion: string;
  tags?: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: what a resource holds is for its type to say; the assertions look.
  [key: string]: any;
};

/** Evaluates an environment; rejects with the compiler's words if it refuses. */
export async function evaluate(
  file: 'main' | 'environments/dev' | 'environments/test' | 'environments/prod',
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<Resource[]> {
  const copy = await infraCopy();
  try {
    const args = ['snapshot', `infra/${file}.bicepparam`, '--mode', 'overwrite', ...exampleTarget];
    const { code, stderr } = await bicep(args, changes, copy.folder);
    if (code !== 0) throw new Error(stderr);
    return resourcesOf(await readFile(join(copy.folder, `infra/${file}.snapshot.json`), 'utf8'));
  } finally {
    await copy.drop();
  }
}

/** The resources of a snapshot's text. */
export const resourcesOf = (snapshot: string): Resource[] => JSON.parse(snapshot).predictedResources;

