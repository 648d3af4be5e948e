// What the real Functions host does with requests and answers, as observed on a real one. The local host must do the same.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SpawnedHost, spawnHost } from '../../local/host/spawn.ts';
import { buildHostApp, type HostApp } from '../fixtures/host-app/build.ts';
import { rawRequest } from '../fixtures/host-app/raw-request.ts';

type Echo = {
  method: string;
  url: string;
  headers: Record<string, string>;
  query: Record<string, string>;
  params: Record<string, string>;
  bytes: number;
};

let app: HostApp;
let host: SpawnedHost;

beforeAll(async () => {
  app = await buildHostApp();
  host = await spawnHost({
    root: app.root,
    env: { HOURLY_SCHEDULE: '0 0 * * * *', 'AzureWebJobs.disabled.Disabled': 'true', BOTH: 'environment' },
  });
});
afterAll(async () => {
  await host?.stop();
  await app?.remove();
});

const call = (path: string, init: RequestInit = {}) => fetch(`${host.url}${path}`, { redirect: 'manual', ...init });
const echo = async (path: string, init: RequestInit = {}) => (await (await call(path, init)).json()) as Echo;
const statusAndBody = async (path: string, init: RequestInit = {}) => {
  const answer = await call(path, init);
  return [answer.status, await answer.text()];
};
const post = (body: string) => ({ method: 'POST', body });

