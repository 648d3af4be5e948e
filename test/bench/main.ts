// `npm run bench`: what the program costs, each figure beside a baseline of the same run. `--json` gives JSON.
import { cpus } from 'node:os';
import { TableClient } from '@azure/data-tables';
import { startFaultProxy } from '../../local/fault-proxy.ts';
import { spawnHost } from '../../local/host/spawn.ts';
import { dsopCustomers } from '../../local/simulators/test-customers.ts';
import { wireFaultsOf } from '../../local/wire-faults.ts';
import { startWorld, type World } from '../../local/world.ts';
import { FrontEnd } from '../integration/front-end.ts';
import { buildApp } from './apps.ts';
import { median, residentMiB, throughput, unionMs } from './measure.ts';

const rounded = (value: number, digits = 2) => Number(value.toFixed(digits));
const person = '04125300311';

const startUp = await measureStartUp();
const world = await startWorld();
const proxy = await startFaultProxy(world.azurite.url);
const connection = world.azurite.connectionString.replace(new URL(world.azurite.url).origin, proxy.url);
try {
  const warm = await measureWarm(world);
  const chain = await measureChain(world);
  const logins = await measureLogins(world, 1000);
  const report = {
    machine: { cores: cpus().length, model: cpus()[0]?.model, node: process.version },
    startUp,
    warm,
    chain,
    logins,
  };
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else
    process.stdout.write(
      [
        `first answer         ${startUp.bundleMs} ms, hello world ${startUp.helloMs} ms: ratio ${startUp.ratio} (goal at most 2)`,
        `warm look-up         ${warm.perSecond}/s, bare handler ${warm.barePerSecond}/s: ratio ${warm.ratio} (goal at least 0.8)`,
        `memory               ${warm.memoryAtStartMiB} MiB, after ${warm.lookUps} look-ups ${warm.memoryAfterMiB} MiB`,
        `whole chain          ${chain.medianMs} ms, of it upstreams ${chain.upstreamsMs} ms: added ${chain.addedMs} ms (goal at most 8)`,
        `per 1 000 logins     Lånekassen ${logins.lanekassen}, Altinn reads ${logins.altinnReads}, grants ${logins.grants}, signatures ${logins.signatures}, table operations ${logins.tableOperations}`,
        '',
      ].join('\n'),
    );
} finally {
  await world.close();
  await proxy.close();
}

/** From the start of the process to its first answer, by turns, five times each. */
async function measureStartUp() {
  const hello = await buildApp('hello-app');
  const root = new URL('../../', import.meta.url).pathname;
  const first = async (appRoot: string, path: string) => {
    const startedAt = performance.now();
    const host = await spawnHost({ env: {}, root: appRoot });
    await (await fetch(`${host.url}/api${path}`)).arrayBuffer();
    const tookMs = performance.now() - startedAt;
    await host.stop();
    return tookMs;
  };
  const bundle: number[] = [];
  const baseline: number[] = [];
  for (let round = 0; round < 6; round++) {
    const bundleMs = await first(root, '/health/live');
    const helloMs = await first(hello.root, '/hello');
    // The first round fills the disk cache.
    if (round === 0) continue;
    bundle.push(bundleMs);
    baseline.push(helloMs);
  }
  await hello.remove();
  return {
    bundleMs: rounded(median(bundle), 0),
    helloMs: rounded(median(baseline), 0),
    ratio: rounded(median(bundle) / median(baseline)),
    runs: { bundle: bundle.map((ms) => rounded(ms, 0)), hello: baseline.map((ms) => rounded(ms, 0)) },
  };
}

