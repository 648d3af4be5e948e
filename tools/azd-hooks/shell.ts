import { spawnSync } from 'node:child_process';

/** A hook that stops azd, in words for whoever ran it. */
export class Refusal extends Error {}

/** What a hook has of the world. azd passes its environment's values as environment variables. */
export type Shell = {
  /** A value of the azd environment; empty if it is not set. */
  value(name: string): string;
  /** Keeps a value in the azd environment (`azd env set`). */
  keep(name: string, value: string): void;
  /** Runs a program; `undefined` if there is no such program. */
  run(
    program: string,
    args: readonly string[],
    extra?: Readonly<Record<string, string>>,
  ): { code: number; stdout: string; stderr: string } | undefined;
  say(line: string): void;
  today(): Date;
};

/** The real one. On Windows programs like `npm` and `az` are command files, which only a shell starts. */
export function systemShell(environment: NodeJS.ProcessEnv): Shell {
  const run: Shell['run'] = (program, args, extra = {}) => {
    const options = {
      encoding: 'utf8',
      env: { ...environment, ...extra },
      shell: process.platform === 'win32',
    } as const;
    const { error, status, stdout, stderr } = spawnSync(program, args, options);
    return error ? undefined : { code: status ?? 1, stdout, stderr };
  };
  return {
    value: (name) => environment[name] ?? '',
    keep(name, value) {
      const kept = run('azd', ['env', 'set', name, value]);
      if (kept?.code !== 0) throw new Refusal(`azd env set ${name} did not work; set it yourself to ${value}.`);
    },
    run,
    say: (line) => console.log(line),
    today: () => new Date(),
  };
}
