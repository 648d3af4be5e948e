import { spawnSync } from 'node:child_process';
import { deployedNode } from '../../tools/test-deployed/deployed-node.ts';

/**
 * Continues in a process of the Node version that is deployed, because that version must be measured. The simulators run in it too: in a
 * slower Node they would make our own part look slower. If that version cannot be had, this reports it and measures the present one.
 */
export async function onDeployedNode(): Promise<void> {
  const node = await deployedNode();
  if ('missing' in node) return void console.error(node.missing);
  if (node.path === process.execPath) return;
  const { status } = spawnSync(node.path, process.argv.slice(1), { stdio: 'inherit' });
  process.exit(status ?? 1);
}
