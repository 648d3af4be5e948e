// `npm run first-day` against a whole local world: without a failed step, failing at the right step with the right party, and with another
// answer to every open question. The probes alone: first-day-probes.test.ts.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startTestWorld, type World } from '../../local/test-world.ts';
import type { BankApi } from '../../tools/dsop-cases/bank-api.ts';
import { dsopCases } from '../../tools/dsop-cases/cases.ts';
import type { Party } from '../../tools/first-day/contacts.ts';
import type { DayOptions } from '../../tools/first-day/day.ts';
import { deployedTarget } from '../../tools/first-day/deployed.ts';
import { type DayResult, walk } from '../../tools/first-day/first-day.ts';
import { reportOf } from '../../tools/first-day/report.ts';
import { startApp, worldTarget } from '../../tools/first-day/target.ts';
import { found, secretsOf } from './leaks.ts';

const resource = { id: 'slk_5498_1', metadataKeys: ['navn'] };
const before = { ...process.env };
let world: World;
let folder = '';
/** Each run takes another of DSOP's customers, because Lånekassen remembers customers. */
let customers = [...dsopCases];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'first-day-'));
  world = await startTestWorld();
  const { IDENTITY_ENDPOINT, IDENTITY_HEADER } = world.environment;
  Object.assign(process.env, { IDENTITY_ENDPOINT, IDENTITY_HEADER });
});
afterEach(() => {
  world.altinn.control.setResources([resource]);
  world.altinn.control.noFaults();
  world.lanekassen.control.answerAs({});
  world.lanekassen.control.noFaults();
  world.maskinporten.control.setScopes(world.environment.MASKINPORTEN_CLIENT_ID ?? '', scopes);
});
afterAll(async () => {
  process.env = before;
  rmSync(folder, { recursive: true, force: true });
  await world?.close();
});
const scopes = ['altinn:consentrequests.write', 'lanekassen:lan/v1/saldoopplysninger'];

/** Checks that neither the output nor the report contains a secret. */
function expectNoSecret(result: DayResult, lines: readonly string[]): void {
  const ids = world.altinn.control.requests().map(({ id }) => id);
  expect(found(reportOf([], result), secretsOf(world, { consent: ids }))).toEqual([]);
  expect(found(lines.join('\n'), secretsOf(world, { consent: ids }))).toEqual([]);
}

/** A first day in the world. `at`: a part of a step's title, and what happens when that step begins. */
async function day(
  change: (target: DayOptions) => DayOptions = (target) => target,
  at: readonly [title: string, plant: () => void] = ['', () => {}],
): Promise<DayResult> {
  const [customer, ...others] = customers;
  if (customer === undefined) throw new Error('no customer is left');
  customers = others;
  const lines: string[] = [];
  const [title, plant] = at;
  const target = worldTarget(world, { customer, words: 'a test person', waitMs: 30_000 });
  const result = await walk(change(target), (line) => {
    lines.push(line);
    if (title !== '' && line.includes(`${title} (`)) plant();
  });
  expectNoSecret(result, lines);
  return result;
}

test('first-day passes every step, with one call to Lånekassen by the app, and leaves no accepted consent in Altinn', async () => {
  const result = await day();
  expect(result.taken.map(({ id, blame }) => [id, blame])).toEqual(
    ['settings', 'doctor', 'grant-altinn', 'grant-lanekassen', 'resource', 'request', 'app', 'consent']
      .concat(['grant-consent', 'lanekassen', 'saldo', 'logout', 'withdrawal', 'feed'])
      .map((id) => [id, undefined]),
  );
  expect(result.changes).toEqual({});
  expect(world.altinn.control.requests().filter(({ status }) => status === 'Accepted')).toEqual([]);
});

test('if every open question has another answer than the settings, first-day continues with the answers and prints them', async () => {
  world.altinn.control.setResources([{ ...resource, metadataKeys: ['bank'] }]);
  world.lanekassen.control.answerAs({
    authorizationPrefix: 'Bearer ',
    consentTransport: 'authorization-only',
    remembersConsent: false,
  });
  const result = await day((target) => ({
    ...target,
    environment: { ...target.environment, ALTINN_CONSENT_RESOURCE_ID: 'a-guess' },
  }));
  expect(result.taken.find(({ blame }) => blame !== undefined)?.blame).toBeUndefined();
  expect(result.taken).toHaveLength(result.steps);
  expect(result.changes).toEqual({
    ALTINN_CONSENT_RESOURCE_ID: 'slk_5498_1',
    ALTINN_CONSENT_METADATA_KEY: 'bank',
    LANEKASSEN_CONSENT_TRANSPORT: 'authorization-only',
    LANEKASSEN_AUTH_PREFIX: 'Bearer ',
    LANEKASSEN_SEND_CONSENT_TOKEN: 'always',
  });
});

