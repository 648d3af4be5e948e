// `npm run host`: the app alone, configured by its environment, against any world.
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { freePorts } from '../../local/free-port.ts';
import { observerEnvironment } from '../../local/host/observe.ts';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { settingSchemas } from '../../shared/settings/schemas.ts';
import { settingsExample } from '../../tools/docs/write-settings-example.ts';
import { changedBank } from '../fixtures/changed-banks.ts';
import { slowTest, quickTest as test } from '../part.ts';
import { FrontEnd } from './front-end.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs `npm run host` with exactly this environment, until it serves or ends. */
async function npmRunHost(env: Record<string, string>, args: string[] = []) {
  const { PATH = '', HOME = '' } = process.env;
  const child: ChildProcess = spawn('npm', ['run', 'host', ...args], {
    cwd: root,
    env: { PATH, HOME, ...env, ...observerEnvironment(process.env) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  await Promise.race([ended, expect.poll(() => output, { timeout: 20_000 }).toContain('Functions host listening on ')]);
  return {
    output: () => output,
    ended,
    stop: async () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

describe('npm run host', () => {
  let world: World;
  beforeAll(async () => {
    world = await startTestWorld();
  });
  afterAll(() => world?.close());

  test('serves a world that only its environment describes, and ends with 0 on SIGTERM', async () => {
    const [port = 0] = await freePorts(1);
    const host = await npmRunHost({
      ...world.environment,
      PUBLIC_BASE_URL: `http://127.0.0.1:${port}`,
      PORT: String(port),
    });
    expect(host.output().match(/http:\/\/\S+/g)).toEqual([`http://127.0.0.1:${port}`]);
    const frontEnd = new FrontEnd({ ...world, apiUrl: `http://127.0.0.1:${port}/api` });
    const token = await world.bankLogin.control.login('06095300381');
    await frontEnd.giveConsent(token);
    expect((await frontEnd.call('GET', '/saldo', token)).body).toMatchObject({
      total: { amount: '67.14', currency: 'NOK' },
    });
    expect(await host.stop()).toBe(0);
  });

  slowTest('accepts its port on the command line as well', async () => {
    const [port = 0] = await freePorts(1);
    const host = await npmRunHost(world.environment, ['--', '--port', String(port)]);
    expect((await fetch(`http://127.0.0.1:${port}/api/health/live`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${port}/api/health/ready`)).status).toBe(200);
    await host.stop();
  });

  test('names all wrong settings at once without values, and serves nothing until they are fixed', async () => {
    const [port = 0] = await freePorts(1);
    const planted = 'http://user:hemmelig@evil.example/path';
    const env: Record<string, string> = {
      ...world.environment,
      PORT: String(port),
      ALTINN_BASE_URL: planted,
      PERSON_KEY_SECRET: 'c2hvcnQ=',
      CONSENT_VALIDITY_DAYS: '400',
      ...changedBank(world.environment, { name: undefined, isPaused: 'https://elsewhere.example/' }),
    };
    const host = await npmRunHost(env);
    const api = `http://127.0.0.1:${port}/api`;
    const faulty = [...host.output().matchAll(/"fault":"([\w.[\]]+): /g)].map(([, name]) => name);
    expect([...new Set(faulty)].sort()).toEqual([
      'ALTINN_BASE_URL',
      'BANKS[0].isPaused',
      'BANKS[0].name',
      'CONSENT_VALIDITY_DAYS',
      'PERSON_KEY_SECRET',
    ]);
    const ready = await fetch(`${api}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { status: 'not-ready', part: 'settings', code: 'configuration' },
    ]);
    expect((await fetch(`${api}/health/live`)).status).toBe(200);
    const saldo = await fetch(`${api}/saldo`, {
      headers: { authorization: `Bearer ${await world.bankLogin.control.login('06095300381')}` },
    });
    expect([saldo.status, ((await saldo.json()) as { code: string }).code]).toEqual([503, 'configuration']);
    for (const value of ['hemmelig', 'evil.example', 'c2hvcnQ=', 'elsewhere.example'])
      expect(host.output()).not.toContain(value);
    await host.stop();
  });

  slowTest('with a state table that does not answer is live but not ready', async () => {
    const [port = 0, unused = 0] = await freePorts(2);
    const env: Record<string, string> = { ...world.environment, PORT: String(port) };
    env.STATE_TABLE_CONNECTION_STRING = world.azurite.connectionString.replace(/:\d+\//, `:${unused}/`);
    const host = await npmRunHost(env);
    const ready = await fetch(`http://127.0.0.1:${port}/api/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'not-ready', part: 'state-table' }]);
    expect((await fetch(`http://127.0.0.1:${port}/api/health/live`)).status).toBe(200);
    await host.stop();
  });

  slowTest('refuses the tables of another bank', async () => {
    const [port = 0] = await freePorts(1);
    await fetch(`${world.apiUrl}/health/ready`);
    const host = await npmRunHost({
      ...world.environment,
      ...changedBank(world.environment, { organisationNumber: '310000027' }),
      PORT: String(port),
    });
    const ready = await fetch(`http://127.0.0.1:${port}/api/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { status: 'not-ready', part: 'settings', code: 'configuration' },
    ]);
    await host.stop();
  });
});

test('local.settings.example.json has every setting, with a comment on each', () => {
  const text = readFileSync(`${root}local.settings.example.json`, 'utf8');
  // Written by `node tools/docs/write-settings-example.ts`.
  expect(text).toBe(settingsExample());
  const example = JSON.parse(text) as { Words: Record<string, string> };
  expect(Object.keys(example.Words)).toEqual(Object.keys(settingSchemas));
  expect(Object.values(example.Words).filter((words) => words.trim().length < 5)).toEqual([]);
});
