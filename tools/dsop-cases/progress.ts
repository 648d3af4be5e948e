// Keeps the results of a run on disk, because a person who must answer 17 requests in Altinn may be interrupted.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CustomerEvidence, Stretch } from './evidence.ts';

/** `against`: the parties and the bank. The progress against another environment is not used. */
export type Progress = { against: string; startedAt: string; customers: CustomerEvidence[]; stretches: Stretch[] };

const fileIn = (folder: string) => join(folder, 'progress.json');

/** The progress of an unfinished run against the same parties, if there is one. */
export async function readProgress(folder: string, against: string): Promise<Progress | undefined> {
  try {
    const progress = JSON.parse(await readFile(fileIn(folder), 'utf8')) as Progress;
    return progress.against === against ? progress : undefined;
  } catch {
    return undefined;
  }
}

/** Writes the progress. It has no saldo, no token and no national id. */
export async function writeProgress(folder: string, progress: Progress): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(fileIn(folder), `${JSON.stringify(progress, null, 2)}\n`, { mode: 0o600 });
}

/** Deletes the progress at the end of the run. */
export async function forgetProgress(folder: string): Promise<void> {
  await rm(fileIn(folder), { force: true });
}
