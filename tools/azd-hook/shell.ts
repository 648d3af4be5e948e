import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** A hook that stops azd, with the reason for the person who ran it. */
export class Refusal extends Error {}

/** How long a program may run. az can hang, for instance on a proxy that does not answer. */
const longestRunMs = 5 * 60_000;

/** What a hook uses of the system. azd passes the values of its environment as environment variables. */
export type Shell = {
  /** A value of the azd environment without blanks around it, as the templates read it; empty if it is not set. */
  value(name: string): string;
  /** Keeps a value in the azd environment (`azd env set`); from then on `value` returns it. */
  keep(name: string, value: string): void;
  /** Runs a program; `undefined` if there is no such program, or if it did not end in five minutes. */
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
export function systemShell(given: NodeJS.ProcessEnv, timeout = longestRunMs): Shell {
  const environment = { ...given };
  const run: Shell['run'] = (program, args, extra = {}) => {
    const options = {
      encoding: 'utf8',
      env: { ...environment, ...extra },
      shell: process.platform === 'win32',
      timeout,
      maxBuffer: 64 * 1024 * 1024,
    } as const;
    const { error, status, stdout, stderr } = spawnSync(program, args, options);
    return error ? undefined : { code: status ?? 1, stdout, stderr };
  };
  return {
    value: (name) => (environment[name] ?? '').trim(),
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

/** A flag as the templates read it: `true` in upper or lower case. */
export const isOn = (shell: Shell, name: string): boolean => shell.value(name).toLowerCase() === 'true';

/** The kind of the environment as the templates read it. */
export const kindOf = (shell: Shell): string => shell.value('ENVIRONMENT_KIND').toLowerCase() || 'dev';

/** The resource group that the templates use. */
export const groupOf = (shell: Shell): string =>
  shell.value('RESOURCE_GROUP_NAME') || shell.value('AZURE_RESOURCE_GROUP') || `rg-${shell.value('AZURE_ENV_NAME')}`;

/** What az answered, or why there is no answer, in az's own words. `json` is `undefined` if the answer is empty. */
export type AzAnswer = { json: unknown } | { failure: string };

/** Runs a command of az in the subscription of the azd environment, if it names one. Anything but JSON counts as no answer. */
export function askAz(shell: Shell, args: readonly string[]): AzAnswer {
  const id = shell.value('AZURE_SUBSCRIPTION_ID');
  const options = ['--output', 'json', '--only-show-errors', ...(id === '' ? [] : ['--subscription', id])];
  const answered = shell.run('az', [...args, ...options]);
  if (answered === undefined) return { failure: 'az could not be started, or did not end in five minutes.' };
  const { code, stdout, stderr } = answered;
  if (code !== 0) return { failure: stderr.trim() || `az ended with code ${code}.` };
  if (stdout.trim() === '') return { json: undefined };
  try {
    return { json: JSON.parse(stdout) };
  } catch {
    return { failure: `az did not answer in JSON: ${stdout.trim().slice(0, 200)}` };
  }
}

/** A resource as `az resource list` reports it. */
export type Resource = { id: string; name: string; type: string; resourceGroup: string };

/**
 * The resources of this environment, by the tag that each of them has; `undefined`: az did not answer. az accepts no other filter together
 * with `--tag`.
 */
export function resourcesOf(shell: Shell): Resource[] | undefined {
  const answer = askAz(shell, ['resource', 'list', '--tag', `azd-env-name=${shell.value('AZURE_ENV_NAME')}`]);
  return 'json' in answer && Array.isArray(answer.json) ? answer.json : undefined;
}
