import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { observerEnvironment } from './observe.ts';

/** A Functions host in a process of its own. */
export type SpawnedHost = {
  /** Without a slash at the end. */
  url: string;
  pid: number;
  /** Everything that it has written, stdout and stderr. */
  output(): string;
  /** SIGTERM; the exit code, or `null` if a signal ended it. */
  stop(): Promise<number | null>;
  /** SIGKILL: as a machine dies. */
  kill(): Promise<void>;
};

/** `env` is the whole environment of the child, besides PATH, HOME and what `observe.ts` hands on. `port` 0 (default) takes a free one. */
export type SpawnOptions = {
  env: Record<string, string>;
  root?: string;
  port?: number;
  /** Flags for Node itself. */
  nodeArgs?: readonly string[];
  /** Receives what it writes, as it comes, once it serves. */
  onOutput?: (text: string) => void;
};

// The channel closes when we die, for any reason: no host outlives the test that started it.
const endWithParent = `data:text/javascript,process.once('disconnect',()=>process.exit(1));process.channel?.unref()`;

/**
 * Starts `local/host/main.ts` and waits until it serves. Rejects with its output if it ends first, or after 20 s. It runs on
 * our own Node, or on the one that HOST_NODE names: the deployed one (tools/test-deployed/deployed-node.ts).
 */
export async function spawnHost(options: SpawnOptions): Promise<SpawnedHost> {
  const args = [fileURLToPath(new URL('./main.ts', import.meta.url)), '--port', String(options.port ?? 0)];
  if (options.root !== undefined) args.push('--root', options.root);
  const { PATH = '', HOME = '', HOST_NODE = process.execPath } = process.env;
  const child = spawn(HOST_NODE, [...(options.nodeArgs ?? []), '--import', endWithParent, ...args], {
    env: { PATH, HOME, ...options.env, ...observerEnvironment(process.env) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let written = '';
  let serves = false;
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const url = await new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`The Functions host did not serve within 20 s.\n${written}`));
    }, 20_000);
    const read = (chunk: Buffer) => {
      written += chunk.toString('utf8');
      // Searched only until it is found: a host under load writes megabytes.
      if (serves) return void options.onOutput?.(chunk.toString('utf8'));
      const found = /^Functions host listening on (\S+)$/m.exec(written)?.[1];
      if (found === undefined) return;
      serves = true;
      clearTimeout(late);
      resolve(found);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    void ended.then((code) => {
      clearTimeout(late);
      reject(new Error(`The Functions host ended with code ${code} before it served.\n${written}`));
    });
  });
  return {
    url,
    pid: child.pid ?? 0,
    output: () => written,
    stop() {
      child.kill('SIGTERM');
      return ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
