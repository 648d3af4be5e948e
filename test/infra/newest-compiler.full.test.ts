// A bank's azd brings the newest compiler: what compiles on the pinned one must compile there too, without a word.
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { bicepEnvironment, newestBicep, newestBicepVersion } from '../../tools/infra/bicep-compiler.ts';
import { exampleEnvironment, exampleTarget } from '../../tools/infra/example-environment.ts';
import { rootsOf } from './roots.ts';

const compiler = await newestBicep();
if (compiler === undefined) {
  if (process.env.CI === 'true') throw new Error(`Bicep ${newestBicepVersion} could not be had from NuGet.`);
  console.warn(`Skipped: Bicep ${newestBicepVersion} could not be had from NuGet.`);
}
const { PATH = '', HOME = '' } = process.env;
const run = (args: readonly string[]) =>
  spawnSync(compiler ?? '', args, { encoding: 'utf8', env: bicepEnvironment({ PATH, HOME, ...exampleEnvironment }) });

test.skipIf(compiler === undefined)('the templates compile on it without a word', { timeout: 600_000 }, () => {
  for (const file of rootsOf('infra')) {
    const { status, stderr } = run(['build', file, '--stdout']);
    expect([file, status, stderr]).toEqual([file, 0, '']);
  }
});

test.skipIf(compiler === undefined).each(['dev', 'test', 'prod'])(
  '%s: its snapshot is the one that is checked in',
  (name) => {
    const file = `infra/environments/${name}.bicepparam`;
    const { status, stderr } = run(['snapshot', file, '--mode', 'validate', ...exampleTarget]);
    expect([status, stderr]).toEqual([0, '']);
  },
  600_000,
);
