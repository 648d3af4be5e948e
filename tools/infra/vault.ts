import { systemTime } from '../../shared/resilience/time.ts';
import { createCredential } from '../../shared/storage/credential.ts';
import { createTelemetry } from '../../shared/telemetry/telemetry.ts';
import { oneTry } from '../one-try.ts';

/** The calls of the vault's data plane that the tools need. Errors name the status and never a value. */
export type Vault = {
  get(path: string): Promise<Record<string, unknown>>;
  put(path: string, body: object): Promise<void>;
};

/** A fault that the operator can fix. */
export class VaultFault extends Error {}

const apiVersion = 'api-version=7.4';

/** Opens the vault with the operator's own sign-in (az or azd), or with a managed identity if there is one. */
export function openVault(url: string, environment: NodeJS.ProcessEnv): Vault {
  const { protocol, hostname, origin } = new URL(url);
  const local = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  if (protocol !== 'https:' && !local) throw new VaultFault('The vault’s address must be https.');
  const load = createCredential(environment.AZURE_CLIENT_ID, environment.IDENTITY_ENDPOINT !== undefined, {
    policy: oneTry,
    totalMs: 30_000,
    time: systemTime,
    telemetry: createTelemetry(() => {}),
  });
  async function send(method: 'GET' | 'PUT', path: string, body?: object): Promise<Response> {
    const token = await (await load()).getToken('https://vault.azure.net/.default').catch((cause: unknown) => {
      throw new VaultFault('No one is signed in: az login, or azd auth login.', { cause });
    });
    if (token === null) throw new VaultFault('No one is signed in: az login, or azd auth login.');
    const answer = await fetch(`${origin}${path}?${apiVersion}`, {
      method,
      headers: { authorization: `Bearer ${token.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    }).catch((cause: unknown) => {
      throw new VaultFault(`The vault does not answer at ${origin}: is there a way into its network from here?`, {
        cause,
      });
    });
    if (answer.ok) return answer;
    const { error } = (await answer.json().catch(() => ({}))) as { error?: { code?: string } };
    const role = answer.status === 403 ? ' The role this takes: docs/deploy.md, "Roles for people".' : '';
    throw new VaultFault(`The vault refuses ${method} ${path}: ${answer.status} ${error?.code ?? ''}.${role}`);
  }
  return {
    get: async (path) => (await (await send('GET', path)).json()) as Record<string, unknown>,
    put: async (path, body) => void (await send('PUT', path, body)),
  };
}
