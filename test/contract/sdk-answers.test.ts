// The Azure SDKs throw exceptions of their own for these answers. What the program makes of them depends only on status and headers.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createKeyVaultSigner } from '../../shared/key-vault/signer.ts';
import { Deadline } from '../../shared/resilience/deadline.ts';
import { systemTime } from '../../shared/resilience/time.ts';
import { createUpstreamCall } from '../../shared/resilience/upstream-call.ts';
import { AzureTable } from '../../shared/storage/azure-tables.ts';
import { createCredential } from '../../shared/storage/credential.ts';
import { createTableOpener } from '../../shared/storage/open-tables.ts';
import { createHttpClient } from '../../shared/upstream/http-client.ts';
import { createSdkTransport } from '../../shared/upstream/sdk-transport.ts';
import { common, numbers } from '../unit/resilience/policy-world.ts';
import { faultOf } from '../unit/support/problems.ts';
import { recordedTelemetry } from '../unit/support/recorder.ts';

let server: Server;
let origin: string;
let answer: (request: IncomingMessage, response: ServerResponse, number: number) => void;
let requests: IncomingMessage[];
let tokens = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    if (request.url?.startsWith('/msi/token')) {
      tokens += 1;
      const expires = Math.floor(Date.now() / 1000) + 3600;
      response.setHeader('content-type', 'application/json');
      return void response.end(
        JSON.stringify({
          access_token: `token-${tokens}`,
          expires_on: String(expires),
          resource: 'x',
          token_type: 'Bearer',
        }),
      );
    }
    requests.push(request);
    answer(request, response, requests.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env.IDENTITY_ENDPOINT = `${origin}/msi/token`;
  process.env.IDENTITY_HEADER = 'x';
});
afterAll(() => {
  delete process.env.IDENTITY_ENDPOINT;
  delete process.env.IDENTITY_HEADER;
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  requests = [];
});

const time = systemTime;
const policyOf = (upstream: 'key-vault' | 'tables' | 'identity', telemetry = recordedTelemetry()) =>
  createUpstreamCall(
    upstream,
    { ...numbers, tryMs: 4000, totalMs: 9000, maxAttempts: 2 },
    { ...common, backoff: { baseMs: 1, capMs: 1 } },
    { time, telemetry },
  );
const credential = () =>
  createCredential('client', true, {
    policy: policyOf('identity'),
    totalMs: 3000,
    time,
    telemetry: recordedTelemetry(),
  });
const sign = () => {
  const telemetry = recordedTelemetry();
  const policy = policyOf('key-vault');
  const signer = createKeyVaultSigner({ credential: credential(), policy: () => policy, telemetry });
  const keyId = `${origin}/keys/maskinporten/${'0'.repeat(32)}`;
  const deadline = Deadline.after(time, 9000);
  return { telemetry, done: signer.forKey({ keyId, header: { kid: 'k' } }, deadline).sign('x.y') };
};
/** The SDK sends a token only over https; below it the test's server speaks http. */
const inClear = async () => {
  const transport = await createSdkTransport(createHttpClient({ connectTimeoutMs: 1000 }));
  return {
    async sendRequest(request: Parameters<typeof transport.sendRequest>[0]) {
      const plain = { ...request, url: request.url.replace(/^https:/, 'http:'), allowInsecureConnection: true };
      return { ...(await transport.sendRequest(plain)), request };
    },
  };
};
const read = () => {
  const telemetry = recordedTelemetry();
  const identity = credential();
  const location = { endpoint: origin.replace('http:', 'https:'), connectionString: undefined };
  const opener = createTableOpener(location, ['1'], identity, { totalMs: 9000, time, transport: inClear });
  const ports = {
    policy: policyOf('tables'),
    time,
    telemetry,
    onRefusedToken: (startedAt: number) => void identity().then((one) => one.drop?.(startedAt)),
  };
  const table = new AzureTable({ name: 'sessions', opener, attempts: { read: 2, write: 2 }, ...ports });
  return { telemetry, done: table.read('p', 'r', Deadline.after(time, 9000)) };
};
const always = (status: number, body: string | undefined, headers: Record<string, string> = {}) => {
  answer = (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(body);
  };
};

/** Status and body, the expected result, and the calls to the party (without the identity endpoint's). */
const rows: [number, Record<string, string>, string, number][] = [
  [429, { 'retry-after': '1' }, 'upstream-busy', 2],
  [429, { 'retry-after': '600' }, 'upstream-busy', 1],
  [429, {}, 'upstream-busy', 1],
  [500, {}, 'upstream-unavailable', 2],
  [503, {}, 'upstream-unavailable', 2],
  [404, {}, 'upstream-unavailable', 2],
  [408, {}, 'upstream-unavailable', 2],
  [421, {}, 'upstream-unavailable', 2],
  [418, {}, 'upstream-invalid-reply', 1],
  [204, {}, 'upstream-invalid-reply', 1],
];
const bodies = [undefined, 'null', '<html>', '{"error":null}'];

describe.each([
  ['Key Vault', sign],
  ['tables', read],
] as const)('%s', (_name, call) => {
  for (const [status, headers, code, calls] of rows)
    for (const body of status === 204 ? [undefined] : status === 429 ? bodies.slice(0, 2) : bodies)
      test(`${status} ${JSON.stringify(headers)} with ${body ?? 'no body'}: ${code} after ${calls}`, async () => {
        always(status, body, headers);
        const { done, telemetry } = call();
        expect(await faultOf(() => done)).toMatch(new RegExp(`^${code} `));
        expect(requests).toHaveLength(calls);
        // No alert mentions permissions.
        expect(telemetry.events('alert')).toEqual([]);
      });

  test("a refusal with the party's own code is configuration, with an alert", async () => {
    always(403, '{"error":{"code":"Forbidden"},"odata.error":{"code":"AuthorizationFailure"}}');
    const { done, telemetry } = call();
    expect(await faultOf(() => done)).toMatch(/^configuration /);
    expect(telemetry.events('alert')).toHaveLength(1);
  });

  test("401: the identity's token is dropped and the call is repeated once; a stale token does not make every call fail", async () => {
    const seen = new Set<string>();
    answer = (request, response) => {
      seen.add(request.headers.authorization ?? '');
      response.writeHead(seen.size > 1 ? 503 : 401, { 'content-type': 'application/json' });
      response.end('{"error":{"code":"Unauthorized"},"odata.error":{"code":"InvalidAuthenticationInfo"}}');
    };
    // The vault's SDK sends its first call without a token, and accepts a challenge.
    const plain = answer;
    answer = (request, response, number) => {
      if (request.headers.authorization !== undefined || call === read) return plain(request, response, number);
      response.writeHead(401, {
        'www-authenticate': `Bearer authorization="https://login.example/t", resource="https://vault.azure.net"`,
      });
      response.end();
    };
    // The result of a 503 after the new token shows that the new token was used.
    expect(await faultOf(() => call().done)).toMatch(/^upstream-unavailable .*503/);
    expect(seen.size).toBe(2);
  });
});
