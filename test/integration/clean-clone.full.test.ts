// The README's first two commands, as a stranger runs them: on a copy of what git knows, with nothing installed.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePorts } from '../../local/free-port.ts';
import { observerEnvironment } from '../../local/host/observe.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** PATH without this checkout's own binaries: the machine's Node, old as it may be. */
const machinePath = (process.env.PATH ?? '')
  .split(':')
  .filter((folder) => !folder.includes('node_modules'))
  .join(':');
const env = { PATH: machinePath, HOME: process.env.HOME ?? '', ...observerEnvironment(process.env) };

let copy = '';
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'clean-clone-'));
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const file of files.split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

test('npm ci && npm start prints the address of the page within a minute, the page answers, and Ctrl+C ends it all', async () => {
  execFileSync('npm', ['ci'], { cwd: copy, env, stdio: 'pipe' });
  const [host, bank, maskinporten, altinn, lanekassen, keyVault, bankLogin, identity, tables] = await freePorts(9);
  const startedAt = Date.now();
  const child = spawn('npm', ['start'], {
    cwd: copy,
    env: {
      ...env,
      PORT: String(host),
      BANK_PORT: String(bank),
      MASKINPORTEN_PORT: String(maskinporten),
      ALTINN_PORT: String(altinn),
      LANEKASSEN_PORT: String(lanekassen),
      KEY_VAULT_PORT: String(keyVault),
      BANK_LOGIN_PORT: String(bankLogin),
      IDENTITY_PORT: String(identity),
      TABLES_PORT: String(tables),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  try {
    await expect.poll(() => output, { timeout: 60_000 }).toContain(`http://127.0.0.1:${bank}`);
    expect(Date.now() - startedAt).toBeLessThan(60_000);
    expect(await (await fetch(`http://127.0.0.1:${bank}/`)).text()).toContain('Eksempelbanken');
    expect((await fetch(`http://127.0.0.1:${host}/api/health/ready`)).status).toBe(200);
  } finally {
    child.kill('SIGINT');
  }
  expect(await ended).toBe(0);
  await expect(fetch(`http://127.0.0.1:${host}/api/health/live`)).rejects.toThrow();
});

test('on a Node that is too old the guard says what to do', (context) => {
  const version = execFileSync('node', ['--version'], { env, encoding: 'utf8' });
  if (Number(/^v(\d+)/.exec(version)?.[1]) >= 22)
    return context.skip(`this machine's own Node (${version.trim()}) is new enough`);
  let said = '';
  try {
    execFileSync('node', ['tools/require-node.cjs'], { cwd: copy, env, stdio: 'pipe' });
  } catch (error) {
    said = String((error as { stderr: Buffer }).stderr);
  }
  expect(said).toContain('needs Node 22.18 or newer');
  expect(said).toContain('npm ci --ignore-scripts=false');
});
