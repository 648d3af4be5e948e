// DSOP's integration test as a command: it passes on the local world, and finds each duty that is broken on purpose.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { dsopCustomers } from '../../local/simulators/test-customers.ts';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { findChromium } from '../../tools/chromium.ts';
import { type DsopCase, dsopCases } from '../../tools/dsop-cases/cases.ts';
import { judge } from '../../tools/dsop-cases/duties.ts';
import type { LogoEvidence } from '../../tools/dsop-cases/evidence.ts';
import { runAll } from '../../tools/dsop-cases/full-run.ts';
import type { Target } from '../../tools/dsop-cases/run.ts';
import { worldTarget } from '../../tools/dsop-cases/target.ts';
import { exampleEnvironment } from '../bench/fleet/example-environment.ts';
import { quickTest, slowTest } from '../part.ts';
import { dsopCommand } from './dsop-command.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dsop-cases-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const logoSeen: LogoEvidence = { page: 'a page', widths: [{ px: 360, seen: 'a picture' }] };

/** Runs cases against a set-up and returns the result of each duty. */
async function resultsOf(target: Target, cases: readonly DsopCase[]): Promise<Record<string, string>> {
  const evidence = await runAll(target, cases, {
    report: () => {},
    keep: async () => {},
    look: async () => logoSeen,
  });
  return Object.fromEntries(judge(cases, cases.length, evidence).map(({ id, result }) => [id, result]));
}

/** The duties that failed. A broken duty must not look like another one. */
const failed = (results: Record<string, string>) => Object.keys(results).filter((id) => results[id] === 'fail');

/** Some of the 17 cases, by DSOP's names. */
const casesNamed = (...names: string[]) => dsopCases.filter((one) => names.includes(one.case));
const kept = { 'C-2': 'pass', 'C-3': 'pass', 'C-4': 'pass', 'C-5': 'pass', 'C-6': 'pass' };

slowTest(
  'npm run dsop-cases on the local world passes 17 cases, shows each duty, and writes no saldo into the reports',
  async () => {
    const [file, args, options] = dsopCommand(['--local', '--out', folder]);
    const { code, output } = await new Promise<{ code: number; output: string }>((resolve) =>
      execFile(file, args, options, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
      ),
    );
    const hasBrowser = findChromium() !== undefined;
    expect(code, output).toBe(hasBrowser ? 0 : 3);
    const markdown = readFileSync(join(folder, 'report.md'), 'utf8');
    const csv = readFileSync(join(folder, 'report.csv'), 'utf8');
    expect(markdown).toContain('**17 of 17 customers passed. C-2 pass, C-3 pass, C-4 pass, C-5 pass, C-6 ');
    expect(markdown).toContain(hasBrowser ? 'C-6 pass.**' : 'C-6 not shown.**');
    expect(csv.split('\r\n').filter((line) => /^"\d+[ab]?",/.test(line) && line.includes('"pass"'))).toHaveLength(17);
    // One call at the first view and none at the second. The report has the X-Request-Id, so Lånekassen can be asked about it.
    expect(markdown.match(/ \| 1 \| 1, 0 \| pass \|$/gm)).toHaveLength(17);
    expect(markdown.match(/ [0-9a-f-]{36} \(200\) \|$/gm)).toHaveLength(17);

    for (const report of [markdown, csv, output]) {
      const published = new Set(dsopCustomers.map(({ nationalId }) => nationalId));
      const longNumbers = report.match(/(?<![\w-])\d{11}(?![\w-])/g) ?? [];
      expect(longNumbers.filter((number) => !published.has(number))).toEqual([]);
      // Neither the figures, nor their kroner where they are long enough to be recognised.
      const figures = dsopCustomers
        .flatMap(({ accounts }) => accounts ?? [])
        .flatMap(({ amount }) => [amount, ...(amount.match(/^\d{5,}/) ?? [])]);
      const shown = new Set(report.match(/(?<![\w.-])\d+(?:\.\d+)?(?![\w-])/g));
      expect(figures.filter((figure) => shown.has(figure))).toEqual([]);
      expect(report).not.toMatch(/eyJ[\w-]{20}/);
    }
  },
  240_000,
);

slowTest('wrong options are reported, and production settings are refused', async () => {
  const refused = async ([args, env, words]: readonly [
    args: readonly string[],
    env: Record<string, string>,
    words: string,
  ]) => {
    const [file, line, options] = dsopCommand([...args], env);
    const { code, output } = await new Promise<{ code: number; output: string }>((resolve) =>
      execFile(file, line, options, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
      ),
    );
    expect([code, output]).toEqual([2, expect.stringContaining(words)]);
  };
  await Promise.all(
    (
      [
        [['--only', '99'], {}, 'Exit code'],
        [['--nonsense'], {}, 'Exit code'],
        [[], { MASKINPORTEN_ISSUER: 'https://test.maskinporten.no' }, 'BANKS: is missing'],
        [[], { ...exampleEnvironment, MASKINPORTEN_ISSUER: 'https://maskinporten.no' }, 'production settings'],
      ] as const
    ).map(refused),
  );
});

