// `npm run dsop-cases -- --persons` with the bank's own list, against the local world. The report says which list was used.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { dsopCommand } from './dsop-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'dsop-persons-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command with this list. Returns its exit code, its output and its report. */
function run(list: string) {
  const file = join(folder, 'persons.csv');
  writeFileSync(file, list);
  const [program, args, options] = dsopCommand(['--local', '--persons', file, '--out', folder]);
  const { status, stdout, stderr } = spawnSync(program, args, { ...options, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

test("two persons of the bank's list pass; C-5 is not shown, because the list does not cover the cases", () => {
  const { status, output } = run('nationalId;accounts\n27879110039;lan\n02075700329;none\n');
  expect(status, output).toBe(3);
  const report = readFileSync(join(folder, 'report.md'), 'utf8');
  expect(report).toContain("| Test persons | the bank's own list persons.csv, 2 persons |");
  expect(report).toContain('2 of 2 passed. No person of the list has the sub-accounts of DSOP');
}, 120_000);

test('a person with another saldo than the list says fails', () => {
  const { status, output } = run('nationalId,accounts\n27879110039,gebyr\n');
  expect(status, output).toBe(1);
  expect(output).toContain('C-5  FAIL');
}, 120_000);

test('a national id that may belong to a living person is refused and not printed', () => {
  const { status, output } = run('nationalId,accounts\n01010750160,lan\n');
  expect([status, output]).toEqual([2, expect.stringContaining('line 2')]);
  expect(output).not.toContain('01010750160');
});
