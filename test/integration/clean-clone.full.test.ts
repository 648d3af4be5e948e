// The README's first two commands, as a new developer runs them: on a copy of the files in git, with nothing installed.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePorts } from '../../local/free-port.ts';
import { observerEnvironment } from '../../local/host/observe.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** PATH without this checkout's own binaries: only the machine's Node, whatever its version. */
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

test('npm ci && npm start prints the address of the page within a minute, the page answers, and Ctrl+C ends every process', async () => {
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

test.each([
  ['20.20.2', 1],
  ['22.17.1', 1],
  ['22.18.0', 0],
  ['24.1.0', 0],
  // On the machine's own Node the guard must agree with its own rule too.
  [undefined, undefined],
])('on Node %s the guard ends with %s and says what to do', (pretended, expected) => {
  const own = execFileSync('node', ['--version'], { env, encoding: 'utf8' }).trim().slice(1);
  const [major = 0, minor = 0] = own.split('.').map(Number);
  const status = expected ?? (major > 22 || (major === 22 && minor >= 18) ? 0 : 1);
  // Only the version number is pretended, so the test works on a machine with any Node.
  const pretend = `Object.defineProperty(process.versions, 'node', { value: '${pretended ?? own}' });`;
  const ran = spawnSync('node', ['-e', `${pretend} require('./tools/require-node.cjs')`], { cwd: copy, env });
  expect(ran.status).toBe(status);
  const said = String(ran.stderr);
  expect(said.includes('needs Node 22.18 or newer')).toBe(status === 1);
  expect(said.includes('npm ci --ignore-scripts=false')).toBe(status === 1);
});
