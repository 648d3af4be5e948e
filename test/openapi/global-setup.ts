// Once a run: a folder for the observer's records, a process for all Azurites, and a Bicep compiler for those files that ask for one.
// At the end the run fails for what came after a file's last test, and what was seen is left in .artifacts/answers.json.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startChild } from '../../local/child.ts';
import { serveCompiler } from '../infra/shared-compiler.ts';
import { faultsIn, readRecords } from './record.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    answerRecords: string;
    /** Where the run's Azurites are started (test/fixtures/azurites.ts). */
    azurites: string;
    /** Where the run's Bicep compiler is served (test/infra/shared-compiler.ts). */
    compilerAddress: string;
  }
}

/** Called by vitest; gives what it calls at the end. */
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
    // A bare environment, or AZURITE_ACCOUNTS of this machine would change the account.
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
