// `npm run infra:snapshots`: evaluates the three environments anew, after a wanted change of infra/.
import { execFileSync } from 'node:child_process';
import { bicepEnvironment, findBicep } from './infra/bicep-compiler.ts';
import { exampleEnvironment, exampleTarget } from './infra/example-environment.ts';

const compiler = await findBicep();
if ('missing' in compiler) {
  console.error(compiler.missing);
  process.exitCode = 1;
} else {
  const { PATH = '', HOME = '' } = process.env;
  for (const name of ['dev', 'test', 'prod']) {
    const args = ['snapshot', `infra/environments/${name}.bicepparam`, '--mode', 'overwrite', ...exampleTarget];
    execFileSync(compiler.path, args, { env: bicepEnvironment({ PATH, HOME, ...exampleEnvironment }) });
    console.log(`infra/environments/${name}.snapshot.json`);
  }
}
