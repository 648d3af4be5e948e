import { mkdir, rm, writeFile } from 'node:fs/promises';

const folder = new URL('../.artifacts/', import.meta.url);
const file = new URL('local-world.env.json', folder);

/**
 * Writes down the settings of the running local world, for `npm run doctor -- --local`. Its secrets are drawn at random at
 * each start and open only that world. The file is git-ignored, readable by its owner only, and removed when the world stops.
 */
export async function writeLocalWorld(environment: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  await rm(file, { force: true });
  await writeFile(file, `${JSON.stringify(environment, null, 2)}\n`, { mode: 0o600 });
}

/** Removes the file. */
export async function forgetLocalWorld(): Promise<void> {
  await rm(file, { force: true });
}
