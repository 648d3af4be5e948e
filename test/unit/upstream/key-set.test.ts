import { jwtVerify } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { createUpstreamCall } from '../../../shared/resilience/upstream-call.ts';
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

function setUp(
  first: HttpReply | Error | 'hangs',
  uri: () => Promise<string> = async () => 'https://login.example/jwks',
) {
  const time = new VirtualTime();
  const issuer = { answer: first, asked: 0 };
  const keys = createKeySet({
    uri,
    http: {
      async send({ signal }) {
        issuer.asked += 1;
        if (issuer.answer === 'hangs') await time.sleep(1e9, signal);
        if (issuer.answer instanceof Error) throw issuer.answer;
        return issuer.answer as HttpReply;
      },
      async close() {},
    },
    policy: createUpstreamCall('person-token-issuer', { ...numbers, totalMs: 1000 }, common, {
      time,
      telemetry: createTelemetry(() => {}),
    }),
    time,
    name: 'login',
  });
  const get = (kid: string) =>
    time.run(Promise.resolve(keys.getKey({ alg: 'ES256', kid }, { payload: '', signature: '' })));
  return { time, issuer, keys, get };
}

test('the address of the keys is read once in each call, because that read has attempts of its own', async () => {
  let asked = 0;
  const { get, issuer, keys, time } = setUp(served(one.publicJwk), async () => {
    asked += 1;
    if (asked <= 2) throw down();
    return 'https://login.example/jwks';
  });
  keys.warm();
  await time.run(time.sleep(60_000));
  expect(asked).toBe(1);
  expect(await outage(get)).toMatchObject({ code: 'upstream-unavailable' });
  expect([asked, issuer.asked]).toEqual([2, 0]);
  await get('key-1');
  expect([asked, issuer.asked]).toEqual([4, 1]);
});

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

  test('that is not available is fetched five times within four seconds, then upstream-unavailable', async () => {
    const { get, issuer, time } = setUp(down());
    const problem = await outage(get);
    expect(problem).toMatchObject({ code: 'upstream-unavailable', fault: 'login-jwks' });
    expect(problem.retryAfterSeconds).toBeGreaterThanOrEqual(5);
    expect(problem.retryAfterSeconds).toBeLessThanOrEqual(30);
    expect([issuer.asked, time.monotonic()]).toEqual([5, 3750]);
    issuer.answer = served(one.publicJwk);
    await get('key-1');
    expect(issuer.asked).toBe(6);
  });

  test('after one failed fetch at start is available a quarter of a second later, not ten seconds', async () => {
    const { keys, issuer, time } = setUp(down());
    const asked = keys.getKey({ alg: 'ES256', kid: 'key-1' }, { payload: '', signature: '' });
    await time.pass(10);
    issuer.answer = served(one.publicJwk);
    await time.run(Promise.resolve(asked));
    expect([issuer.asked, time.monotonic()]).toEqual([2, 250]);
  });

  test('is not replaced by an answer without keys', async () => {
    const { get, issuer, time } = setUp(served(one.publicJwk));
    await get('key-1');
    issuer.answer = served();
    for (const ms of [10 * 60_000, 30 * 60_000]) {
      await time.pass(ms);
      await get('key-1');
    }
    expect(issuer.asked).toBe(3);
    // A token that names an unknown key is then an outage, not a forgery.
    await time.pass(10_000);
    expect((await problemOf(() => get('key-2'))).code).toBe('upstream-unavailable');
  });

  test('whose issuer hangs delays no call while valid keys are kept', async () => {
    const { get, issuer, time } = setUp(served(one.publicJwk));
    await get('key-1');
    issuer.answer = 'hangs';
    for (let round = 0; round < 20; round++) {
      await time.pass(2 * 60_000);
      const before = time.monotonic();
      await get('key-1');
      expect(time.monotonic()).toBe(before);
    }
  });

  test('with two keys under one kid, or one key listed twice, verifies the token by the key that signed it', async () => {
    const both = [
      { ...one.publicJwk, kid: 'same' },
      { ...two.publicJwk, kid: 'same' },
    ];
    for (const keys of [both, [...both].reverse(), [both[0], both[0], both[1]]]) {
      const { keys: set, time } = setUp(served(...(keys as object[])));
      for (const issuer of [one, two]) {
        const token = await issuer.sign({ sub: 'x' }, { kid: 'same' });
        const verified = await time.run(jwtVerify(token, (header, input) => set.getKey(header, input)));
        expect(verified.payload.sub).toBe('x');
      }
      const forged = await (await startIssuer('ES256', 'same')).sign({ sub: 'x' });
      await expect(time.run(jwtVerify(forged, (header, input) => set.getKey(header, input)))).rejects.toThrow(
        'signature verification failed',
      );
    }
  });

  test('that has been replaced by two keys under one kid verifies the first token, too', async () => {
    const { keys, issuer, time, get } = setUp(served({ ...one.publicJwk, kid: 'old' }));
    await get('old');
    issuer.answer = served({ ...one.publicJwk, kid: 'same' }, { ...two.publicJwk, kid: 'same' });
    await time.pass(10_000);
    const token = await two.sign({ sub: 'x' }, { kid: 'same' });
    const verified = await time.run(jwtVerify(token, (header, input) => keys.getKey(header, input)));
    expect(verified.payload.sub).toBe('x');
  });

  test.each([[[0]], [[0, 1]]])('whose issuer names no kid is fetched again for a token of a new key', async (old) => {
    const three = await startIssuer('ES256', 'key-3');
    const anonymous = ({ publicJwk: { kid: _, ...jwk } }: typeof one) => jwk;
    const { keys, issuer, time } = setUp(served(...old.map((index) => anonymous([one, two][index] as typeof one))));
    const verify = async (by: typeof one) =>
      time.run(
        jwtVerify(await by.sign({ sub: 'x' }, { kid: undefined }), (header, input) => keys.getKey(header, input)),
      );
    await verify(one);
    await expect(verify(three)).rejects.toThrow('no applicable key');
    issuer.answer = served(anonymous(three));
    await time.pass(10_000);
    expect((await verify(three)).payload.sub).toBe('x');
    for (let round = 0; round < 20; round++) await expect(verify(one)).rejects.toThrow('no applicable key');
    expect(issuer.asked).toBe(2);
  });

  test.each([
    ['no public key for signatures', () => [{ ...one.publicJwk, use: 'enc' }, { kty: 'oct', k: 'AA' }, {}]],
    ['a private key', () => [{ ...one.publicJwk, d: 'AA' }]],
  ])('is not replaced by one with %s', async (_what, bad) => {
    const { get, issuer, time } = setUp(served(one.publicJwk));
    await get('key-1');
    issuer.answer = served(...bad());
    await time.pass(10 * 60_000);
    for (let round = 0; round < 2; round++) {
      await get('key-1');
      await time.pass(0);
    }
    expect(issuer.asked).toBe(2);
  });

  test.each([
    ['is private', { d: 'AA' }],
    ['is no point of its curve', { x: 'AA', y: 'AA' }],
    ['has members of another type', { x: 1 }],
  ])('whose key %s is an outage for its tokens, and the other keys work', async (_what, bad) => {
    const { get } = setUp(served({ ...one.publicJwk, ...bad }, two.publicJwk));
    expect((await outage(get)).fault).toBe('login-jwks');
    await get('key-2');
  });

  test.each([
    ['500', { status: 500, headers: {}, text: '{"keys":[]}' }],
    ['HTML', { status: 200, headers: {}, text: '<html>' }],
    ['JSON of another kind', { status: 200, headers: {}, text: '{"issuer":"x"}' }],
    ['an array', { status: 200, headers: {}, text: '[]' }],
  ])('%s is not a key set', async (_what, answer) => {
    const { get } = setUp(answer);
    expect((await outage(get)).code).toBe('upstream-unavailable');
  });

  test('whose issuer hangs is given up, not waited for', async () => {
    const { get, time } = setUp('hangs');
    expect((await outage(get)).code).toBe('upstream-unavailable');
    // Five attempts of a second, and 3.75 s between them.
    expect(time.monotonic()).toBe(8750);
  });

  test("without the token's kid is fetched at once when the last fetch is ten seconds ago, and not for each token", async () => {
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

  test("without the token's kid during an outage is an outage, not a bad token; known keys still work", async () => {
    const { get, issuer, time } = setUp(served(one.publicJwk));
    await get('key-1');
    issuer.answer = down();
    await time.pass(10_000);
    expect(await problemOf(() => get('key-2'))).toMatchObject({ code: 'upstream-unavailable', fault: 'login-jwks' });
    await get('key-1');
    // Within ten seconds the keys are not fetched again, and it is still an outage.
    expect((await problemOf(() => get('key-2'))).code).toBe('upstream-unavailable');
    expect(issuer.asked).toBe(2);
    issuer.answer = served(one.publicJwk, two.publicJwk);
    await time.pass(10_000);
    await get('key-2');
  });

  test('is fetched in the background when it is ten minutes old; a withdrawn key is not trusted after that', async () => {
    const { get, issuer, time } = setUp(served(one.publicJwk));
    await get('key-1');
    issuer.answer = served(two.publicJwk);
    await time.pass(10 * 60_000 - 1);
    await get('key-1');
    await time.pass(1);
    // This call does not wait for the fetch.
    await get('key-1');
    await time.pass(0);
    await expect(get('key-1')).rejects.toThrow('no applicable key');
  });

  test('is used for an hour during an outage, and no longer', async () => {
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

  test('that cannot be fetched at warm-up harms no call', async () => {
    const { keys, get, issuer, time } = setUp(down());
    keys.warm();
    await time.pass(10_000);
    issuer.answer = served(one.publicJwk);
    await get('key-1');
  });
});
