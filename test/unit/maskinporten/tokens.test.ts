import { describe, expect, test } from 'vitest';
import type { FetchedToken } from '../../../shared/maskinporten/token-reply.ts';
import { createSharedToken } from '../../../shared/maskinporten/tokens.ts';
import { Secret } from '../../../shared/person/secret.ts';
import { Deadline, DeadlineExceeded } from '../../../shared/resilience/deadline.ts';
import type { SharedToken } from '../../../shared/upstream/shared-token.ts';
import { recordedTelemetry } from '../support/recorder.ts';
import { VirtualTime } from '../support/virtual-time.ts';

function setUp(takesMs = 50) {
  const time = new VirtualTime();
  const party = { asked: 0, lifeMs: 120_000, fault: undefined as Error | undefined };
  const fetchToken = async (): Promise<FetchedToken> => {
    party.asked += 1;
    const token = new Secret(`token-${party.asked}`);
    await time.sleep(takesMs);
    if (party.fault) throw party.fault;
    return { token, lifeMs: party.lifeMs };
  };
  const tokenOf = (scope: string) => {
    const grant = { bank: 'b', issuer: 'i', clientId: 'c', keyId: 'k', header: { kid: 'kid' }, scope };
    const ports = { client: { request: fetchToken }, flightMs: 60_000, time, telemetry: recordedTelemetry() };
    return createSharedToken(grant, ports);
  };
  const tokens: Record<string, SharedToken> = { k: tokenOf('k'), a: tokenOf('a'), b: tokenOf('b') };
  const cache = tokens.k as SharedToken;
  const start = (deadlineMs = 10_000, key = 'k') => (tokens[key] as SharedToken).get(Deadline.after(time, deadlineMs));
  const get = async (deadlineMs?: number, key?: string) => (await time.run(start(deadlineMs, key))).reveal();
  return { time, cache, party, get, start };
}

describe('shared tokens', () => {
  test('two hundred callers at once share one request', async () => {
    const { time, party, start } = setUp();
    const all = await time.run(Promise.all(Array.from({ length: 200 }, () => start())));
    expect(new Set(all.map((token) => token.reveal()))).toEqual(new Set(['token-1']));
    expect(party.asked).toBe(1);
  });

  test('another grant has another token', async () => {
    const { get, party } = setUp();
    expect([await get(undefined, 'a'), await get(undefined, 'b'), await get(undefined, 'a')]).toEqual([
      'token-1',
      'token-2',
      'token-1',
    ]);
    expect(party.asked).toBe(2);
  });

  test('the caller that started the fetch may give up: the others get the token, and it is kept', async () => {
    const { time, party, start, get } = setUp(500);
    const impatient = start(100);
    const patient = start(10_000);
    await expect(time.run(impatient)).rejects.toBeInstanceOf(DeadlineExceeded);
    expect((await time.run(patient)).reveal()).toBe('token-1');
    expect(await get()).toBe('token-1');
    expect(party.asked).toBe(1);
  });

  test.each([
    ['15 seconds before its end', 120_000, 105_000],
    ['at half its life when that is later', 20_000, 10_000],
  ])('is renewed %s, counted from before the request', async (_what, lifeMs, renewAt) => {
    const { time, party, get } = setUp(50);
    party.lifeMs = lifeMs;
    await get();
    await time.pass(renewAt - 50 - 1);
    expect(await get()).toBe('token-1');
    await time.pass(1);
    expect(await get()).toBe('token-2');
  });

  test('a token without remaining life is used once and fetched again', async () => {
    const { party, get } = setUp();
    party.lifeMs = -3000;
    expect([await get(), await get()]).toEqual(['token-1', 'token-2']);
  });

  test('a failure is the answer for all waiting callers and for one second; then the fetch is tried again', async () => {
    const { time, party, start, get } = setUp();
    party.fault = new Error('down');
    const waiting = await time.run(Promise.allSettled([start(), start(), start()]));
    expect(waiting.map((one) => one.status)).toEqual(['rejected', 'rejected', 'rejected']);
    await time.pass(999);
    await expect(get()).rejects.toThrow('down');
    expect(party.asked).toBe(1);
    party.fault = undefined;
    await time.pass(1);
    expect(await get()).toBe('token-2');
  });

  test('a request that fails after all callers have gone causes no unhandled rejection', async () => {
    const { time, party, start } = setUp(500);
    const unhandled: unknown[] = [];
    const listen = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', listen);
    party.fault = new Error('down');
    await expect(time.run(start(100))).rejects.toBeInstanceOf(DeadlineExceeded);
    await time.pass(1000);
    process.off('unhandledRejection', listen);
    expect(unhandled).toEqual([]);
  });

  test('a dropped token is removed; one renewed since then stays', async () => {
    const { time, cache, start, get } = setUp();
    const first = await time.run(start());
    cache.drop(first);
    expect(await get()).toBe('token-2');
    cache.drop(first);
    expect(await get()).toBe('token-2');
  });
});

test('an API that refuses every token causes one grant in ten seconds, and not one for each look-up', async () => {
  const { time, cache, start, get } = setUp();
  let token = await time.run(start());
  const grants = new Set([token.reveal()]);
  for (let lookUp = 0; lookUp < 20; lookUp++) {
    cache.drop(token);
    token = await time.run(start());
    grants.add(token.reveal());
  }
  expect(grants.size).toBe(2);
  await time.pass(10_000);
  expect(cache.drop(token)).toBe(true);
  expect(await get()).toBe('token-3');
});
