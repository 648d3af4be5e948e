import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** A hook that stops azd, with the reason for the person who ran it. */
export class Refusal extends Error {}

/** What a hook uses of the system. azd passes the values of its environment as environment variables. */
export type Shell = {
  /** A value of the azd environment; empty if it is not set. */
  value(name: string): string;
  /** Keeps a value in the azd environment (`azd env set`); from then on `value` returns it. */
  keep(name: string, value: string): void;
  /** Runs a program; `undefined` if there is no such program. */
  run(
    program: string,
    args: readonly string[],
    extra?: Readonly<Record<string, string>>,
  ): { code: number; stdout: string; stderr: string } | undefined;
  say(line: string): void;
  today(): Date;
  wait(ms: number): Promise<void>;
};

/** The real system. On Windows, programs like `npm` and `az` are command files, which only a shell can start. */
export function systemShell(given: NodeJS.ProcessEnv): Shell {
  const environment = { ...given };
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
      if (kept?.code !== 0) throw new Refusal(`azd env set ${name} failed. Set ${name} yourself to ${value}.`);
      environment[name] = value;
    },
    run,
    say: (line) => console.log(line),
    today: () => new Date(),
    wait: (ms) => sleep(ms),
  };
}

/** A flag as the templates read it: `true` in upper or lower case, with or without blanks around it. */
export const isOn = (shell: Shell, name: string): boolean => shell.value(name).trim().toLowerCase() === 'true';

/** The kind of the environment as the templates read it. */
export const kindOf = (shell: Shell): string => shell.value('ENVIRONMENT_KIND').trim().toLowerCase() || 'dev';

/** The resource group that the templates use. */
export const groupOf = (shell: Shell): string =>
  shell.value('RESOURCE_GROUP_NAME') || shell.value('AZURE_RESOURCE_GROUP') || `rg-${shell.value('AZURE_ENV_NAME')}`;

/** `--subscription`, where the azd environment names one. */
export function subscriptionOption(shell: Shell): string[] {
  const id = shell.value('AZURE_SUBSCRIPTION_ID');
  return id === '' ? [] : ['--subscription', id];
}
