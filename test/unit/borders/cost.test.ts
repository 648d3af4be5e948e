// What a login costs in table operations and calls. The figures are the contract's; with three banks they must not rise.
import { expect, test } from 'vitest';
import type { HttpReply, HttpRequest } from '../../../shared/upstream/http-client.ts';
import { VirtualTime } from '../support/virtual-time.ts';
import { type BankKind, banksOf, pageOf, people } from './banks.ts';
import { startFront } from './front.ts';
import { createParties } from './parties.ts';

/** One customer's visit to the first bank. Returns for each step its table operations in order and the parties called. */
async function costsOf(kinds: readonly BankKind[]) {
  const time = new VirtualTime();
  const banks = banksOf(kinds);
  const parties = createParties(banks, time, (what) => {
    throw new Error(what);
  });
  let seen: string[] = [];
  for (const [name, party] of Object.entries(parties.http))
    parties.http[name as 'altinn'] = (request: HttpRequest): Promise<HttpReply> => {
      seen.push(name);
      return (party as typeof parties.http.altinn)(request);
    };
  const front = startFront(banks, parties, time);
  for (const [name, { hooks }] of Object.entries(front.tables))
    hooks.before = async (operation) => void seen.push(`${name} ${operation}`);
  const login = (sid: string) => {
    const seconds = Math.floor(time.now() / 1000);
    const claims = { pid: people[0].reveal(), sid, sub: 'sub', iat: seconds, exp: seconds + 300 };
    return banks.personToken(0, claims, undefined);
  };
  const costs: Record<string, string[]> = {};
  const step = async (name: string, work: () => Promise<{ status: number }>, status: number) => {
    seen = [];
    expect((await work()).status, name).toBe(status);
    await time.pass(2000);
    costs[name] = seen;
  };
  const [first, second] = [await login('sid-1'), await login('sid-2')];
  await step('start', () => front.ask('start', first, pageOf({ bank: 0, person: 0 })), 201);
  for (const truth of parties.truths) parties.decide(truth, 'accepted');
  await step('callback', () => front.callback(parties.truths[0]?.state ?? ''), 303);
  await step('first look-up', () => front.ask('saldo', first, ''), 200);
  await step('warm look-up', () => front.ask('saldo', first, ''), 200);
  await step('next login', () => front.ask('saldo', second, ''), 200);
  await step('consent', () => front.ask('consent', second, ''), 200);
  await step('logout', () => front.ask('logout', second, ''), 204);
  return costs;
}

const numberOf = (seen: readonly string[] = [], what: string) =>
  seen.filter((one) => one.split(' ')[0] === what).length;
/** The cost of a step as numbers. */
const figures = (seen: readonly string[] = []) => ({
  tables: numberOf(seen, 'consents') + numberOf(seen, 'sessions'),
  altinn: numberOf(seen, 'altinn'),
  grants: numberOf(seen, 'maskinporten'),
  lanekassen: numberOf(seen, 'lanekassen'),
});
const sorted = (costs: Record<string, string[]>) =>
  Object.fromEntries(Object.entries(costs).map(([step, seen]) => [step, seen.toSorted()]));

test.each<BankKind>(['app', 'own', 'shared'])(
  'a bank of kind %s costs what decisions 7 and 32 say, and three banks cost the same as one',
  async (kind) => {
    const alone = await costsOf([kind]);
    // Eight table operations; a grant for the shared token, and one for the consent token before the first saldo.
    expect(figures(alone['first look-up'])).toEqual({ tables: 8, altinn: 1, grants: 2, lanekassen: 1 });
    expect(figures(alone['next login'])).toEqual({ tables: 8, altinn: 1, grants: 0, lanekassen: 1 });
    expect(alone['warm look-up']).toEqual(['sessions read']);
    expect(alone.consent?.toSorted()).toEqual(['consents read', 'sessions read']);
    expect(figures(alone.callback)).toEqual({ tables: 3, altinn: 1, grants: 0, lanekassen: 0 });
    expect(figures(alone.logout)).toEqual({ tables: 3, altinn: 0, grants: 0, lanekassen: 0 });

    const { callback, ...others } = sorted(await costsOf([kind, 'shared', 'own']));
    const { callback: callbackAlone, ...rest } = sorted(alone);
    expect(others).toEqual(rest);
    // With several banks, the row of the `state` is read first, because it names the bank of the callback.
    expect(callback).toEqual([...(callbackAlone ?? []), 'consents read'].toSorted());
  },
);
