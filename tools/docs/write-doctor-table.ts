// Writes the table of causes into docs/doctor.md, from the table by which tests plant their faults.
// A test compares the file with it.
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

/** The page `docs/doctor.md` with the table as it must be. Throws when the markers of the table are missing. */
export function withDoctorTable(page: string): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error('docs/doctor.md has no markers for the table of causes.');
  return `${page.slice(0, from)}${begin}\n\n${doctorTable()}\n\n${page.slice(to)}`;
}

if (import.meta.main) {
  const file = new URL('../../docs/doctor.md', import.meta.url);
  writeFileSync(file, withDoctorTable(readFileSync(file, 'utf8')));
}
