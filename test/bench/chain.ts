import type { FaultProxy } from '../../local/fault-proxy.ts';
import { wireFaultsOf } from '../../local/wire-faults.ts';
import type { World } from '../../local/world.ts';
import { FrontEnd } from '../integration/front-end.ts';
import { cpuMs, median, rounded, unionMs } from './measure.ts';

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
  const frontEnd = new FrontEnd({ ...at, apiUrl: `${host.url}/api` });
  const parties = [at.lanekassen, at.maskinporten, at.altinn, at.keyVault].map(({ url }) => wireFaultsOf(url));
  parties.push(proxy.faults);
  const took: number[] = [];
  const upstreams: number[] = [];
  const added: number[] = [];
  const cpu: number[] = [];
  const warmUp = 50;
  for (let index = 0; index < lookUps + warmUp; index++) {
    const token = await at.bankLogin.control.login(person);
    for (const party of parties) party.forget();
    const before = cpuMs(host.pid) ?? Number.NaN;
    const startedAt = performance.now();
    const reply = await frontEnd.call('GET', '/saldo', token);
    const tookMs = performance.now() - startedAt;
    if (reply.status !== 200) throw new Error(`A look-up gave ${reply.status}`);
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
  await host.stop();
  return {
    medianMs: rounded(median(took)),
    upstreamsMs: rounded(median(upstreams)),
    addedMs: rounded(median(added)),
    cpuMs: rounded(median(cpu)),
    lookUps,
  };
}
