// The validator sees every answer of every host, and a wrong answer fails the run in which it occurs.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { spawnHost } from '../../local/host/spawn.ts';
import { readRecord } from './record.ts';

test('a wrong body, status or header fails a run whose tests all pass, with route, status and reason', () => {
  const { HOST_OBSERVER: _, HOST_OBSERVER_RECORD: __, ...env } = process.env;
  const run = spawnSync('node_modules/.bin/vitest', ['run', '--config', 'test/openapi/wrong-app/vitest.config.ts'], {
    encoding: 'utf8',
    env: { ...env, FORCE_COLOR: '0', NO_COLOR: '1', CI: '' },
  });
  const said = run.stdout + run.stderr;
  expect(run.status, said).toBe(1);
  expect(said).toMatch(/Tests\s+1 passed/);
  for (const fault of [
    'GET /saldo 200: body: /total must be object',
    "GET /saldo 200: body: it must have required property 'accounts'",
    'GET /consents/log 418: status 418 is not documented',
    'GET /health/ready 200: header X-Request-Id is missing',
    'GET /consents/current 500: the function threw, and the host answered for it',
  ])
    expect(said).toContain(fault);
  // Correct answers, and the platform's own 404, are no faults.
  expect(said).not.toContain('/health/live');
  expect(said).not.toContain('/nowhere');
}, 60_000);

test('a host in a process of its own is observed, whatever its environment', async () => {
  const host = await spawnHost({ env: { HOST_OBSERVER: '', HOST_OBSERVER_RECORD: '' } });
  await (await fetch(`${host.url}/api/health/live`)).arrayBuffer();
  await host.stop();
  expect(readRecord(process.env.HOST_OBSERVER_RECORD ?? '')).toContainEqual({
    call: 'GET /health/live',
    status: 200,
    code: '',
    faults: [],
  });
});

test('code that starts a host in another way passes the observer on', () => {
  const files = ['test', 'local', 'tools'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  );
  const starters = files.filter((file) =>
    /host\/main\.ts|\bstartFunctionsHost\(|'run', 'host'|'npm', \['start'\]|\['tools\/dev\.ts'\]/.test(
      readFileSync(file, 'utf8').replace(/^\s*(?:\/\/|\*|\/\*\*).*$/gm, ''),
    ),
  );
  const handing = starters.filter((file) => /observerEnvironment\(|observerFrom\(/.test(readFileSync(file, 'utf8')));
  expect(starters.length).toBeGreaterThan(2);
  expect(starters.filter((file) => !handing.includes(file) && !exempt.has(file))).toEqual([]);
});

/** Files that are allowed: where a host is defined, an app that is changed on purpose, and this file. */
const exempt = new Set([
  'local/host/host.ts',
  'test/integration/dev-command.full.test.ts',
  'test/openapi/observer.full.test.ts',
]);
