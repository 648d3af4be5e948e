// Node programs in processes of their own, which end with the process that started them.
import { spawn } from 'node:child_process';

/** What to start. `env` is the whole environment of the program. */
export type ChildOptions = {
  /** For error messages. */
  name: string;
  args: readonly string[];
  env: Record<string, string>;
  /** The text by which it says that it serves. */
  ready: RegExp;
  cwd?: string;
  /** Default: our own Node. */
  node?: string | undefined;
  /** Receives what it writes, as it comes, once it serves. */
  onOutput?: ((text: string) => void) | undefined;
};

/** A program that serves. */
export type Child = Awaited<ReturnType<typeof startChild>>;

// The channel closes when we die, for any reason: no program outlives the test that started it.
const endWithParent = `data:text/javascript,process.once('disconnect',()=>process.exit(1));process.channel?.unref()`;

/** Starts a program and waits until it serves. Rejects with its output if it ends first, or after a minute. */
export async function startChild({ name, args, env, ready, cwd, node = process.execPath, onOutput }: ChildOptions) {
  const child = spawn(node, ['--import', endWithParent, ...args], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  let written = '';
  const found = await new Promise<RegExpExecArray>((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${name} did not serve within a minute.\n${written}`));
    }, 60_000);
    let serves = false;
    const read = (chunk: Buffer) => {
      written += chunk.toString('utf8');
      // Searched only until it is found: a host under load writes megabytes.
      if (serves) return void onOutput?.(chunk.toString('utf8'));
      const match = ready.exec(written);
      if (!match) return;
      serves = true;
      clearTimeout(late);
      resolve(match);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    void ended.then((code) => {
      clearTimeout(late);
      reject(new Error(`${name} ended with code ${code} before it served.\n${written}`));
    });
  });
  return {
    pid: child.pid ?? 0,
    /** What `ready` has found. */
    found,
    /** Everything that it has written, stdout and stderr. */
    output: () => written,
    /** SIGTERM; the exit code, or `null` if a signal ended it. */
    stop(): Promise<number | null> {
      child.kill('SIGTERM');
      return ended;
    },
    /** SIGKILL: as a machine dies. */
    async kill(): Promise<void> {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
