import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRemoteJWKSet, jwtVerify } from 'jose';

/** The secrets of a vault on loopback: versions of a secret, set secret, one key. Only tokens of the identity endpoint are accepted. */
export type VaultServer = {
  url: string;
  secrets: Map<string, string[]>;
  /** Method and path of the calls with a valid token. */
  asked: string[];
  forbid(forbidden: boolean): void;
  close(): Promise<void>;
};

/** Starts the vault on a free port. `key` is the answer of `Get Key` for any key. */
export async function startVaultServer(identityUrl: string, key: object): Promise<VaultServer> {
  const keys = createRemoteJWKSet(new URL(`${identityUrl}/jwks`));
  const secrets = new Map<string, string[]>();
  const asked: string[] = [];
  let forbidden = false;
  const server: Server = createServer(async (request, response) => {
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    const good = await jwtVerify(token, keys, { audience: 'https://vault.azure.net' }).catch(() => undefined);
    const url = new URL(request.url ?? '', 'http://vault');
    if (!good) return answer(401, { error: { code: 'Unauthorized' } });
    if (forbidden) return answer(403, { error: { code: 'Forbidden', message: 'Caller is not authorized' } });
    if (!/^7\.\d/.test(url.searchParams.get('api-version') ?? ''))
      return answer(400, { error: { code: 'BadParameter' } });
    asked.push(`${request.method} ${url.pathname}`);
    const [, collection, name = '', action] = url.pathname.split('/');
    if (collection === 'keys') return answer(200, { key });
    const versions = secrets.get(name) ?? [];
    if (request.method === 'GET' && action === 'versions')
      return answer(200, { value: versions.map(() => ({ id: name })) });
    if (request.method !== 'PUT' || action !== undefined) return answer(404, { error: { code: 'NotFound' } });
    let body = '';
    for await (const chunk of request) body += chunk;
    secrets.set(name, [...versions, JSON.parse(body).value]);
    return answer(200, { id: name });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    secrets,
    asked,
    forbid: (value) => {
      forbidden = value;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
