import { spawnSync } from 'node:child_process';

/**
 * The environment with the values of the chosen azd environment below it, so that a tool run by hand knows the vault, the key
 * and the secrets' names as the hooks do. In a hook, and where there is no azd or no environment of it, the environment as it is.
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
