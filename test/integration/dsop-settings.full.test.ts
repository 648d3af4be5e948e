// `npm run dsop-cases` with given settings, as against the real test environments. Here a local world plays them.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { dsopCommand } from './dsop-command.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dsop-settings-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('dsop-cases with given settings, and a person who answers in Altinn', () => {
  let world: World;
  beforeAll(async () => {
    world = await startTestWorld();
  });
  afterAll(() => world?.close());

  /** Runs the command. `answer` is the person: it gets the id of the consent request, and may leave it unanswered. */
  async function run(
    answer: (id: string) => void,
    stopWhen?: () => boolean,
    { only = '1a,2,7', changes = {} }: { only?: string; changes?: Record<string, string> } = {},
  ) {
    const env = { ...world.environment, ...changes };
    const [file, args, options] = dsopCommand(['--only', only, '--out', folder], env);
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let stopped = false;
    const answered = new Set<string>();
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      for (const [, id = ''] of output.matchAll(/^ +http\S+[?&]id=([0-9a-f-]{36})\S*$/gm)) {
        if (answered.has(id)) continue;
        answered.add(id);
        answer(id);
      }
      if (stopped || !stopWhen?.()) return;
      stopped = true;
      child.kill('SIGINT');
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, output };
  }

  test('prints where to answer, can be interrupted and continued, and counts the calls that reached the parties', async () => {
    const approve = (id: string) => world.altinn.control.approve(id);
    let asked = 0;
    const first = await run(
      (id) => {
        asked += 1;
        // The person is interrupted at the second customer.
        if (asked === 1) approve(id);
      },
      () => asked === 2,
    );
    expect([first.code, first.output]).toEqual([130, expect.stringContaining('run this again to continue')]);
    expect(first.output).toContain('STEINAR BRUUN: pass');

    const second = await run(approve);
    expect(second.output).toContain('STEINAR BRUUN: passed in the earlier run');
    // Three of the 17 cases are not the whole integration test, and the bank's own page was not checked.
    expect(second.code, second.output).toBe(3);
    for (const [duty, result] of [
      ['C-2', 'pass'],
      ['C-3', 'pass'],
      ['C-4', 'pass'],
      ['C-5', 'not shown'],
      ['C-6', 'not shown'],
    ])
      expect(second.output).toMatch(new RegExp(`^${duty}  ${result} `, 'm'));
    const markdown = readFileSync(join(folder, 'report.md'), 'utf8');
    expect(markdown).toContain('3 of 3 customers passed');
    // The proxy counted what Lånekassen saw: each customer's first login with a consent token, later logins without.
    const calls = world.lanekassen.control.calls();
    expect(calls.map(({ withConsentToken }) => withConsentToken)).toEqual([true, true, true, false, false, false]);
    for (const { requestId } of calls.slice(0, 3)) expect(markdown).toContain(`${requestId} (200)`);
    // Each of the two processes fetched one token.
    expect(markdown).toContain('2 shared token(s) for 6 logins');
  }, 120_000);

  test('ends with exit code 1 and names the duty when a duty is broken', async () => {
    const approve = (id: string) => world.altinn.control.approve(id);
    const changes = { LANEKASSEN_SEND_CONSENT_TOKEN: 'always' };
    const { code, output } = await run(approve, undefined, { only: '3a,9', changes });
    expect([code, output]).toEqual([1, expect.stringMatching(/^C-2 {2}FAIL /m)]);
    expect(output).toContain('FAILED: DSOP would not accept this.');
    expect(readFileSync(join(folder, 'report.md'), 'utf8')).toMatch(/^\| C-2 \|.*\| \*\*FAIL\*\* \|$/m);
  }, 60_000);
});
