// The host as a process: its output, what it passes on, how it ends, and what it does with timers.
import { spawn } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type SpawnedHost, type SpawnOptions, spawnHost } from '../../local/host/spawn.ts';
import { buildHostApp, type HostApp } from '../fixtures/host-app/build.ts';
import { quickTest as it, quickDescribe, slowDescribe, slowTest } from '../part.ts';

let app: HostApp;
const apps: HostApp[] = [];
const hosts: SpawnedHost[] = [];

async function start(options: Partial<SpawnOptions> = {}): Promise<SpawnedHost> {
  const host = await spawnHost({ root: app.root, ...options, env: { HOURLY_SCHEDULE: '0 0 * * * *', ...options.env } });
  hosts.push(host);
  return host;
}
async function variant(options: Parameters<typeof buildHostApp>[0]): Promise<HostApp> {
  const made = await buildHostApp(options);
  apps.push(made);
  return made;
}
const runTimer = (host: SpawnedHost, name: string, init: RequestInit = {}) =>
  fetch(`${host.url}/admin/functions/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"input":""}',
    ...init,
  });

beforeAll(async () => {
  app = await buildHostApp();
});

it('the host runs on the Node that HOST_NODE names', async () => {
  const before = process.env.HOST_NODE;
  const node = join(app.root, 'another-node');
  await writeFile(node, `#!/bin/sh\necho another Node\nexec '${process.execPath}' "$@"\n`, { mode: 0o755 });
  process.env.HOST_NODE = node;
  try {
    expect((await start()).output()).toContain('another Node');
  } finally {
    if (before === undefined) delete process.env.HOST_NODE;
    else process.env.HOST_NODE = before;
  }
});
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.kill()));
});
afterAll(async () => {
  await Promise.all([app, ...apps].map((made) => made?.remove()));
});