describe('routing', () => {
  it.each([
    ['/api/unknown', 'GET'],
    ['/echo', 'GET'],
    ['/api/echo', 'PUT'],
    ['/api/echo', 'HEAD'],
    ['/api/echo', 'OPTIONS'],
    ['/api/echo/more', 'GET'],
    ['/api/disabled', 'GET'],
    ['/api/counts/three', 'GET'],
    ['/admin/unknown', 'GET'],
  ])('answers 404 with an empty body to %s %s', async (path, method) => {
    expect(await statusAndBody(path, { method })).toEqual([404, '']);
  });

  it.each([
    ['TRACE', '/api/echo'],
    ['GET', '//api/echo'],
    ['GET', '//x'],
  ])('answers 404 with an empty body to %s %s (sent by hand)', async (method, path) => {
    const answer = await rawRequest(host.url, `${method} ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    expect([answer.status, answer.body]).toEqual([404, '']);
  });

  it('passes declared HEAD and OPTIONS to the function', async () => {
    for (const method of ['HEAD', 'OPTIONS']) {
      const answer = await call('/api/head-and-options', { method });
      expect([answer.status, answer.headers.get('x-reached')]).toEqual([200, 'yes']);
    }
  });

  it('ignores case and one slash at the end', async () => {
    expect((await call('/API/Echo/')).status).toBe(200);
    expect((await call('/Api/OpenApi.JSON')).status).toBe(200);
  });

  it('chooses the first match by function name, among the functions with the method', async () => {
    expect(await statusAndBody('/api/order/fixed')).toEqual([200, 'parameter']);
    expect(await statusAndBody('/api/order/fixed', { method: 'DELETE' })).toEqual([200, 'deleted']);
  });

  it('keeps %2F and decodes %20 in parameters', async () => {
    expect((await echo('/api/items/a%2Fb%20c')).params).toEqual({ id: 'a%2Fb c' });
  });

  it('shows a homepage at /', async () => {
    const answer = await call('/');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html']);
  });
});

describe('requests', () => {
  it('have header names in lower case, and repeated headers joined by a comma', async () => {
    const lines = [
      'X-Many: one',
      'x-many: two',
      'X-Empty:',
      'X-Forwarded-Host: front.example',
      'X-Forwarded-Proto: https',
    ];
    const answer = await rawRequest(
      host.url,
      `GET /api/echo?x=1 HTTP/1.1\r\nHost: me.example\r\n${lines.join('\r\n')}\r\n\r\n`,
    );
    const seen = JSON.parse(/\{.*\}/s.exec(answer.body)?.[0] ?? '') as Echo;
    expect(seen.headers).toMatchObject({ 'x-many': 'one,two', 'x-empty': '', 'x-forwarded-host': 'front.example' });
    expect(seen.headers['x-forwarded-proto']).toBe('https');
    expect(seen.url).toBe('http://me.example/api/echo?x=1');
  });

  it('have repeated query keys joined by a comma and decoded', async () => {
    expect((await echo('/api/echo?state=a&State=b&text=a+b%20c&empty=&bare')).query).toEqual({
      state: 'a,b',
      text: 'a b c',
      empty: '',
      bare: '',
    });
  });

  it('have their body if it has a length, and none if it is chunked', async () => {
    expect((await echo('/api/echo', post('12345'))).bytes).toBe(5);
    const chunked = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('12345'));
        controller.close();
      },
    });
    const init = { method: 'POST', body: chunked, duplex: 'half' } as RequestInit;
    expect((await echo('/api/echo', init)).bytes).toBe(0);
  });

  it('are answered 500, and the connection is closed, if the announced body is too long', async () => {
    const head = 'POST /api/echo HTTP/1.1\r\nHost: a\r\nContent-Length: ';
    const answer = await rawRequest(host.url, `${head}104857601\r\n\r\nx`);
    expect([answer.status, answer.body]).toEqual([500, '']);
    expect(answer.head.toLowerCase()).toContain('connection: close');
  });

  it('are answered 431 for 33 KB of headers, 414 for a query of 8,300 characters, 400 without Host, 500 for HTTP/1.0 without it', async () => {
    const long = (length: number) => 'x'.repeat(length);
    const statusOf = async (text: string) => (await rawRequest(host.url, text)).status;
    expect(await statusOf(`GET /api/echo HTTP/1.1\r\nHost: a\r\nX-Long: ${long(33 * 1024)}\r\n\r\n`)).toBe(431);
    expect(await statusOf(`GET /api/echo HTTP/1.1\r\nHost: a\r\nX-Long: ${long(31 * 1024)}\r\n\r\n`)).toBe(200);
    expect(await statusOf(`GET /api/echo HTTP/1.1\r\nHost: a\r\nX-Long: ${long(200 * 1024)}\r\n\r\n`)).toBe(431);
    expect(await statusOf(`GET /api/echo?${long(8300)} HTTP/1.1\r\nHost: a\r\n\r\n`)).toBe(414);
    expect(await statusOf(`GET /api/echo?${long(8000)} HTTP/1.1\r\nHost: a\r\n\r\n`)).toBe(200);
    expect(await statusOf(`GET /api/echo?${long(200 * 1024)} HTTP/1.1\r\nHost: a\r\n\r\n`)).toBe(414);
    expect(await statusOf('GET /api/echo HTTP/1.1\r\n\r\n')).toBe(400);
    expect(await statusOf('GET /api/echo HTTP/1.0\r\n\r\n')).toBe(500);
    expect(await statusOf('nonsense\r\n\r\n')).toBe(400);
    for (const name of ['a b', 'user@a', 'a/b', 'a:port', '[']) {
      expect(await statusOf(`GET /api/echo?state=secret-state HTTP/1.1\r\nHost: ${name}\r\n\r\n`)).toBe(400);
    }
    expect(host.output()).not.toContain('secret-state');
  });

  it('do no harm if their caller disconnects before, during or after them', async () => {
    const { hostname, port } = new URL(host.url);
    const { connect } = await import('node:net');
    for (const text of [
      '',
      'POST /api/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf',
      'GET /api/slow HTTP/1.1\r\nHost: a\r\n\r\n',
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), hostname, () => {
          socket.write(text || 'G');
          setTimeout(() => socket.resetAndDestroy(), 30);
        });
        socket.on('close', () => resolve());
      });
    }
    expect((await call('/api/text')).status).toBe(200);
  });
});

describe('answers', () => {
  it.each(['/api/throws', '/api/a-string', '/api/status/99', '/api/status/100', '/api/status/600', '/api/status/999'])(
    'are 500 with an empty body: %s',
    async (path) => {
      expect(await statusAndBody(path)).toEqual([500, '']);
    },
  );

  it('are 500 when the handler does not catch the error of req.json()', async () => {
    expect(await statusAndBody('/api/reads-json', post('{"half":'))).toEqual([500, '']);
    expect(await statusAndBody('/api/reads-json', post(''))).toEqual([500, '']);
    expect(await statusAndBody('/api/reads-json', post('{"a":1}'))).toEqual([200, '{"a":1}']);
  });

  it('are 204 when the handler returns nothing', async () => {
    expect(await statusAndBody('/api/nothing')).toEqual([204, '']);
  });

  it('have a content type for strings and JSON, and are chunked', async () => {
    const text = await call('/api/text');
    expect([text.headers.get('content-type'), await text.text()]).toEqual(['text/plain;charset=UTF-8', 'blåbær']);
    const json = await call('/api/openapi.json');
    expect(json.headers.get('content-type')).toBe('application/json');
    expect([json.headers.get('transfer-encoding'), json.headers.get('content-length')]).toEqual(['chunked', null]);
  });

  it('keep a 303 to an app scheme and its headers, in lower case, without an invocation id', async () => {
    const answer = await rawRequest(host.url, 'GET /api/redirect HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(answer.status).toBe(303);
    for (const line of [
      'location: mybank://saldo?studielan=accepted',
      'retry-after: 3',
      'cache-control: no-store',
      'access-control-expose-headers: Retry-After',
      'x-custom-name: yes',
    ]) {
      expect(answer.head.split('\r\n')).toContain(line);
    }
    expect(answer.head.toLowerCase()).not.toContain('invocation');
  });

  it('have a path in each cookie', async () => {
    expect((await call('/api/cookies')).headers.getSetCookie()).toEqual([
      'plain=a%20b; path=/',
      'full=1; max-age=60; domain=bank.example; path=/x; secure; samesite=none; httponly',
    ]);
  });

  it('pass the hooks around a function, which may replace handler and result', async () => {
    expect(await statusAndBody('/api/hooked')).toEqual([201, 'before was set']);
    expect(host.output()).toContain('hook: appStart');
  });
});

describe('the log', () => {
  it("has the app's lines as written, through its log hook, and the host's two, without queries", async () => {
    await call('/api/logs?code=secret-in-query');
    await expect
      .poll(() => host.output())
      .toMatch(/Executed 'Functions.logs' \(Succeeded, Id=[0-9a-f-]{36}, Duration=\d+ms\)/);
    const lines = host.output().split('\n');
    expect(lines).toContain('rewritten by the log hook');
    expect(lines).toContain('said as an error');
    expect(lines).toContain('said on the console');
    expect(host.output()).toMatch(/Executing 'Functions.logs' \(Reason='[^']*', Id=/);
    expect(host.output()).not.toContain('secret-in-query');
  });

  it('has the error of a handler that throws', async () => {
    await call('/api/throws');
    expect(host.output()).toMatch(
      /Executed 'Functions.throws' \(Failed, Id=[0-9a-f-]{36}, Duration=\d+ms\)\nError: thrown on purpose/,
    );
    expect((await call('/api/text')).status).toBe(200);
  });
});

describe('without keys, like func start', () => {
  it('requires no key', async () => {
    expect((await call('/api/locked')).status).toBe(200);
    expect((await call('/api/locked-admin')).status).toBe(200);
    expect((await call('/admin/host/ping')).status).toBe(200);
    const status = await call('/admin/host/status');
    expect([status.status, ((await status.json()) as { state: string }).state]).toEqual([200, 'Running']);
  });

  it('answers a plain OPTIONS and a preflight with 404 when CORS is not set up', async () => {
    const headers = { origin: 'https://bank.example', 'access-control-request-method': 'POST' };
    expect((await call('/api/echo', { method: 'OPTIONS', headers })).status).toBe(404);
    expect((await call('/api/echo', { headers })).headers.get('access-control-allow-origin')).toBeNull();
  });
});
