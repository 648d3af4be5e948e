import { spawnSync } from 'node:child_process';

/**
 * The environment, completed with the values of the selected azd environment. A tool that is run by hand thus knows the vault, the key and
 * the names of the secrets, as the hooks do. In a hook, or without azd or an azd environment, it is the environment as it is.
 */
export function withAzdValues(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (environment.AZURE_ENV_NAME) return environment;
  const { status, stdout } = spawnSync('azd', ['env', 'get-values', '--output', 'json'], {
    encoding: 'utf8',
    env: environment,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (status !== 0) return environment;
  return { ...(JSON.parse(stdout) as Record<string, string>), ...environment };
}
