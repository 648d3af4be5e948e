// `npm run infra:snapshots`: evaluates the three environments again, after an intended change of infra/. With `-- --check` it writes
// nothing, and ends with 1 if a checked-in snapshot differs from what infra/ evaluates to; the compiler prints the difference.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { bicepEnvironment, findBicep } from '../infra/bicep-compiler.ts';
import { exampleEnvironment, exampleTarget } from '../infra/example-environment.ts';

/** Sorts the outputs, because the compiler writes them in another order each time. A snapshot then differs only if infra/ differs. */
function sortOutputs(file: string): void {
  const snapshot = JSON.parse(readFileSync(file, 'utf8')) as { outputs: Record<string, unknown> };
  const outputs = Object.fromEntries(Object.entries(snapshot.outputs).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify({ ...snapshot, outputs }, undefined, 2)}\n`);
}

const { check } = parseArgs({ options: { check: { type: 'boolean' } } }).values;
const compiler = await findBicep();
if ('missing' in compiler) {
  console.error(compiler.missing);
  process.exitCode = 1;
} else {
  const { PATH = '', HOME = '' } = process.env;
  for (const name of ['dev', 'test', 'prod']) {
    const mode = ['--mode', check ? 'validate' : 'overwrite'];
    const { status } = spawnSync(
      compiler.path,
      ['snapshot', `infra/environments/${name}.bicepparam`, ...mode, ...exampleTarget],
      { env: bicepEnvironment({ PATH, HOME, ...exampleEnvironment }), stdio: 'inherit' },
    );
    if (status === 0 && !check) sortOutputs(`infra/environments/${name}.snapshot.json`);
    console.log(`infra/environments/${name}.snapshot.json: ${status === 0 ? 'as infra/ says' : 'differs'}`);
    if (status !== 0) process.exitCode = 1;
  }
}
