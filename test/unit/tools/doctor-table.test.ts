import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { doctorTable, withDoctorTable } from '../../../tools/docs/write-doctor-table.ts';

const runbook = readFileSync(new URL('../../../docs/runbook.md', import.meta.url), 'utf8');

test("the runbook's table of faults and answers is the one that the tests walk", () => {
  // Written by `node tools/docs/write-doctor-table.ts`.
  expect(runbook).toBe(withDoctorTable(runbook));
  expect(runbook).toContain(doctorTable());
});
