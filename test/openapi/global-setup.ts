// Runs once for each run: it creates a folder for the observer's records, a process for all Azurites, and a Bicep compiler for the files
// that need one. At the end the run fails for faults that were recorded after a file's last test. The answers seen are written to
// .artifacts/answers.json.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startChild } from '../../local/child.ts';
import { serveCompiler } from '../infra/shared-compiler.ts';
import { faultsIn, readRecords } from './record.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    answerRecords: string;
    /** The address that starts the run's Azurites (test/fixtures/azurites.ts). */
    azurites: string;
    /** The address of the run's Bicep compiler (test/infra/shared-compiler.ts). */
    compilerAddress: string;
  }
}

/** vitest calls this function, and calls the function that it returns at the end. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const artifacts = join(import.meta.dirname, '../../.artifacts');
  mkdirSync(artifacts, { recursive: true });
  const folder = mkdtempSync(join(artifacts, 'answers-'));
  project.provide('answerRecords', folder);
  const compiler = serveCompiler();
  project.provide('compilerAddress', compiler.address);
  const azurites = await startChild({
    name: 'The Azurites',
    args: [join(import.meta.dirname, '../fixtures/azurites.ts')],
    // A bare environment, because AZURITE_ACCOUNTS of this machine would change the account.
    env: { PATH: process.env.PATH ?? '' },
    cwd: artifacts,
    ready: /^Azurites at (\S+)$/m,
  });
  project.provide('azurites', azurites.found[1] ?? '');
  return async () => {
    compiler.close();
    await azurites.kill();
    const lines = readRecords(folder);
    rmSync(folder, { recursive: true });
    const seen = [...new Set(lines.map(({ call, status, code }) => `${call} ${status} ${code}`.trim()))].sort();
    writeFileSync(join(artifacts, 'answers.json'), `${JSON.stringify(seen, undefined, 2)}\n`);
    const faults = faultsIn(lines);
    if (faults.length > 0) throw new Error(`Answers that docs/openapi.json does not allow:\n${faults.join('\n')}`);
  };
}
