// `npm run restore -- --from <export>`: writes an export of the table `consents` back into empty tables (docs/restoring.md).
// An operator runs it with the app's settings in the environment, while the app is stopped. If it was interrupted, call it again to
// continue.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readLocalSettings } from '../../local/host/settings-files.ts';
import { readSettings } from '../../shared/settings.ts';
import { stateTables } from '../state-tables.ts';
import { RestoreRefused, restore } from './restore.ts';
import { openSource, readManifest } from './source.ts';

const usage = `npm run restore -- --from <folder or https address of one export>

Writes the rows of the export into the table consents of STATE_TABLE_ENDPOINT. This table and the table sessions must be empty. Stop
the app first. If the command was interrupted, call it again with the same export to continue. Exit code: 0 all rows are written;
1 refused, or not finished; 2 the command is wrong.`;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { from: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help || values.from === undefined) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  const environment = { ...(await readLocalSettings('.')).values, ...process.env };
  const read = readSettings(environment);
  if (!read.ok) throw new RestoreRefused(`Correct the settings first (npm run doctor): ${read.faults.join('; ')}`);
  const { banks } = read.settings;
  const { credential, tableOf } = stateTables(read.settings, environment);

  const source = openSource(values.from, credential, sleep);
  const manifest = await readManifest(source);
  console.log(`Export of ${manifest.startedAt}: ${manifest.rows} rows in ${manifest.parts.length} parts.`);
  const startedAt = Date.now();
  const { written } = await restore(source, manifest, {
    client: await tableOf('consents'),
    sessions: await tableOf('sessions'),
    organisationNumbers: banks.map(({ organisationNumber }) => organisationNumber),
    say: console.log,
  });
  console.log(
    `Restored: ${written} rows in ${Math.round((Date.now() - startedAt) / 1000)} s. Next: docs/restoring.md.`,
  );
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const isInWords =
    error instanceof RestoreRefused || error instanceof RangeError || (error as Error).name === 'BlobFault';
  console.error(isInWords ? (error as Error).message : error);
  process.exitCode = (error as { code?: string }).code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? 2 : 1;
}
