import { dsopCustomers } from '../../local/simulators/test-customers.ts';
import type { World } from '../../local/test-world.ts';
import type { FaultProxy } from '../fault-proxy.ts';
import { FrontEnd } from '../integration/front-end.ts';
import { rounded } from './measure.ts';

/** Logins of one customer within the hour. The list of sessions holds as many, so none is erased to make room. */
const loginsEach = 20;

/** Counts what a thousand logins cost the other parties. Each customer has a consent, and the first login primes it. */
export async function measureLogins(at: World, except: string, proxy: FaultProxy, connection: string) {
  const host = await at.anotherHost({ STATE_TABLE_CONNECTION_STRING: connection });
  const frontEnd = new FrontEnd({ ...at, apiUrl: `${host.url}/api` });
  const people = dsopCustomers.map(({ nationalId }) => nationalId).filter((nationalId) => nationalId !== except);
  const logins = people.length * loginsEach;
  for (const nationalId of people) await frontEnd.giveConsent(await at.bankLogin.control.login(nationalId));
  const before = counts(at);
  proxy.faults.forget();
  for (let done = 0; done < logins; done += 4)
    await Promise.all(
      [0, 1, 2, 3].map(async (offset) => {
        const nationalId = people[(done + offset) % people.length] ?? except;
        const reply = await frontEnd.call('GET', '/saldo', await at.bankLogin.control.login(nationalId));
        if (reply.status !== 200) throw new Error(`A login gave ${reply.status} ${String(reply.body.code)}`);
      }),
    );
  const after = counts(at);
  await host.stop();
  const per = (count: number) => rounded((count * 1000) / logins, 1);
  return {
    logins,
    customers: people.length,
    lanekassen: per(after.lanekassen - before.lanekassen),
    altinnReads: per(after.altinnReads - before.altinnReads),
    grants: per(after.grants - before.grants),
    signatures: per(after.signatures - before.signatures),
    tableOperations: per(proxy.faults.requests().length),
  };
}

function counts(at: World) {
  return {
    lanekassen: at.lanekassen.control.calls().length,
    altinnReads: at.altinn.control.calls().filter(({ method, route }) => method === 'GET' && route.endsWith('/{id}'))
      .length,
    grants: at.maskinporten.control.grants().length,
    signatures: at.keyVault.control.signatures(),
  };
}
