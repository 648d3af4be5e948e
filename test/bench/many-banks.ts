// `npm run bench -- --banks`: what three hundred banks in one app cost, each figure as a ratio to one bank's in the same run, by turns.
import type { SpawnedHost } from '../../local/host/spawn.ts';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { FrontEnd } from '../integration/front-end.ts';
import { callerOf, cpuMs, loadOn, median, residentKiB, rounded } from './measure.ts';

const person = '04125300311';
const many = 300;
const [starts, memories, pairs] = [7, 3, 10];
const [windowMs, warmUpTurns, turns, clients] = [400, 6, 10, 16];

/** The `index`th organisation number with a right control digit. */
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

/** BANKS with so many banks: the world's own one first, and others that share its identity provider. */
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
/** Without the timer of the feeds, which reads each bank's once a minute on one instance: that is no part of a look-up. */
const host = (side: Side) =>
  world.anotherHost({ BANKS: lists[side], 'AzureWebJobs.sync-consent-events.Disabled': 'true' });
const login = (bank: number) => world.bankLogin.control.login(person, { claims: { bank: `${bank}` } });
/** A token of the one session whose saldo is held: tokens end before the benchmark does, the session does not. */
const sessionToken = () => world.bankLogin.control.login(person, { sid: 'bench-many-banks', claims: { bank: '0' } });
const over = async <T>(times: number, measure: (side: Side, turn: number) => Promise<T>) => {
  const seen: Record<Side, T[]> = { one: [], many: [] };
  // By turns, and each of the two first every other time.
  for (let turn = 0; turn < times; turn++)
    for (const side of turn % 2 ? sides : sides.toReversed()) seen[side].push(await measure(side, turn));
  return seen;
};

/** From the start of the process to a customer's first held saldo, milliseconds. */
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

/** Memory after a customer of each bank was there, or as many times one of the same bank, KiB. */
async function memory(side: Side): Promise<number> {
  const started = await host(side);
  const caller = callerOf(started.url);
  const token = await sessionToken();
  // The compiler, the heap and the sockets have settled.
  for (let call = 0; call < 2 * many; call++) await caller.get('/api/saldo', token);
  for (let bank = 0; bank < many; bank++) {
    const customer = await login(side === 'many' ? bank : 0);
    // On a machine that does other work too, a call may run out of time.
    await caller.get('/api/consents/log', customer).catch(() => caller.get('/api/consents/log', customer));
  }
  const resident = residentKiB(started.pid) ?? Number.NaN;
  await caller.close();
  await started.stop();
  return resident;
}

/** Warm look-ups of one customer on both, in short windows by turns: the medians of the turns' own ratios. `first` starts first. */
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

/** Measures all, and prints each ratio with the goal. */
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