/** Warm look-ups against a bare handler on the same host program, by turns. */
async function measureWarm(at: World) {
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
  const clients = 16;
  const ours = (ms: number) => throughput(at.host.url, '/api/saldo', token, clients, ms);
  const theirs = (ms: number) => throughput(bareHost.url, '/api/bare', token, clients, ms);
  await ours(2000);
  await theirs(2000);
  const memoryAtStartMiB = residentMiB(at.host.pid);
  const rates: number[] = [];
  const baseline: number[] = [];
  let lookUps = 0;
  // Until there have been ten thousand look-ups, and at least five turns.
  while (lookUps < 10_000 || rates.length < 5) {
    const rate = await ours(3000);
    rates.push(rate);
    lookUps += Math.round(rate * 3);
    baseline.push(await theirs(3000));
    if (rates.length >= 20) break;
  }
  const memoryAfterMiB = residentMiB(at.host.pid);
  await bareHost.stop();
  await bare.remove();
  return {
    perSecond: rounded(median(rates), 0),
    barePerSecond: rounded(median(baseline), 0),
    ratio: rounded(median(rates) / median(baseline)),
    runs: { ours: rates.map((rate) => rounded(rate, 0)), bare: baseline.map((rate) => rounded(rate, 0)) },
    lookUps,
    memoryAtStartMiB,
    memoryAfterMiB,
  };
}

/** Look-ups through all upstreams, one after the other, against the time in which an upstream was at work. */
async function measureChain(at: World) {
  const host = await at.anotherHost({
    STATE_TABLE_CONNECTION_STRING: connection,
    // So that each login takes the longest way: a signature, a consent token, Altinn, Lånekassen.
    LANEKASSEN_SEND_CONSENT_TOKEN: 'always',
  });
  const frontEnd = new FrontEnd({ ...at, apiUrl: `${host.url}/api` });
  const parties = [at.lanekassen, at.maskinporten, at.altinn, at.keyVault].map(({ url }) => wireFaultsOf(url));
  parties.push(proxy.faults);
  const took: number[] = [];
  const upstreams: number[] = [];
  const added: number[] = [];
  for (let index = 0; index < 130; index++) {
    const token = await at.bankLogin.control.login(person);
    for (const party of parties) party.forget();
    const startedAt = performance.now();
    const reply = await frontEnd.call('GET', '/saldo', token);
    const tookMs = performance.now() - startedAt;
    if (reply.status !== 200) throw new Error(`A look-up gave ${reply.status}`);
    // Warming up.
    if (index < 30) continue;
    const spans = parties.flatMap((party) =>
      party.requests().flatMap(({ at: from, endedAt }) => (endedAt === undefined ? [] : [{ from, to: endedAt }])),
    );
    const workMs = unionMs(spans);
    took.push(tookMs);
    upstreams.push(workMs);
    added.push(tookMs - workMs);
  }
  await host.stop();
  return {
    medianMs: rounded(median(took)),
    upstreamsMs: rounded(median(upstreams)),
    addedMs: rounded(median(added)),
    lookUps: took.length,
  };
}

/** What a thousand logins cost the others: consents are there, the first login of each customer primes it. */
async function measureLogins(at: World, logins: number) {
  const host = await at.anotherHost({ STATE_TABLE_CONNECTION_STRING: connection });
  const frontEnd = new FrontEnd({ ...at, apiUrl: `${host.url}/api` });
  const people = dsopCustomers.map(({ nationalId }) => nationalId).filter((nationalId) => nationalId !== person);
  for (const nationalId of people) await frontEnd.giveConsent(await at.bankLogin.control.login(nationalId));
  const before = {
    lanekassen: at.lanekassen.control.calls().length,
    altinnReads: altinnReads(at),
    grants: at.maskinporten.control.grants().length,
    signatures: at.keyVault.control.signatures(),
  };
  proxy.faults.forget();
  for (let done = 0; done < logins; done += 4)
    await Promise.all(
      [0, 1, 2, 3].map(async (offset) => {
        const nationalId = people[(done + offset) % people.length] ?? person;
        const reply = await frontEnd.call('GET', '/saldo', await at.bankLogin.control.login(nationalId));
        if (reply.status !== 200) throw new Error(`A login gave ${reply.status} ${String(reply.body.code)}`);
      }),
    );
  const per = (count: number) => rounded((count * 1000) / logins, 1);
  return {
    logins,
    customers: people.length,
    lanekassen: per(at.lanekassen.control.calls().length - before.lanekassen),
    altinnReads: per(altinnReads(at) - before.altinnReads),
    grants: per(at.maskinporten.control.grants().length - before.grants),
    signatures: per(at.keyVault.control.signatures() - before.signatures),
    tableOperations: per(proxy.faults.requests().length),
  };
}

function altinnReads(at: World): number {
  return at.altinn.control.calls().filter(({ method, route }) => method === 'GET' && route.endsWith('/{id}')).length;
}
