import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { doctorTable, withDoctorTable } from '../../../tools/docs/write-doctor-table.ts';

const page = readFileSync(new URL('../../../docs/doctor.md', import.meta.url), 'utf8');

test('docs/doctor.md has the table of causes with which tests plant their faults', () => {
  // Written by `node tools/docs/write-doctor-table.ts`.
  expect(page).toBe(withDoctorTable(page));
  expect(page).toContain(doctorTable());
});
