// Keys and CORS: what the platform decides before a function sees the request.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { corsFromEnvironment } from '../../local/host/cors.ts';
import { readKeys } from '../../local/host/keys.ts';
import { type SpawnedHost, spawnHost } from '../../local/host/spawn.ts';
import { buildHostApp, type HostApp } from '../fixtures/host-app/build.ts';

let app: HostApp;
let host: SpawnedHost;

beforeAll(async () => {
  app = await buildHostApp();
  host = await spawnHost({
    root: app.root,
    env: {
      FUNCTIONS_HOST_AUTH: 'true',
      FUNCTIONS_HOST_KEYS: JSON.stringify({
        master: 'master-1',
        host: ['host-1'],
        functions: { locked: 'own-1', other: 'other-1' },
      }),
      CORS_ALLOWED_ORIGINS: JSON.stringify(['https://bank.example', 'https://other.example']),
      CORS_SUPPORT_CREDENTIALS: 'true',
      AzureWebJobsDisableHomepage: 'true',
      'AzureWebJobs.disabled.Disabled': 'true',
      HOURLY_SCHEDULE: '0 0 * * * *',
    },
  });
});
afterAll(async () => {
  await host?.stop();
  await app?.remove();
});

const call = (path: string, init: RequestInit = {}) => fetch(`${host.url}${path}`, init);
const withKey = (key: string) => ({ headers: { 'x-functions-key': key } });

describe('keys', () => {
  it('401 with an empty body without a key or with a wrong one, after the route', async () => {
    for (const init of [{}, withKey('wrong'), withKey('other-1'), withKey('')]) {
      const answer = await call('/api/locked', init);
      expect([answer.status, await answer.text()]).toEqual([401, '']);
    }
    expect((await call('/api/locked', { method: 'DELETE' })).status).toBe(404);
  });

  it("opens a function by its own, a host's and the master key, in the header or as code, and both reach the handler", async () => {
    for (const key of ['own-1', 'host-1', 'master-1']) {
      expect((await call('/api/locked', withKey(key))).status).toBe(200);
      expect((await call(`/api/locked?code=${key}`)).status).toBe(200);
    }
    const seen = (await (await call('/api/locked?code=own-1')).json()) as { query: object };
    expect(seen.query).toEqual({ code: 'own-1' });
    // The header goes first.
    expect((await call('/api/locked?code=own-1', withKey('wrong'))).status).toBe(401);
  });

  it('opens level admin by the master key only', async () => {
    expect((await call('/api/locked-admin', withKey('host-1'))).status).toBe(401);
    expect((await call('/api/locked-admin', withKey('master-1'))).status).toBe(200);
  });

  it('runs an anonymous function whatever the key', async () => {
    expect((await call('/api/text', withKey('wrong'))).status).toBe(200);
  });

  it('404 for a disabled function, except with the master key', async () => {
    expect((await call('/api/disabled')).status).toBe(404);
    expect((await call('/api/disabled', withKey('master-1'))).status).toBe(200);
  });

  it('answers ping to all, and the rest of admin for the master key', async () => {
    expect((await call('/admin/host/ping')).status).toBe(200);
    const locked = await call('/admin/host/status');
    expect([locked.status, locked.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect((await call('/admin/host/status', withKey('master-1'))).status).toBe(200);
    expect((await call('/admin/functions/hourly', { method: 'POST', body: '{}' })).status).toBe(401);
  });

  it('never writes a key', () => {
    expect(host.output()).not.toMatch(/master-1|host-1|own-1/);
    expect(() => readKeys('{"master":"master-1"')).toThrow(/FUNCTIONS_HOST_KEYS must be JSON/);
    expect(readKeys(undefined).master).toHaveLength(43);
  });

  it('answers / with 204 when the homepage is off', async () => {
    expect((await call('/')).status).toBe(204);
  });
});

describe('CORS', () => {
  const preflight = (origin: string, path = '/api/locked') =>
    call(path, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'DELETE',
        'access-control-request-headers': 'authorization, prefer',
      },
    });
  const allow = (answer: Response) => answer.headers.get('access-control-allow-origin');

  it('answers a preflight before keys and routes', async () => {
    for (const path of ['/api/locked', '/api/unknown']) {
      const answer = await preflight('https://bank.example', path);
      expect([answer.status, await answer.text()]).toEqual([204, '']);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'access-control-allow-origin': 'https://bank.example',
        'access-control-allow-credentials': 'true',
        'access-control-allow-methods': 'DELETE',
        'access-control-allow-headers': 'authorization,prefer',
        vary: 'Origin',
      });
    }
  });

  it('gives another origin nothing', async () => {
    for (const origin of [
      'https://evil.example',
      'https://bank.example:444',
      'http://bank.example',
      'https://bank.example.evil.example',
      'null',
    ]) {
      const answer = await preflight(origin);
      expect([answer.status, allow(answer)]).toEqual([204, null]);
      expect(allow(await call('/api/text', { headers: { origin } }))).toBeNull();
    }
  });

  it("marks every answer to an allowed origin, the platform's own 401 and 404 included", async () => {
    const headers = { origin: 'https://other.example' };
    for (const [path, status] of [
      ['/api/text', 200],
      ['/api/locked', 401],
      ['/api/unknown', 404],
      ['/api/throws', 500],
      ['/api/nothing', 204],
    ] as const) {
      const answer = await call(path, { headers });
      expect([answer.status, allow(answer), answer.headers.get('vary')]).toEqual([
        status,
        'https://other.example',
        'Origin',
      ]);
    }
  });

  it("keeps the function's Vary and overrides its origin", async () => {
    const answer = await call('/api/vary', { headers: { origin: 'https://bank.example' } });
    expect([allow(answer), answer.headers.get('vary')]).toEqual(['https://bank.example', 'Accept, Origin']);
  });

  it('answers 404 to OPTIONS that is no preflight, and nothing of CORS without Origin', async () => {
    expect((await call('/api/text', { method: 'OPTIONS', headers: { origin: 'https://bank.example' } })).status).toBe(
      404,
    );
    expect(allow(await call('/api/text'))).toBeNull();
  });

  it('reads the settings, and refuses what ASP.NET refuses', () => {
    expect(corsFromEnvironment({})).toBeUndefined();
    expect(corsFromEnvironment({ CORS_ALLOWED_ORIGINS: '[]' })).toBeUndefined();
    expect(corsFromEnvironment({ CORS_ALLOWED_ORIGINS: '["*"]' })).toEqual({
      allowedOrigins: ['*'],
      supportCredentials: false,
    });
    expect(() => corsFromEnvironment({ CORS_ALLOWED_ORIGINS: 'https://a.example' })).toThrow(/CORS_ALLOWED_ORIGINS/);
    expect(() => corsFromEnvironment({ CORS_ALLOWED_ORIGINS: '["*"]', CORS_SUPPORT_CREDENTIALS: 'true' })).toThrow(
      /credentials/,
    );
  });
});
