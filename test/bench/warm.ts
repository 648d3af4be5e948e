import { TableClient } from '@azure/data-tables';
import { spawnHost } from '../../local/host/spawn.ts';
import type { World } from '../../local/test-world.ts';
import { FrontEnd } from '../integration/front-end.ts';
import { type BuiltApp, buildApp } from './apps.ts';
import { cpuMs, loadOn, median, residentMiB, rounded } from './measure.ts';

const clients = 16;
const windowMs = 400;
/** Two processes of one program differ by about 6 %, because each compiler optimizes differently. So one pair is not enough. */
const pairs = 9;
const turns = 8;
/** Turns before the measurement, until the compiler has settled. */
const warmUpTurns = 6;

/** Compares warm look-ups of a held saldo with a bare handler on the same host program, in short windows that take turns. */
export async function measureWarm(at: World, person: string, leastLookUps = 10_000) {
  const frontEnd = new FrontEnd(at);
  const token = await at.bankLogin.control.login(person);
  await frontEnd.giveConsent(token);
  const first = await frontEnd.call('GET', '/saldo', token);
  if (first.status !== 200) throw new Error(`The first look-up gave ${first.status}`);
  const bare = await buildApp('bare-app');
  const partitionKey = await heldRow(at);
  const seen: Awaited<ReturnType<typeof measurePair>>[] = [];
  for (let pair = 0; pair < pairs; pair++) seen.push(await measurePair(at, bare, partitionKey, token));
  await bare.remove();
  const over = (figure: (one: (typeof seen)[number]) => number) => median(seen.map(figure));
  return {
    perSecond: rounded(
      over(({ ours }) => ours.rate),
      0,
    ),
    barePerSecond: rounded(
      over(({ theirs }) => theirs.rate),
      0,
    ),
    ratio: rounded(over(({ ratio }) => ratio)),
    ratios: seen.map(({ ratio }) => rounded(ratio)).sort(),
    cpuMs: rounded(over(({ ours }) => ours.cpu)),
    bareCpuMs: rounded(over(({ theirs }) => theirs.cpu)),
    cpuRatio: rounded(over(({ cpuRatio }) => cpuRatio)),
    pairs,
    turns,
    memory: await measureMemory(at, token, leastLookUps),
  };
}

/** The row that the look-ups read. */
async function heldRow(at: World): Promise<string> {
  const sessions = TableClient.fromConnectionString(at.azurite.connectionString, 'sessions', {
    allowInsecureConnection: true,
  });
  for await (const { partitionKey = '', doc } of sessions.listEntities({
    queryOptions: { filter: "RowKey eq 'session'" },
  }))
    if ((JSON.parse(String(doc)) as { state?: string }).state === 'held') return partitionKey;
  throw new Error('No saldo is held.');
}

/** Measures one process of each, in turns. A ratio compares the two windows of one turn: other work on the machine slows both alike. */
async function measurePair(at: World, bare: BuiltApp, partitionKey: string, token: string) {
  const host = await at.anotherHost();
  const bareHost = await spawnHost({ root: bare.root, env: { ...at.environment, BENCH_PARTITION_KEY: partitionKey } });
  const sides = {
    ours: { host, load: loadOn(host.url, '/api/saldo', token, clients) },
    theirs: { host: bareHost, load: loadOn(bareHost.url, '/api/bare', token, clients) },
  };
  const window = async ({ host: { pid }, load }: (typeof sides)['ours']) => {
    const before = cpuMs(pid) ?? Number.NaN;
    const { answers, tookMs } = await load.window(windowMs);
    return { rate: (answers * 1000) / tookMs, cpu: ((cpuMs(pid) ?? Number.NaN) - before) / answers };
  };
  const seen: { ours: Awaited<ReturnType<typeof window>>; theirs: Awaited<ReturnType<typeof window>> }[] = [];
  for (let turn = 0; turn < warmUpTurns + turns; turn++) {
    const one = { ours: await window(sides.ours), theirs: await window(sides.theirs) };
    if (turn >= warmUpTurns) seen.push(one);
  }
  for (const side of Object.values(sides)) {
    await side.load.close();
    await side.host.stop();
  }
  const over = (figure: (one: (typeof seen)[number]) => number) => median(seen.map(figure));
  return {
    ours: { rate: over(({ ours }) => ours.rate), cpu: over(({ ours }) => ours.cpu) },
    theirs: { rate: over(({ theirs }) => theirs.rate), cpu: over(({ theirs }) => theirs.cpu) },
    ratio: over(({ ours, theirs }) => ours.rate / theirs.rate),
    cpuRatio: over(({ ours, theirs }) => theirs.cpu / ours.cpu),
  };
}

/** Memory of a process after its first look-ups, and after at least `leastLookUps` more. */
async function measureMemory(at: World, token: string, leastLookUps: number) {
  const host = await at.anotherHost();
  const load = loadOn(host.url, '/api/saldo', token, clients);
  await load.window(windowMs);
  const beforeMiB = residentMiB(host.pid);
  let lookUps = 0;
  while (lookUps < leastLookUps) lookUps += (await load.window(windowMs)).answers;
  const afterMiB = residentMiB(host.pid);
  await load.close();
  await host.stop();
  return { lookUps, beforeMiB, afterMiB };
}
