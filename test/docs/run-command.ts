import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';

/** Runs a line of a document as a reader would, in the root of this checkout. */
export function expectToRun(command: string): void {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], {
    encoding: 'utf8',
    env: { ...process.env, FORCE_COLOR: '0' },
  });
  expect(status, stdout + stderr).toBe(0);
}
