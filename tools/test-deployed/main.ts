// `npm run test:deployed`: the suites that start hosts, with the hosts on the Node that is deployed. If that Node is not
// available, the tests are skipped with the reason; with CI=true they fail instead.
import { spawnSync } from 'node:child_process';
import { deployedNode, deployedNodeVersion } from './deployed-node.ts';

const node = await deployedNode();
if ('missing' in node) {
  console.error(`Skipped: ${node.missing}`);
  process.exitCode = process.env.CI === 'true' ? 1 : 0;
} else {
  console.log(`Hosts on Node ${deployedNodeVersion}.`);
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.deployed.config.ts'];
  const { status } = spawnSync(process.execPath, [...vitest, ...process.argv.slice(2)], {
    env: { ...process.env, HOST_NODE: node.path },
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
