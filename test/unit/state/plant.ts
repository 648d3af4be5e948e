// Copies the program with one planted fault, and lets a model search for it there.
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Planted } from './faults.ts';

const root = resolve(import.meta.dirname, '../../..');

/** What the model found: the seed, the path to the failing run, and how many runs it took. */
export type Found = { failed: boolean; runs: number; path?: string; says: string };

/** Runs a model on a copy with `fault` in it. Throws unless the text that the fault replaces occurs exactly once. */
export async function find(
  { file, from, to, seed, runs }: Planted,
  seconds: number,
  model: 'state' | 'borders' = 'state',
): Promise<Found> {
  const copy = await mkdtemp(join(tmpdir(), 'planted-'));
  try {
    for (const part of ['shared', `test/unit/${model}`, 'test/unit/support', 'test/bench/fleet', 'package.json'])
      await cp(join(root, part), join(copy, part), { recursive: true });
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
    const text = await readFile(join(copy, file), 'utf8');
    const parts = text.split(from);
    if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${from}`);
    await writeFile(join(copy, file), parts.join(to));
    return await new Promise((done, fail) => {
      const env = {
        ...process.env,
        STATE_SEED: String(seed),
        STATE_RUNS: String(runs),
        STATE_SECONDS: String(seconds),
      };
      execFile(
        process.execPath,
        [`test/unit/${model}/explore.ts`],
        { cwd: copy, env, maxBuffer: 1e8 },
        (error, stdout, stderr) => {
          const [first = '', ...rest] = stdout.split('\n');
          if (!first.startsWith('{')) return fail(error ?? new Error(stderr));
          const { failed, runs: made, path } = JSON.parse(first) as Omit<Found, 'says'>;
          done({
            failed,
            runs: made,
            ...(path === undefined ? {} : { path }),
            says: rest.find((line) => /^[a-z]/.test(line)) ?? '',
          });
        },
      );
    });
  } finally {
    await rm(copy, { recursive: true });
  }
}
