import { fileURLToPath } from 'node:url';
import { type Child, type ChildOptions, startChild } from '../child.ts';
import { observerEnvironment } from './observe.ts';

/** A Functions host in a process of its own; `url` without a slash at the end. */
export type SpawnedHost = Omit<Child, 'found'> & { url: string };

/**
 * `env` is the whole environment of the child, except PATH, HOME and the variables that `observe.ts` passes on. `port` 0 (default) takes a
 * free port.
 */
export type SpawnOptions = Pick<ChildOptions, 'env' | 'onOutput'> & {
  root?: string | undefined;
  port?: number;
  /** Flags for Node itself. */
  nodeArgs?: readonly string[];
};

/**
 * Starts `local/host/main.ts` and waits until it serves. It runs on this program's Node, or on the one that HOST_NODE names: the deployed
 * one (tools/test-deployed/deployed-node.ts).
 */
export async function spawnHost({ env, onOutput, root, port = 0, nodeArgs = [] }: SpawnOptions): Promise<SpawnedHost> {
  const { PATH = '', HOME = '', HOST_NODE } = process.env;
  const { found, ...child } = await startChild({
    name: 'The Functions host',
    node: HOST_NODE,
    args: [
      ...nodeArgs,
      fileURLToPath(new URL('./main.ts', import.meta.url)),
      `--port=${port}`,
      ...(root === undefined ? [] : [`--root=${root}`]),
    ],
    env: { PATH, HOME, ...env, ...observerEnvironment(process.env) },
    ready: /^Functions host listening on (\S+)$/m,
    onOutput,
  });
  return { ...child, url: found[1] ?? '' };
}
