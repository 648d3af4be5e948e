import type { World } from '../../local/test-world.ts';
import type { FaultProxy } from '../fault-proxy.ts';
import { wireFaultsOf } from '../wire-faults.ts';
import { callerOf, cpuMs, fixedWorkMs, median, rounded, unionMs } from './measure.ts';

/** Processes of one program differ, because each compiler optimizes differently. So one process is not enough. */
const hosts = 3;
const lookUpsEach = 100;
/** Look-ups before the measurement. The cost of a look-up falls for the first few hundred, until the compiler has settled. */
const warmUp = 300;

type LookUp = { tookMs: number; upstreamsMs: number; cpu: number };

/**
 * Measures look-ups through all upstreams, one after the other. Compares each with the time in which an upstream worked: from the arrival
 * of a request until its answer was handed over. Time in which several worked counts once. Azurite is an upstream here.
 */
export async function measureChain(at: World, person: string, proxy: FaultProxy, connection: string) {
  const seen: LookUp[] = [];
  const fixedWork: number[] = [fixedWorkMs()];
  for (let host = 0; host < hosts; host++) {
    seen.push(...(await measureHost(at, person, proxy, connection)));
    fixedWork.push(fixedWorkMs());
  }
  const over = (figure: (one: LookUp) => number) => rounded(median(seen.map(figure)));
  return {
    medianMs: over(({ tookMs }) => tookMs),
    upstreamsMs: over(({ upstreamsMs }) => upstreamsMs),
    addedMs: over(({ tookMs, upstreamsMs }) => tookMs - upstreamsMs),
    cpuMs: over(({ cpu }) => cpu),
    lookUps: seen.length,
    hosts,
    warmUp,
    fixedWorkMs: median(fixedWork),
  };
}

async function measureHost(at: World, person: string, proxy: FaultProxy, connection: string): Promise<LookUp[]> {
  const host = await at.anotherHost({
    STATE_TABLE_CONNECTION_STRING: connection,
    // Each login then takes the longest way: a signature, a consent token, Altinn, Lånekassen.
    LANEKASSEN_SEND_CONSENT_TOKEN: 'always',
  });
  const caller = callerOf(host.url);
  const parties = [at.lanekassen, at.maskinporten, at.altinn, at.keyVault].map(wireFaultsOf);
  parties.push(proxy.faults);
  const seen: LookUp[] = [];
  for (let index = 0; index < warmUp + lookUpsEach; index++) {
    const token = await at.bankLogin.control.login(person);
    for (const party of parties) party.forget();
    const before = cpuMs(host.pid) ?? Number.NaN;
    const startedAt = performance.now();
    await caller.get('/api/saldo', token);
    const tookMs = performance.now() - startedAt;
    if (index < warmUp) continue;
    const spans = parties.flatMap((party) =>
      party.requests().flatMap(({ at: from, endedAt }) => (endedAt === undefined ? [] : [{ from, to: endedAt }])),
    );
    seen.push({ tookMs, upstreamsMs: unionMs(spans), cpu: (cpuMs(host.pid) ?? Number.NaN) - before });
  }
  await caller.close();
  await host.stop();
  return seen;
}