quickDescribe('start', () => {
  it('the host prints its URL once, and the functions with their routes', async () => {
    const host = await start();
    expect(host.output().match(/https?:\/\/\S+/g)).toEqual([host.url]);
    expect(host.output()).toContain('  item: [GET] /api/items/{id}\n');
    expect(host.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('the host says what to do if the bundle is missing', async () => {
    const empty = await variant({ source: '' });
    await rm(join(empty.root, 'app.cjs'));
    await expect(start({ root: empty.root })).rejects.toThrow(
      /code 1 before it served.\nThe bundle app.cjs is missing. .*npm run build/,
    );
  });

  slowTest('the host reports a port that is in use before the app is loaded', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const failed = start({ port });
    await expect(failed).rejects.toThrow(new RegExp(`Port ${port} for the Functions host is taken`));
    await expect(failed).rejects.not.toThrow(/hook: appStart/);
    await new Promise((resolve) => other.close(resolve));
  });

  slowTest('the host answers 404 to everything if the app throws while loading, and says why', async () => {
    const broken = await variant({ source: 'throw new Error("no settings today")' });
    const host = await start({ root: broken.root });
    expect((await fetch(`${host.url}/api/echo`)).status).toBe(404);
    expect((await fetch(`${host.url}/admin/host/ping`)).status).toBe(200);
    expect(host.output()).toMatch(/every function answers 404: Error: no settings today/);
  });

  it('the host does not load an app that switches HTTP streaming on, because a handler that throws would hang', async () => {
    const library = JSON.stringify(createRequire(import.meta.url).resolve('@azure/functions'));
    const streaming = await variant({
      source: `const { app } = require(${library}); app.setup({ enableHttpStream: true }); app.http('x', { handler: () => ({}) });`,
    });
    const host = await start({ root: streaming.root });
    expect((await fetch(`${host.url}/api/x`)).status).toBe(404);
    expect(host.output()).toContain('HTTP streaming is on');
  });

  slowTest('the host answers 503 to everything but ping if host.json is not valid', async () => {
    const bad = await variant({ hostJson: '{' });
    const host = await start({ root: bad.root });
    expect((await fetch(`${host.url}/api/text`)).status).toBe(503);
    expect((await fetch(`${host.url}/admin/host/ping`)).status).toBe(200);
  });

  slowTest('the host takes the route prefix from host.json', async () => {
    const bare = await variant({ hostJson: '{"version":"2.0","extensions":{"http":{"routePrefix":""}}}' });
    const host = await start({ root: bare.root });
    expect((await fetch(`${host.url}/text`)).status).toBe(200);
    expect((await fetch(`${host.url}/api/text`)).status).toBe(404);
  });
});

quickDescribe('settings', () => {
  it("the host passes its environment to the functions, with local.settings.json's values for what is not set", async () => {
    const own = await variant({});
    await writeFile(
      join(own.root, 'local.settings.json'),
      JSON.stringify({
        Values: { FROM_FILE: 'file', BOTH: 'file' },
        Host: { CORS: 'https://a.example, https://b.example' },
      }),
    );
    const host = await start({ root: own.root, env: { BOTH: 'environment' } });
    const answer = await fetch(`${host.url}/api/environment`, { headers: { origin: 'https://b.example' } });
    const seen = (await answer.json()) as { names: string[]; fromFile: string; both: string };
    expect([seen.fromFile, seen.both]).toEqual(['file', 'environment']);
    expect(seen.names).toEqual(['BOTH', 'FROM_FILE', 'HOME', 'HOURLY_SCHEDULE', 'PATH']);
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://b.example');
  });

  it('the host does not quote a local.settings.json that it cannot read', async () => {
    const own = await variant({ source: '' });
    await writeFile(join(own.root, 'local.settings.json'), '{"Values":{"KEY":"a-secret"');
    const failed = start({ root: own.root });
    await expect(failed).rejects.toThrow(/local.settings.json is no JSON/);
    await expect(failed).rejects.not.toThrow(/a-secret/);
  });
});

quickDescribe('end', () => {
  it('the host drains on SIGTERM: running calls are answered, no new call is accepted, the hooks come last, the exit code is 0', async () => {
    const host = await start();
    const slow = fetch(`${host.url}/api/slow`);
    await expect.poll(() => host.output(), { timeout: 5000 }).toContain('slow began');
    const stopped = host.stop();
    await expect.poll(() => host.output(), { timeout: 5000 }).toContain('SIGTERM: draining.');
    await expect(fetch(`${host.url}/api/text`)).rejects.toThrow();
    expect(await (await slow).text()).toBe('slow');
    expect(await stopped).toBe(0);
    const output = host.output();
    expect(output.indexOf('hook: appTerminate')).toBeGreaterThan(output.indexOf('slow ended'));
  });

  it('the host ends at once with 0 if nothing runs, with idle connections or without', async () => {
    const host = await start({ root: (await variant({ source: idleApp })).root });
    await (await fetch(`${host.url}/api/unknown`)).text();
    const startedAt = Date.now();
    expect(await host.stop()).toBe(0);
    expect(Date.now() - startedAt).toBeLessThan(5000);
  });

  it('the host ends with 1 if the app has an unhandled rejection', async () => {
    const host = await start();
    // The process ends like the real host's worker, so the running call may find no host.
    await fetch(`${host.url}/api/stray-rejection`).catch(() => undefined);
    await expect.poll(() => host.output(), { timeout: 5000 }).toContain('Unhandled rejection');
    expect(await host.stop()).toBe(1);
  });

  slowTest('the host ends if the process that started it is killed', async () => {
    const script = `import { spawnHost } from ${JSON.stringify(new URL('../../local/host/spawn.ts', import.meta.url).href)};
      const host = await spawnHost({ root: ${JSON.stringify(app.root)}, env: {} });
      console.log(host.pid);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (text) => resolve(Number(text))));
    expect(process.kill(pid, 0)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 3000 }).toBe(false);
  });
});

slowDescribe('timers', () => {
  slowTest('run at a call of the admin API, with the timer object of the real host', async () => {
    const host = await start();
    expect((await runTimer(host, 'Hourly')).status).toBe(202);
    await expect.poll(() => host.output(), { timeout: 5000 }).toContain('hourly 1: ');
    const timer = JSON.parse(/^hourly 1: (.*)$/m.exec(host.output())?.[1] ?? '');
    expect(timer).toEqual({
      schedule: { adjustForDST: true },
      scheduleStatus: {
        last: '0001-01-01T00:00:00+00:00',
        next: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:00:00\+00:00$/),
        lastUpdated: '0001-01-01T00:00:00+00:00',
      },
      isPastDue: false,
    });
    expect((await runTimer(host, 'no-such-timer')).status).toBe(404);
    expect((await runTimer(host, 'hourly', { body: 'no json' })).status).toBe(400);
    expect((await runTimer(host, 'hourly', { headers: { 'content-type': 'text/plain' } })).status).toBe(415);
    expect((await runTimer(host, 'hourly', { method: 'DELETE' })).status).toBe(404);
  });

  slowTest(
    'run by schedule and never overlap themselves; a timer with an unreadable schedule is named and does not run',
    async () => {
      const host = await start();
      const began = () => host.output().match(/every-second began, \d+ inside/g) ?? [];
      await expect.poll(() => began().length, { timeout: 6000, interval: 100 }).toBeGreaterThanOrEqual(3);
      expect(new Set(began())).toEqual(new Set(['every-second began, 1 inside']));
      expect(host.output()).toContain(
        "The 'unset-schedule' function is in error: %NOT_SET_ANYWHERE% does not resolve to a value.",
      );
      expect(host.output()).not.toContain('must not run');
    },
  );

  slowTest('do not run by schedule if the Disabled setting is on, but run at a call', async () => {
    const host = await start({ env: { 'AzureWebJobs.every-second.Disabled': 'true' } });
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(host.output()).not.toContain('every-second began');
    expect((await runTimer(host, 'every-second')).status).toBe(202);
    await expect.poll(() => host.output(), { timeout: 5000 }).toContain('every-second began, 1 inside');
  });
});

const idleApp = 'module.exports = {};';

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
