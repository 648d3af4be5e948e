// CORS and disabled functions: what the platform decides before a function gets the request.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { corsFromEnvironment } from '../../local/host/cors.ts';
import { type SpawnedHost, spawnHost } from '../../local/host/spawn.ts';
import { buildHostApp, type HostApp } from '../fixtures/host-app/build.ts';

let app: HostApp;
let host: SpawnedHost;

beforeAll(async () => {
  app = await buildHostApp();
  host = await spawnHost({
    root: app.root,
    env: {
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

describe('access to functions', () => {
  it('is refused with 404 for a disabled function', async () => {
    expect((await call('/api/disabled')).status).toBe(404);
  });

  it('to / is answered with 204 when the homepage is off', async () => {
    expect((await call('/')).status).toBe(204);
  });
});

describe('CORS', () => {
  const preflight = (origin: string, path = '/api/text') =>
    call(path, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'DELETE',
        'access-control-request-headers': 'authorization, prefer',
      },
    });
  const allow = (answer: Response) => answer.headers.get('access-control-allow-origin');

  it('answers a preflight before it looks for a route', async () => {
    for (const path of ['/api/text', '/api/unknown']) {
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

  it('allows nothing to another origin', async () => {
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

  it("marks every answer to an allowed origin, including the platform's own 404", async () => {
    const headers = { origin: 'https://other.example' };
    for (const [path, status] of [
      ['/api/text', 200],
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

  it('answers 404 to an OPTIONS that is no preflight, and adds nothing without an Origin', async () => {
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
