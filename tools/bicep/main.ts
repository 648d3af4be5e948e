// `npm run bicep -- <arguments>`: runs the Bicep compiler that the tests use. It is restored from NuGet if it is not installed.
import { spawnSync } from 'node:child_process';
import { bicepEnvironment, findBicep } from '../infra/bicep-compiler.ts';

const compiler = await findBicep();
if ('missing' in compiler) {
  console.error(compiler.missing);
  process.exitCode = 1;
} else {
  const { status } = spawnSync(compiler.path, process.argv.slice(2), {
    env: bicepEnvironment(process.env),
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