describe('first-day fails with the right party at the step', () => {
  const settings = (changes: Record<string, string>) => (target: DayOptions) => ({
    ...target,
    environment: { ...target.environment, ...changes },
  });
  const person = (changes: Partial<DayOptions['person']>) => (target: DayOptions) => ({
    ...target,
    person: { ...target.person, ...changes },
  });
  /** The app, with a front end in between that behaves differently. */
  const app = (change: (api: BankApi) => BankApi) => (target: DayOptions) => ({
    ...target,
    start: async (...given: Parameters<DayOptions['start']>) => {
      const running = await startApp(...given);
      return { ...running, api: change(running.api) };
    },
  });
  const noAnswer = async () => {};
  const idOf = (url: string) => new URL(url).searchParams.get('id') ?? '';

  const cases: [
    step: string,
    what: string,
    who: Party,
    change?: ((target: DayOptions) => DayOptions) | undefined,
    at?: readonly [string, () => void] | undefined,
  ][] = [
    ['settings', 'a setting is missing', 'platform team', settings({ LANEKASSEN_API_KEY: '' })],
    [
      'doctor',
      'Maskinporten does not answer',
      'platform team',
      settings({ MASKINPORTEN_ISSUER: 'http://127.0.0.1:9' }),
    ],
    [
      'doctor',
      "the client lacks Lånekassen's scope",
      'platform team, with the owner of the scope',
      undefined,
      ['Doctor finds nothing to fix', () => world.maskinporten.control.setScopes(clientId(), [scopes[0] ?? ''])],
    ],
    [
      'grant-lanekassen',
      'the scope is taken away',
      'platform team, with the owner of the scope',
      undefined,
      ['token for Lånekassen', () => world.maskinporten.control.setScopes(clientId(), [scopes[0] ?? ''])],
    ],
    [
      'resource',
      'Lånekassen has no consent resource',
      'Lånekassen',
      undefined,
      ['Altinn has the consent resource', () => world.altinn.control.setResources([])],
    ],
    [
      'request',
      'the bank is not on the access list',
      'Lånekassen',
      undefined,
      ['takes our consent request', () => world.altinn.control.setResources([{ ...resource, accessList: [] }])],
    ],
    [
      'request',
      'Altinn answers 503',
      'Altinn',
      undefined,
      ['takes our consent request', () => world.altinn.control.failNext(20, { route: 'create', status: 503 })],
    ],
    [
      'app',
      'the app does not start',
      'developers',
      (target) => ({ ...target, start: () => Promise.reject(new Error('no host')) }),
    ],
    [
      'consent',
      'the person says no',
      'the person who clicks',
      person({ approve: async (url) => world.altinn.control.reject(idOf(url)) }),
    ],
    ['consent', 'the person does not answer', 'the person who clicks', person({ approve: noAnswer, waitMs: 500 })],
    [
      'grant-consent',
      'Maskinporten refuses an accepted consent',
      'platform team, in Digdir self-service',
      undefined,
      ['token for the consent', () => world.maskinporten.control.failNext(1, { status: 400, mpCode: 'MP-303' })],
    ],
    ['lanekassen', 'a wrong API key', 'platform team, with Lånekassen', settings({ LANEKASSEN_API_KEY: 'of-another' })],
    [
      'lanekassen',
      'Lånekassen answers 503',
      'Lånekassen',
      undefined,
      ['Lånekassen takes the consent', () => world.lanekassen.control.failNext(20, { status: 503 })],
    ],
    [
      'saldo',
      'Lånekassen answers 503 to the app',
      'Lånekassen',
      undefined,
      ['asked for once in the login', () => world.lanekassen.control.failNext(50, { status: 503 })],
    ],
    [
      'logout',
      'logout does not reach the app',
      'developers',
      app((api) => async (method, path, token, body) => {
        const answer = await api(method === 'DELETE' && path === '/session' ? 'GET' : method, path, token, body);
        return path === '/session' ? { ...answer, status: 204 } : answer;
      }),
    ],
    [
      'withdrawal',
      'the person does not withdraw',
      'the person who clicks',
      person({ withdraw: noAnswer, waitMs: 3000 }),
    ],
    [
      'feed',
      'the event does not come',
      'Altinn',
      person({ withdraw: async (_, id) => world.altinn.control.revoke(id), waitMs: 3000 }),
    ],
  ];
  const clientId = () => world.environment.MASKINPORTEN_CLIENT_ID ?? '';

  test.each(cases)('%s: %s', async (step, _, who, change, at) => {
    if (customers.length === 0) customers = [...dsopCases];
    const result = await day(change, at);
    const last = result.taken.at(-1);
    expect([last?.id, last?.blame?.who, last?.blame?.says]).toEqual([step, who, expect.any(String)]);
    expect(result.taken.slice(0, -1).filter(({ blame }) => blame !== undefined)).toEqual([]);
  });
});

