// `npm run erase-bank -- --bank <organisation number>`: erases every row of a bank that was removed from the list (docs/limits.md). An
// operator runs it with the app's settings in the environment. If it was interrupted, call it again to continue.
import { parseArgs } from 'node:util';
import { readLocalSettings } from '../../local/host/settings-files.ts';
import { organisationNumber } from '../../shared/settings/kinds.ts';
import { readSettings } from '../../shared/settings.ts';
import { runCommand } from '../run-command.ts';
import { stateTables } from '../state-tables.ts';
import { eraseRows, takeOffMarker } from './erase.ts';

const usage = `npm run erase-bank -- --bank <organisation number>

Erases every row of the bank in the tables consents and sessions, and reports how many there were. The bank must not be in BANKS:
remove it first, and restart the app. The nightly exports keep its rows until the exports are deleted. Exit code: 0 all rows are
erased; 1 some rows were written while the command ran, so call it again; 2 the command is wrong or failed.`;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { bank: { type: 'string' }, help: { type: 'boolean' } } });
  const { bank } = values;
  if (values.help || bank === undefined) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  if (!organisationNumber.safeParse(bank).success)
    throw new RangeError('--bank must be an organisation number of nine digits.');
  const environment = { ...(await readLocalSettings('.')).values, ...process.env };
  const read = readSettings(environment);
  if (!read.ok) throw new RangeError(`Correct the settings first (npm run doctor): ${read.faults.join('; ')}`);
  const { banks } = read.settings;
  if (banks.some((one) => one.organisationNumber === bank))
    throw new RangeError(
      'The bank is still in BANKS: remove it, wait until the app has restarted, and run this again.',
    );
  const { tableOf } = stateTables(read.settings, environment);
  let removed = 0;
  let changed = 0;
  // Sessions first: they hold sealed saldos.
  for (const name of ['sessions', 'consents']) {
    const table = await tableOf(name);
    const erased = await eraseRows(table, bank, (count) => console.log(`${name}: ${count} rows erased so far`));
    removed += erased.removed;
    changed += erased.changed;
    console.log(`${name}: ${erased.removed} rows of ${bank} erased, ${erased.changed} written while this ran`);
    if (name === 'consents' && changed === 0) await takeOffMarker(table, bank);
  }
  if (removed + changed === 0)
    console.log('No row named this bank. If it had customers, the number or the settings are wrong.');
  console.log(changed === 0 ? `Nothing of ${bank} is left in the tables.` : 'Some rows are left: run this again.');
  return changed === 0 ? 0 : 1;
}

await runCommand('erase-bank', main);
