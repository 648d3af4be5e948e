// Writes the table of faults and answers into docs/runbook.md, from the table that the tests plant their faults by.
// A test holds the file against it.
import { readFileSync, writeFileSync } from 'node:fs';
import { causes } from '../doctor/causes.ts';
import { type PlantedFault, plantedFaults } from '../doctor/planted-faults.ts';

const begin = '<!-- doctor: written by `node tools/docs/write-doctor-table.ts` -->';
const end = '<!-- /doctor -->';

/** Every cause doctor knows: what it says, who fixes it and how, and the faults that tests plant for it. */
export function doctorTable(): string {
  const planted: PlantedFault[] = Object.values(plantedFaults);
  const rows = Object.entries(causes).map(([id, { says, who, remedy }]) => {
    const faults = planted.filter(({ cause }) => cause === id).map(({ wrong, check }) => `${wrong} (\`${check}\`)`);
    return `| \`${id}\` | ${says} | ${who} | ${remedy} | ${faults.join('; ') || 'not planted'} |`;
  });
  return [
    '| Cause | What doctor says | Who | What to do | Planted in tests (and the check that names it) |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** The runbook with the table as it should be. Throws when the place for it is gone. */
export function withDoctorTable(runbook: string): string {
  const from = runbook.indexOf(begin);
  const to = runbook.indexOf(end);
  if (from < 0 || to < from) throw new Error('docs/runbook.md has no place for the table of doctor.');
  return `${runbook.slice(0, from)}${begin}\n\n${doctorTable()}\n\n${runbook.slice(to)}`;
}

if (import.meta.main) {
  const file = new URL('../../docs/runbook.md', import.meta.url);
  writeFileSync(file, withDoctorTable(readFileSync(file, 'utf8')));
}
