// `npm run dev` on a copy of the source: a new host serves a change, and logins and consents are kept.
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePorts } from '../../local/free-port.ts';

let copy = '';
let child: ChildProcess;
let output = '';
let api = '';
let bank = '';
let ended: Promise<number | null>;

const problemsFile = () => join(copy, 'shared/problem-catalogue.ts');
const restarts = () => output.match(/\[dev\] restarted in \d+ ms/g)?.length ?? 0;
const title = async () => ((await (await fetch(`${api}/saldo`)).json()) as { title: string }).title;

beforeAll(async () => {
  copy = mkdtempSync(join(tmpdir(), 'dev-command-'));
  for (const name of [
    'functions',
    'shared',
    'local',
    'tools',
    'docs',
    'package.json',
    'host.json',
    'tsconfig.json',
    'web',
  ])
    if (existsSync(name))
      cpSync(name, join(copy, name), { recursive: true, filter: (file) => !file.includes('node_modules') });
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
  const names = ['PORT', 'BANK_PORT', 'MASKINPORTEN_PORT', 'ALTINN_PORT', 'LANEKASSEN_PORT', 'KEY_VAULT_PORT'];
  names.push('BANK_LOGIN_PORT', 'IDENTITY_PORT', 'TABLES_PORT', 'INSPECT_PORT');
  const ports = await freePorts(names.length);
  api = `http://127.0.0.1:${ports[0]}/api`;
  bank = `http://127.0.0.1:${ports[1]}`;
  child = spawn(process.execPath, ['tools/dev/main.ts'], {
    cwd: copy,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      ...Object.fromEntries(names.map((name, index) => [name, String(ports[index])])),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  ended = new Promise((done) => child.once('close', done));
  const read = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout?.on('data', read);
  child.stderr?.on('data', read);
});

afterAll(async () => {
  child?.kill('SIGKILL');
  await ended;
  rmSync(copy, { recursive: true, force: true });
});

test('a change in the source is served, a fault in it is survived, and Ctrl+C ends every process', async () => {
  await expect.poll(() => output, { timeout: 45_000 }).toMatch(/^\[dev\] following /m);
  const before = readFileSync(problemsFile(), 'utf8');
  const old = await title();
  expect(before).toContain(`'${old}'`);
  writeFileSync(problemsFile(), before.replace(`'${old}'`, `'Changed while it ran'`));
  await expect.poll(restarts, { timeout: 20_000 }).toBe(1);
  expect(await title()).toBe('Changed while it ran');

  // A change that cannot be parsed leaves the present host running.
  writeFileSync(problemsFile(), 'export const {');
  await expect.poll(() => output, { timeout: 20_000 }).toContain('the host that runs stays');
  expect(await title()).toBe('Changed while it ran');
  writeFileSync(problemsFile(), before);
  await expect.poll(restarts, { timeout: 20_000 }).toBe(2);
  expect(await title()).toBe(old);

  // The bank's page changes too.
  const style = join(copy, 'local/bank/page/bank.css');
  writeFileSync(style, `${readFileSync(style, 'utf8')}/* Changed while it ran */\n`);
  await expect.poll(() => output, { timeout: 30_000 }).toContain('[dev] the card is built');
  expect(await (await fetch(`${bank}/bank.css`)).text()).toContain('Changed while it ran');

  child.kill('SIGINT');
  expect(await ended).toBe(0);
  await expect(fetch(`${api}/health/live`)).rejects.toThrow();
}, 90_000);

test('breakpoints stop in the source files, and the editor knows when the host is ready', () => {
  const folder = join(copy, '.artifacts/dev');
  const { sources } = JSON.parse(readFileSync(join(folder, 'functions.cjs.map'), 'utf8')) as { sources: string[] };
  expect(sources.length).toBeGreaterThan(80);
  expect(sources.filter((source) => !existsSync(resolve(folder, source)))).toEqual([]);
  const { tasks } = JSON.parse(readFileSync('.vscode/tasks.json', 'utf8'));
  const { beginsPattern, endsPattern } = tasks[0].problemMatcher.background;
  for (const pattern of [beginsPattern, endsPattern]) expect(output).toMatch(new RegExp(pattern, 'm'));
  const { configurations } = JSON.parse(readFileSync('.vscode/launch.json', 'utf8'));
  const attach = configurations.filter(({ request }: { request: string }) => request === 'attach');
  expect(attach.map(({ port }: { port: number }) => port)).toEqual([9229, 9229]);
  expect(readFileSync('tools/dev/main.ts', 'utf8')).toContain('? 9229 :');
});
