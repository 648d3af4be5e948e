// Node programs in processes of their own. They end together with the process that started them.
import { spawn } from 'node:child_process';

/** The program to start. `env` is its whole environment. */
export type ChildOptions = {
  /** The program's name in error messages. */
  name: string;
  args: readonly string[];
  env: Record<string, string>;
  /** The text with which the program reports that it serves. */
  ready: RegExp;
  cwd?: string;
  /** Default: this process's Node. */
  node?: string | undefined;
  /** Receives the program's output as it arrives, once the program serves. */
  onOutput?: ((text: string) => void) | undefined;
};

/** A running program. */
export type Child = Awaited<ReturnType<typeof startChild>>;

// The channel closes when this process dies, for any reason, so no program outlives the test that started it.
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
      // Searched only until it is found, because a host under load writes megabytes.
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
    /** The match of `ready`. */
    found,
    /** Everything that the program has written, stdout and stderr. */
    output: () => written,
    /** SIGTERM; the exit code, or `null` if a signal ended it. */
    stop(): Promise<number | null> {
      child.kill('SIGTERM');
      return ended;
    },
    /** SIGKILL, as when a machine dies. */
    async kill(): Promise<void> {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
