import type { FaultProxy } from '../../local/fault-proxy.ts';
import { wireFaultsOf } from '../../local/wire-faults.ts';
import type { World } from '../../local/world.ts';
import { callerOf, cpuMs, median, rounded, unionMs } from './measure.ts';

/** Until the compiler has settled: what a look-up costs goes on falling for some hundreds of them. */
const warmUp = 300;

/**
 * Look-ups through all upstreams, one after the other, against the time in which an upstream was at work: from when a
 * request had come to when its answer had been handed over, what ran side by side counted once. Azurite counts as one.
 */
export async function measureChain(at: World, person: string, proxy: FaultProxy, connection: string, lookUps = 150) {
  const host = await at.anotherHost({
    STATE_TABLE_CONNECTION_STRING: connection,
    // So that each login takes the longest way: a signature, a consent token, Altinn, Lånekassen.
    LANEKASSEN_SEND_CONSENT_TOKEN: 'always',
  });
  const caller = callerOf(host.url);
  const parties = [at.lanekassen, at.maskinporten, at.altinn, at.keyVault].map(({ url }) => wireFaultsOf(url));
  parties.push(proxy.faults);
  const took: number[] = [];
  const upstreams: number[] = [];
  const added: number[] = [];
  const cpu: number[] = [];
  for (let index = 0; index < lookUps + warmUp; index++) {
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
    const workMs = unionMs(spans);
    took.push(tookMs);
    upstreams.push(workMs);
    added.push(tookMs - workMs);
    cpu.push((cpuMs(host.pid) ?? Number.NaN) - before);
  }
  await caller.close();
  await host.stop();
  return {
    medianMs: rounded(median(took)),
    upstreamsMs: rounded(median(upstreams)),
    addedMs: rounded(median(added)),
    cpuMs: rounded(median(cpu)),
    lookUps,
    warmUp,
  };
}
