import { spawnSync } from 'node:child_process';
import { deployedNode } from '../../tools/test-deployed/deployed-node.ts';

/**
 * Goes on in a process of the Node that is deployed, which must be measured: with the simulators, because
 * where theirs is the slower Node, our own part looks slower too. Where it cannot be had this says so, and ours is measured.
 */
export async function onDeployedNode(): Promise<void> {
  const node = await deployedNode();
  if ('missing' in node) return void console.error(node.missing);
  if (node.path === process.execPath) return;
  const { status } = spawnSync(node.path, process.argv.slice(1), { stdio: 'inherit' });
  process.exit(status ?? 1);
}
