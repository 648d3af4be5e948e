import { beforeAll, describe, expect, test } from 'vitest';
import { createPolicy } from '../../../shared/resilience/policy.ts';
import { createTelemetry } from '../../../shared/telemetry/telemetry.ts';
import { type HttpReply, TransportError } from '../../../shared/upstream/http-client.ts';
import { createKeySet } from '../../../shared/upstream/key-set.ts';
import { common, numbers } from '../resilience/policy-world.ts';
import { startIssuer } from '../support/issuer.ts';
import { problemOf } from '../support/problems.ts';
import { VirtualTime } from '../support/virtual-time.ts';

let one: Awaited<ReturnType<typeof startIssuer>>;
let two: Awaited<ReturnType<typeof startIssuer>>;
beforeAll(async () => {
  one = await startIssuer('ES256', 'key-1');
  two = await startIssuer('ES256', 'key-2');
});

const served = (...keys: object[]): HttpReply => ({
  status: 200,
  headers: { 'content-type': 'text/plain' },
  text: JSON.stringify({ keys }),
});
const down = () => new TransportError('connection', 'ECONNREFUSED');

function setUp(first: HttpReply | Error | 'hangs') {
  const time = new VirtualTime();
  const issuer = { answer: first, asked: 0 };
  const keys = createKeySet({
    uri: async () => 'https://login.example/jwks',
    http: {
      async send({ signal }) {
        issuer.asked += 1;
        if (issuer.answer === 'hangs') await time.sleep(1e9, signal);
        if (issuer.answer instanceof Error) throw issuer.answer;
        return issuer.answer as HttpReply;
      },
      async close() {},
    },
    policy: createPolicy('person-token-issuer', { ...numbers, tryMs: 1000 }, common, {
      time,
      telemetry: createTelemetry(() => {}),
    }),
    tryMs: 1000,
    time,
    name: 'login',
  });
  const get = (kid: string) =>
    time.run(Promise.resolve(keys.getKey({ alg: 'ES256', kid }, { payload: '', signature: '' })));
  return { time, issuer, keys, get };
}

const outage = (get: (kid: string) => Promise<unknown>) => problemOf(() => get('key-1'));

describe('a key set', () => {
  test('is fetched once for two hundred callers, and then kept', async () => {
    const { get, issuer, keys } = setUp(served(one.publicJwk));
    await Promise.all(
      Array.from({ length: 200 }, () => keys.getKey({ alg: 'ES256', kid: 'key-1' }, { payload: '', signature: '' })),
    );
    await get('key-1');
    expect(issuer.asked).toBe(1);
  });

  test('not to be had: upstream-unavailable, and not asked again for ten seconds', async () => {
    const { get, issuer, time } = setUp(down());
    const problem = await outage(get);
    expect(problem).toMatchObject({ code: 'upstream-unavailable', fault: 'login-jwks' });
    expect(problem.retryAfterSeconds).toBeGreaterThanOrEqual(5);
    expect(problem.retryAfterSeconds).toBeLessThanOrEqual(30);
    issuer.answer = served(one.publicJwk);
    await time.pass(9999);
    await outage(get);
    expect(issuer.asked).toBe(1);
    await time.pass(1);
    await get('key-1');
    expect(issuer.asked).toBe(2);
  });

  test.each([
    ['500', { status: 500, headers: {}, text: '{"keys":[]}' }],
    ['HTML', { status: 200, headers: {}, text: '<html>' }],
    ['JSON of another kind', { status: 200, headers: {}, text: '{"issuer":"x"}' }],
    ['an array', { status: 200, headers: {}, text: '[]' }],
  ])('%s is no key set', async (_what, answer) => {
    const { get } = setUp(answer);
    expect((await outage(get)).code).toBe('upstream-unavailable');
  });

  test('an issuer that hangs costs one try, not for ever', async () => {
    const { get, time } = setUp('hangs');
    expect((await outage(get)).code).toBe('upstream-unavailable');
    expect(time.monotonic()).toBe(1000);
  });

  test('an unknown kid brings a new key at once when the last fetch is ten seconds ago, and no flood of fetches', async () => {
    const { get, issuer, time } = setUp(served(one.publicJwk));
    await get('key-1');
    issuer.answer = served(one.publicJwk, two.publicJwk);
    await time.pass(5000);
    for (let round = 0; round < 20; round++) await expect(get('key-2')).rejects.toThrow('no applicable key');
    expect(issuer.asked).toBe(1);
    await time.pass(5000);
    await get('key-2');
    expect(issuer.asked).toBe(2);
    for (let round = 0; round < 20; round++) await expect(get('key-3')).rejects.toThrow('no applicable key');
    expect(issuer.asked).toBe(2);
    await get('key-1');
  });

  test('an unknown kid while the keys cannot be had is an outage, not a bad token; known ones go on', async () => {
    const { get, issuer, time } = setUp(served(one.publicJwk));
    await get('key-1');
    issuer.answer = down();
    await time.pass(10_000);
    expect(await problemOf(() => get('key-2'))).toMatchObject({ code: 'upstream-unavailable', fault: 'login-jwks' });
    await get('key-1');
    // Within the cool-down: not asked again, and still an outage.
    expect((await problemOf(() => get('key-2'))).code).toBe('upstream-unavailable');
    expect(issuer.asked).toBe(2);
    issuer.answer = served(one.publicJwk, two.publicJwk);
    await time.pass(10_000);
    await get('key-2');
  });

  test('keys ten minutes old are fetched anew; a withdrawn one is not trusted after that', async () => {
    const { get, issuer, time } = setUp(served(one.publicJwk));
    await get('key-1');
    issuer.answer = served(two.publicJwk);
    await time.pass(10 * 60_000 - 1);
    await get('key-1');
    await time.pass(1);
    await expect(get('key-1')).rejects.toThrow('no applicable key');
  });

  test('through an outage the keys at hand serve for an hour and no longer', async () => {
    const { get, issuer, time } = setUp(served(one.publicJwk));
    await get('key-1');
    issuer.answer = down();
    await time.pass(60 * 60_000 - 1);
    await get('key-1');
    await time.pass(1);
    expect((await outage(get)).code).toBe('upstream-unavailable');
    issuer.answer = served(one.publicJwk);
    await time.pass(10_000);
    await get('key-1');
  });

  test('warming up that fails harms nobody', async () => {
    const { keys, get, issuer, time } = setUp(down());
    keys.warm();
    await time.pass(10_000);
    issuer.answer = served(one.publicJwk);
    await get('key-1');
  });
});
