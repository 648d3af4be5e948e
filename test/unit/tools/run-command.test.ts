// What a command prints about its own options and about errors, and what it does not.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { describe, expect, test } from 'vitest';
import { ProblemError } from '../../../shared/problems.ts';
import { lineAbout } from '../../../tools/run-command.ts';
import { exampleEnvironment } from '../../bench/fleet/example-environment.ts';
import { fourBanks, ownKey } from '../bank/example-banks.ts';

const thrownBy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};
const options = { bank: { type: 'string' }, json: { type: 'boolean' } } as const;
const parsing = (...args: string[]) => lineAbout(thrownBy(() => parseArgs({ args, options })));

describe('the line about an error', () => {
  test.each([
    [['--bnk', '1'], "Unknown option '--bnk'. See --help."],
    [['--bank'], "Option '--bank <value>' argument missing. See --help."],
    [['--bank', '--json'], "Option '--bank' argument is ambiguous. See --help."],
    [['--json=HEMMELIG'], "Option '--json' does not take an argument. See --help."],
    [['--HEM=HEMMELIG'], "Unknown option '--HEM'. See --help."],
    [['HEMMELIG'], 'An argument has no option before it. See --help.'],
  ])('names the wrong option of %j', (args, line) => {
    expect(parsing(...args)).toBe(line);
  });

  test('names a file, a problem and its fault; the message of another error is not shown', () => {
    expect(lineAbout(thrownBy(() => readFileSync('/no/such/file')))).toBe('ENOENT: /no/such/file');
    expect(lineAbout(new ProblemError('upstream-unavailable', { fault: 'tables-down' }))).toContain('tables-down');
    expect(lineAbout(new RangeError('--bank: unknown.'))).toBe('--bank: unknown.');
    expect(lineAbout(new Error('HEMMELIG'))).toBeUndefined();
    expect(lineAbout('HEMMELIG')).toBeUndefined();
  });
});

describe('a command with --bank', { timeout: 60_000 }, () => {
  const run = (name: string, ...args: string[]) =>
    new Promise<{ code: number; output: string }>((resolve) => {
      const env = { ...exampleEnvironment, ...ownKey, PATH: process.env.PATH, BANKS: JSON.stringify(fourBanks) };
      execFile(process.execPath, [`tools/${name}/main.ts`, ...args], { env }, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
      );
    });

  test.each([
    ['doctor', ['--settings', '--bank', '960885407'], 'no bank of that organisation number'],
    ['erase-bank', ['--bank', '960885407'], '--bank must be an organisation number'],
    ['import-consents', ['--csv', 'x.csv', '--bnk', '960885406'], "Unknown option '--bnk'"],
    ['rotate-key', ['begin', '--bnk', '960885406'], "Unknown option '--bnk'"],
    ['first-day', ['--bank', '960885407'], 'no bank of that organisation number'],
    ['first-day', ['--local', '--bank', '960885406'], 'no bank of that organisation number'],
    ['first-day', [], 'The app serves 4 banks: name one with --bank'],
    ['dsop-cases', ['--local', '--bank', '960885406'], 'no bank of that organisation number'],
  ])('%s refuses %j', async (name, args, line) => {
    expect(await run(name, ...args)).toEqual({ code: 2, output: expect.stringContaining(line) });
  });
});
