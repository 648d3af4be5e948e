import { TableClient } from '@azure/data-tables';
import { spawnHost } from '../../local/host/spawn.ts';
import type { World } from '../../local/world.ts';
import { FrontEnd } from '../integration/front-end.ts';
import { buildApp } from './apps.ts';
import { cpuMs, loadOn, median, residentMiB, rounded } from './measure.ts';

const clients = 16;
const windowMs = 500;

/** Warm look-ups from the held saldo against a bare handler on the same host program, in short windows by turns. */
export async function measureWarm(at: World, person: string, leastLookUps = 10_000) {
  const frontEnd = new FrontEnd(at);
  const token = await at.bankLogin.control.login(person);
  await frontEnd.giveConsent(token);
  const first = await frontEnd.call('GET', '/saldo', token);
  if (first.status !== 200) throw new Error(`The first look-up gave ${first.status}`);
  const sessions = TableClient.fromConnectionString(at.azurite.connectionString, 'sessions', {
    allowInsecureConnection: true,
  });
  let partitionKey = '';
  for await (const row of sessions.listEntities({ queryOptions: { filter: "state eq 'held'" } }))
    partitionKey = row.partitionKey ?? '';
  const bare = await buildApp('bare-app');
  const bareHost = await spawnHost({ root: bare.root, env: { ...at.environment, BENCH_PARTITION_KEY: partitionKey } });
  const sides = [
    { host: at.host, load: loadOn(at.host.url, '/api/saldo', token, clients) },
    { host: bareHost, load: loadOn(bareHost.url, '/api/bare', token, clients) },
  ] as const;
  // Until the compiler has settled.
  for (let turn = 0; turn < 4; turn++) for (const { load } of sides) await load.window(windowMs);
  const memoryAtStartMiB = residentMiB(at.host.pid);
  const turns: { rates: [number, number]; cpu: [number, number] }[] = [];
  let lookUps = 0;
  while (lookUps < leastLookUps || turns.length < 20) {
    const seen = [];
    for (const { host, load } of sides) {
      const before = cpuMs(host.pid) ?? Number.NaN;
      const { answers, tookMs } = await load.window(windowMs);
      seen.push({
        answers,
        rate: (answers * 1000) / tookMs,
        cpu: ((cpuMs(host.pid) ?? Number.NaN) - before) / answers,
      });
    }
    const [ours, theirs] = seen;
    if (!ours || !theirs) throw new Error('Two sides are measured.');
    lookUps += ours.answers;
    turns.push({ rates: [ours.rate, theirs.rate], cpu: [ours.cpu, theirs.cpu] });
    // A machine this slow has been measured well enough.
    if (turns.length >= 120) break;
  }
  const memoryAfterMiB = residentMiB(at.host.pid);
  for (const { load } of sides) await load.close();
  await bareHost.stop();
  await bare.remove();
  return {
    perSecond: rounded(median(turns.map(({ rates }) => rates[0])), 0),
    barePerSecond: rounded(median(turns.map(({ rates }) => rates[1])), 0),
    // Of each turn's own two windows: what else the machine does falls on both alike.
    ratio: rounded(median(turns.map(({ rates }) => rates[0] / rates[1]))),
    cpuMs: rounded(median(turns.map(({ cpu }) => cpu[0]))),
    bareCpuMs: rounded(median(turns.map(({ cpu }) => cpu[1]))),
    cpuRatio: rounded(median(turns.map(({ cpu }) => cpu[1] / cpu[0]))),
    turns: turns.length,
    lookUps,
    memoryAtStartMiB,
    memoryAfterMiB,
  };
}