describe('first-day against a deployed app', () => {
  const name = 'HAUK HAUGNES';
  const deployedDay = async (changes: Record<string, string>, loginCommand: string) => {
    const host = await world.anotherHost({ SYNC_CONSENT_EVENTS_SCHEDULE: '* * * * * *' });
    const customer = dsopCases.find((one) => one.name === name);
    if (customer === undefined) throw new Error(`no ${name}`);
    const lines: string[] = [];
    const waiting = { customer, words: 'a test person', waitMs: 30_000 };
    const environment = { ...world.environment, ...changes };
    const { start } = deployedTarget(environment, waiting, () => {}, { url: `${host.url}/api`, loginCommand });
    const result = await walk({ ...worldTarget(world, waiting), environment, start }, (line) => lines.push(line));
    expectNoSecret(result, lines);
    return result;
  };
  /** The bank's own login command: it prints a token and nothing else. */
  const login = () =>
    `"${process.execPath}" -e "fetch('${world.bankLogin.url}/test-token?name=HAUK%20HAUGNES').then((r) => r.json()).then(({ token }) => console.log(token))"`;

  test('passes with the tokens that the login command prints', async () => {
    const result = await deployedDay({}, login());
    expect(result.taken.find(({ blame }) => blame !== undefined)?.blame).toBeUndefined();
    expect(result.taken.find(({ id }) => id === 'saldo')?.seen).toContain('not counted at a deployed app');
  });

  test("fails at the app if its settings differ from the parties' answers, and prints the setting", async () => {
    const result = await deployedDay({ ALTINN_CONSENT_RESOURCE_ID: 'a-guess' }, login());
    expect(result.taken.at(-1)).toMatchObject({ id: 'app', blame: { who: 'platform team' } });
    expect(result.changes).toEqual({ ALTINN_CONSENT_RESOURCE_ID: 'slk_5498_1' });
  });

  test('fails if the login command prints no token, and does not show what it printed', async () => {
    const result = await deployedDay({}, 'echo this is no token');
    expect(result.taken.at(-1)).toMatchObject({
      id: 'consent',
      blame: { who: 'platform team, with the identity provider' },
    });
    expect(JSON.stringify(result)).not.toContain('this is no token');
  });
});

describe('first-day as a command', () => {
  const program = 'tools/first-day/main.ts';

  /** Runs the command with these settings. `person` gets each address that it prints, and the consent's id. */
  async function run(args: string[], env: Record<string, string>, person: (line: string) => void = () => {}) {
    const child = spawn(process.execPath, [program, '--out', folder, ...args], {
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const read = (chunk: Buffer) => {
      output += chunk.toString('utf8');
      for (const line of chunk.toString('utf8').split('\n')) if (/^ +http/.test(line)) person(line.trim());
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, output };
  }

  test('passes with given settings and a person who clicks, and the report contains no secret', async () => {
    let asked = '';
    const env = { ...world.environment, SYNC_CONSENT_EVENTS_SCHEDULE: '* * * * * *' };
    const { code, output } = await run(['--wait', '2'], env, (line) => {
      const id = /[?&]id=([0-9a-f-]{36})/.exec(line)?.[1];
      if (id !== undefined) {
        asked = id;
        return world.altinn.control.approve(id);
      }
      world.altinn.control.revoke(asked);
      world.altinn.control.advanceFeed(6 * 60_000);
    });
    expect([code, output]).toEqual([0, expect.stringContaining('All 14 steps are green.')]);
    const report = readFileSync(join(folder, 'report.md'), 'utf8');
    expect(report).toContain('None: the settings fit the answers of the parties.');
    expect(found(report, secretsOf(world, { consent: [asked] }))).toEqual([]);
    // The console shows the address that the person must open, and nothing else about the consent.
    const without = output.replaceAll(/^ +http\S+$/gm, '');
    expect(found(without, secretsOf(world, { consent: [asked] }))).toEqual([]);
    expect(found(readFileSync(join(folder, 'app.log'), 'utf8'), secretsOf(world))).toEqual([]);
  });

  test('needs no settings for a rehearsal', async () => {
    const { code, output } = await run(['--local'], {});
    expect([code, output]).toEqual([0, expect.stringContaining('All 14 steps are green.')]);
  });

  test('reports faulty settings as the first failed step', async () => {
    const { code, output } = await run([], { ...world.environment, LANEKASSEN_API_KEY: '' });
    expect([code, output]).toEqual([1, expect.stringContaining('LANEKASSEN_API_KEY: is missing')]);
    expect(output).toContain('Who: platform team');
    expect(readFileSync(join(folder, 'report.md'), 'utf8')).toContain('**Red at step 1 of 14');
  });

  test.each([
    ['no settings at hand', [], {}, 'There are no settings at hand'],
    ['production', [], { MASKINPORTEN_ISSUER: 'https://maskinporten.no' }, 'production settings'],
    ['an unknown option', ['--nonsense'], {}, 'Exit code'],
    ['an app without a login command', ['--app', 'https://saldo.bank.example/api'], {}, 'Exit code'],
    ['an app that is no address', ['--app', 'saldo', '--login', 'true'], {}, 'Exit code'],
    ['a wait that is none', ['--wait', 'long'], {}, 'Exit code'],
  ])('%s: refuses the call', async (_, args, env, words) => {
    expect(await run(args, env)).toEqual({ code: 2, output: expect.stringContaining(words) });
  });
});
