// Rows of a released schema as a file: what a version wrote, and the world in which it wrote. The file is recorded once and then never
// changed: `node test/unit/upgrade/record.ts`.
import { readFileSync, writeFileSync } from 'node:fs';
import type { Row } from '../../../shared/storage/tables.ts';
import type { Life } from '../state/life.ts';
import type { Login } from '../state/oracle.ts';
import type { Truth } from '../state/parties.ts';
import type { bringAbout } from './situation.ts';

/** The schema version of the rows of the last release; nothing has been released yet, so it is today's (docs/upgrading.md). */
export const lastReleased = 1;

const fileOf = (version: number) => new URL(`schema-${version}.json`, import.meta.url);
const tables = ['consents', 'sessions'] as const;
type Seen = Awaited<ReturnType<typeof bringAbout>>;

/** The content of the file. `atMs`: how long the world had run. */
export type Recorded = {
  version: number;
  atMs: number;
  seen: Omit<Seen, 'logins'>;
  logins: Login[];
  truths: Truth[];
  calls: Life['world']['parties']['calls'];
  rows: Record<(typeof tables)[number], Row[]>;
};

/** Writes a world to a file's content. */
export function record({ world }: Life, { logins, ...seen }: Seen): void {
  const { time, parties } = world;
  const rows = Object.fromEntries(tables.map((name) => [name, [...world.tables[name].rows.values()]]));
  const truths = [...parties.truths.values()];
  const all = { version: lastReleased, atMs: time.monotonic(), seen, logins, truths, calls: parties.calls, rows };
  writeFileSync(fileOf(lastReleased), `${JSON.stringify(all, null, 1)}\n`);
}

/** Reads the file of a version. */
export const recorded = (version: number): Recorded => JSON.parse(readFileSync(fileOf(version), 'utf8')) as Recorded;

/** Puts a recorded world into a new run, which must not have begun. */
export async function restoreInto(life: Life, { atMs, logins, truths, calls, rows }: Recorded): Promise<void> {
  const { world } = life;
  await world.time.run(atMs);
  life.logins.push(...logins);
  for (const truth of truths) world.parties.truths.set(truth.id, truth);
  world.parties.calls.push(...calls);
  // An ETag that no later write can get.
  for (const name of tables)
    for (const row of rows[name])
      world.tables[name].rows.set(`${row.partitionKey}|${row.rowKey}`, { ...row, etag: `"recorded-${row.etag}` });
}