describe('with a duty broken on purpose, dsop-cases reports that duty', () => {
  let world: World;
  beforeAll(async () => {
    world = await startTestWorld();
  });
  afterAll(() => world?.close());

  quickTest('no broken duty: all are fulfilled', async () => {
    expect(await resultsOf(worldTarget(world), casesNamed('1a', '2', '7'))).toEqual(kept);
  });

  quickTest('C-4: a front end that logs in again at each view of the page', async () => {
    const proxy = await startProxy(world.apiUrl, async (request) => {
      const [, token = ''] = (request.headers.authorization ?? '').split(' ');
      if (request.method !== 'GET' || !request.url?.endsWith('/saldo')) return token;
      const { pid, sid } = decodeJwt(token);
      // Not after logout, because that would break another duty.
      return ended.has(String(sid)) ? token : world.bankLogin.control.login(String(pid));
    });
    try {
      const results = await resultsOf(worldTarget(world, proxy.url), casesNamed('3a', '3b'));
      expect(results['C-4']).toBe('fail');
    } finally {
      await proxy.close();
    }
  });

  quickTest("C-5: Lånekassen answers with another saldo than DSOP's", async () => {
    const [none] = casesNamed('2');
    world.lanekassen.control.setAccounts(none?.nationalId ?? '', [
      { name: 'Gebyr', amount: '35.0', lastChangeDateTime: '2026-11-01T00:00:00Z' },
    ]);
    expect(failed(await resultsOf(worldTarget(world), casesNamed('1a', '2')))).toEqual(['C-5']);
    world.lanekassen.control.setAccounts(none?.nationalId ?? '', []);
  });

  quickTest('C-5: a customer refuses in Altinn', async () => {
    const target = worldTarget(world);
    const refusing: Target = {
      ...target,
      async consent(_customer, consentUrl) {
        world.altinn.control.reject(new URL(consentUrl).searchParams.get('id') ?? '');
        return false;
      },
    };
    const results = await resultsOf(refusing, casesNamed('5'));
    expect(results).toMatchObject({ 'C-2': 'not-shown', 'C-4': 'not-shown', 'C-6': 'not-shown' });
    expect(failed(results)).toEqual(['C-5']);
  });

  quickTest('C-6: an answer that does not require the logo', async () => {
    const proxy = await startProxy(world.apiUrl, undefined, (text) =>
      text.replace('"logoRequired":true', '"logoRequired":false'),
    );
    try {
      expect(failed(await resultsOf(worldTarget(world, proxy.url), casesNamed('8', '9')))).toEqual(['C-6']);
    } finally {
      await proxy.close();
    }
  });

  slowTest('C-2: an app that sends a consent token at every login', async () => {
    const { url } = await world.anotherHost({ LANEKASSEN_SEND_CONSENT_TOKEN: 'always' });
    expect(failed(await resultsOf(worldTarget(world, `${url}/api`), casesNamed('10', '11')))).toEqual(['C-2']);
  });

  /** Sessions whose logout the proxy has seen. */
  const ended = new Set<string>();

  /** A proxy in front of the API that changes the token or the answer. */
  async function startProxy(
    apiUrl: string,
    tokenFor?: (request: IncomingMessage) => Promise<string>,
    change: (text: string) => string = (text) => text,
  ): Promise<{ url: string; close(): Promise<void> }> {
    const server: Server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const own = (request.headers.authorization ?? '').split(' ')[1] ?? '';
      if (request.method === 'DELETE') ended.add(String(decodeJwt(own).sid));
      const reply = await fetch(`${apiUrl}${request.url}`, {
        method: request.method ?? 'GET',
        headers: {
          authorization: `Bearer ${(await tokenFor?.(request)) ?? own}`,
          ...(chunks.length > 0 ? { 'content-type': 'application/json' } : {}),
        },
        ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
      });
      const text = change(await reply.text());
      response.writeHead(reply.status, { 'content-type': 'application/json' }).end(text);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      close: () => new Promise((resolve) => server.close(() => resolve())),
    };
  }
});

slowTest(
  'C-3: an app that does not keep its token from one login to the next',
  async () => {
    // A token that lives two seconds serves one login, because there is one login a second. So each login fetches its own.
    const world = await startTestWorld({ accessTokenLifetimeSeconds: 2 });
    try {
      const target = worldTarget(world);
      const slow: Target = {
        ...target,
        async login(nationalId) {
          await sleep(1100);
          return target.login(nationalId);
        },
      };
      expect(await resultsOf(slow, casesNamed('1a', '2', '7'))).toEqual({ ...kept, 'C-3': 'fail' });
    } finally {
      await world.close();
    }
  },
  90_000,
);
