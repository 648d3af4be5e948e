// `npm run bench -- --banks` measures what 300 banks in one app cost. Each figure is a ratio to that of one bank in the same run, in turns.
import type { SpawnedHost } from '../../local/host/spawn.ts';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { FrontEnd } from '../integration/front-end.ts';
import { callerOf, cpuMs, loadOn, median, residentKiB, rounded } from './measure.ts';

const person = '04125300311';
const many = 300;
const [starts, memories, pairs] = [7, 3, 10];
const [windowMs, warmUpTurns, turns, clients] = [400, 6, 10, 16];

/** The first `count` organisation numbers that have a valid control digit. */
function organisationNumbers(count: number): string[] {
  const weights = [3, 2, 7, 6, 5, 4, 3, 2];
  const found: string[] = [];
  for (let eight = 31_100_000; found.length < count; eight++) {
    const sum = [...String(eight)].reduce((total, digit, at) => total + Number(digit) * (weights[at] ?? 0), 0);
    const control = (11 - (sum % 11)) % 11;
    if (control < 10) found.push(`${eight}${control}`);
  }
  return found;
}

/** BANKS with `count` banks. The world's own bank is first, and the others share its identity provider. */
function banksOf(world: World, count: number): string {
  const [own] = JSON.parse(world.environment.BANKS ?? '') as [{ identityProvider: object }];
  const { identityProvider } = own;
  const first = { ...own, identityProvider: { ...identityProvider, bankClaim: { name: 'bank', value: '0' } } };
  const others = organisationNumbers(count - 1).map((organisationNumber, index) => ({
    ...{ organisationNumber, name: `Bank ${index + 1}`, isSupplierCustomer: true },
    allowedReturnUrls: [`https://b${index + 1}.example/`],
    defaultReturnUrl: `https://b${index + 1}.example/`,
    identityProvider: { ...identityProvider, bankClaim: { name: 'bank', value: `${index + 1}` } },
  }));
  return JSON.stringify([first, ...others]);
}

const world = await startTestWorld();
const lists = { one: banksOf(world, 1), many: banksOf(world, many) };
type Side = keyof typeof lists;
const sides: readonly Side[] = ['one', 'many'];
/** A host without the timer that reads each bank's feed once a minute on one instance. It is no part of a look-up. */
const host = (side: Side) =>
  world.anotherHost({ BANKS: lists[side], 'AzureWebJobs.sync-consent-events.Disabled': 'true' });
const login = (bank: number) => world.bankLogin.control.login(person, { claims: { bank: `${bank}` } });
/** A new token of the session whose saldo is held. A token expires before the benchmark ends; the session does not. */
const sessionToken = () => world.bankLogin.control.login(person, { sid: 'bench-many-banks', claims: { bank: '0' } });
const over = async <T>(times: number, measure: (side: Side, turn: number) => Promise<T>) => {
  const seen: Record<Side, T[]> = { one: [], many: [] };
  // The sides take turns, and each is first every other time.
  for (let turn = 0; turn < times; turn++)
    for (const side of turn % 2 ? sides : sides.toReversed()) seen[side].push(await measure(side, turn));
  return seen;
};

/** Time from the start of the process to a customer's first held saldo, milliseconds. */
async function startUp(side: Side): Promise<number> {
  const token = await sessionToken();
  const startedAt = performance.now();
  const started = await host(side);
  const caller = callerOf(started.url);
  await caller.get('/api/saldo', token);
  const tookMs = performance.now() - startedAt;
  await caller.close();
  await started.stop();
  return tookMs;
}

/** Memory after one customer of each bank has called, or after as many calls of one bank's customer, KiB. */
async function memory(side: Side): Promise<number> {
  const started = await host(side);
  const caller = callerOf(started.url);
  const token = await sessionToken();
  // The compiler, the heap and the sockets have settled.
  for (let call = 0; call < 2 * many; call++) await caller.get('/api/saldo', token);
  for (let bank = 0; bank < many; bank++) {
    const customer = await login(side === 'many' ? bank : 0);
    // On a machine with other work a call may time out.
    await caller.get('/api/consents/log', customer).catch(() => caller.get('/api/consents/log', customer));
  }
  const resident = residentKiB(started.pid) ?? Number.NaN;
  await caller.close();
  await started.stop();
  return resident;
}

/** Warm look-ups of one customer on both sides, in short windows in turns. Returns the medians of the ratios. `first` starts first. */
async function warm(first: Side): Promise<{ rate: number; cpu: number }> {
  const second = first === 'one' ? 'many' : 'one';
  const hosts = { [first]: await host(first), [second]: await host(second) } as Record<Side, SpawnedHost>;
  const token = await sessionToken();
  const loads = {
    one: loadOn(hosts.one.url, '/api/saldo', token, clients),
    many: loadOn(hosts.many.url, '/api/saldo', token, clients),
  };
  const seen = await over(warmUpTurns + turns, async (side) => {
    const before = cpuMs(hosts[side].pid) ?? Number.NaN;
    const { answers, tookMs } = await loads[side].window(windowMs);
    return { rate: answers / tookMs, cpu: ((cpuMs(hosts[side].pid) ?? Number.NaN) - before) / answers };
  });
  for (const side of sides) {
    await loads[side].close();
    await hosts[side].stop();
  }
  const ratio = (of: 'rate' | 'cpu') =>
    median(seen.many.slice(warmUpTurns).map((one, turn) => one[of] / (seen.one[warmUpTurns + turn]?.[of] ?? 1)));
  return { rate: ratio('rate'), cpu: ratio('cpu') };
}

/** Measures everything, and prints each ratio with its goal. */
export async function measureManyBanks(): Promise<void> {
  try {
    const frontEnd = new FrontEnd({ ...world, apiUrl: `${(await host('one')).url}/api` });
    const token = await sessionToken();
    await frontEnd.giveConsent(token);
    const first = await frontEnd.call('GET', '/saldo', token);
    if (first.status !== 200) throw new Error(`The first look-up gave ${first.status}`);
    const started = await over(starts, startUp);
    process.stderr.write(`start ${JSON.stringify(started)}\n`);
    const resident = await over(memories, memory);
    process.stderr.write(`memory ${JSON.stringify(resident)}\n`);
    const looked: Awaited<ReturnType<typeof warm>>[] = [];
    for (let pair = 0; pair < pairs; pair++) looked.push(await warm(pair % 2 ? 'many' : 'one'));
    const report = {
      banks: many,
      start: {
        oneMs: rounded(median(started.one), 0),
        manyMs: rounded(median(started.many), 0),
        ratio: rounded(median(started.many) / median(started.one)),
        goal: 'at most 2',
      },
      memory: {
        oneKiB: median(resident.one),
        manyKiB: median(resident.many),
        kBPerBank: rounded(((median(resident.many) - median(resident.one)) * 1.024) / (many - 1), 1),
        goal: 'less than 100 kB a bank',
      },
      warm: {
        rateRatio: rounded(median(looked.map(({ rate }) => rate)), 3),
        rateRatios: looked.map(({ rate }) => rounded(rate, 3)).sort(),
        cpuRatio: rounded(median(looked.map(({ cpu }) => cpu)), 3),
        goal: 'within 3 %',
      },
    };
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  } finally {
    await world.close();
  }
}
