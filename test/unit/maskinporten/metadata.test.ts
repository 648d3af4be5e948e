import { describe, expect, test } from 'vitest';
import { createMetadataSource } from '../../../shared/maskinporten/metadata.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import { createUpstreamCall } from '../../../shared/resilience/upstream-call.ts';
import { type HttpReply, TransportError } from '../../../shared/upstream/http-client.ts';
import { common } from '../resilience/policy-world.ts';
import { faultOf } from '../support/problems.ts';
import { recordedTelemetry } from '../support/recorder.ts';
import { VirtualTime } from '../support/virtual-time.ts';

const origin = 'https://test.maskinporten.no';
const good = { issuer: `${origin}/`, token_endpoint: `${origin}/token`, jwks_uri: `${origin}/jwk` };
const json = (body: object, status = 200): HttpReply => ({
  status,
  headers: { 'content-type': 'application/json' },
  text: JSON.stringify(body),
});

function setUp(first: HttpReply | Error) {
  const time = new VirtualTime();
  const party = { answer: first, asked: [] as string[] };
  const source = createMetadataSource(origin, {
    http: {
      async send({ url }) {
        party.asked.push(url);
        if (party.answer instanceof Error) throw party.answer;
        return party.answer;
      },
      async close() {},
    },
    policy: createUpstreamCall(
      'maskinporten',
      { tryMs: 1000, totalMs: 1000, maxAttempts: 2, concurrency: 8, queue: 64 },
      { ...common, backoff: { baseMs: 1, capMs: 1 } },
      { time, telemetry: recordedTelemetry() },
    ),
    time,
  });
  const get = () => time.run(source.get(Deadline.after(time, 5000)));
  return { time, party, source, get };
}

describe("an authorization server's metadata", () => {
  test('is read once an hour for all callers; the issuer is kept exactly as written', async () => {
    const { get, party, time } = setUp(json(good));
    await time.run(Promise.all([get(), get(), get()]));
    expect(await get()).toEqual({ issuer: `${origin}/`, tokenEndpoint: `${origin}/token`, jwksUri: `${origin}/jwk` });
    expect(party.asked).toEqual([`${origin}/.well-known/oauth-authorization-server`]);
    await time.pass(3_600_000);
    await get();
    expect(party.asked).toHaveLength(2);
  });

  test.each([
    ['another issuer', { issuer: 'https://maskinporten.no/' }, 'issuer'],
    ['a token endpoint elsewhere', { token_endpoint: 'https://evil.example/token' }, 'endpoint'],
    ['a token endpoint in clear', { token_endpoint: 'http://test.maskinporten.no/token' }, 'endpoint'],
    ['a key set elsewhere', { jwks_uri: 'https://test.maskinporten.no.evil.example/jwk' }, 'endpoint'],
    ['no key set', { jwks_uri: undefined }, 'schema'],
  ])('%s: nothing is sent there', async (_what, change, fault) => {
    expect(await faultOf(setUp(json({ ...good, ...change })).get)).toBe(
      `upstream-invalid-reply maskinporten-metadata-${fault}`,
    );
  });

  test('a 404 may come from a gateway that does not know the path, so it is an outage', async () => {
    expect(await faultOf(setUp(json({}, 404)).get)).toMatch(/^upstream-unavailable/);
    expect(await faultOf(setUp(new TransportError('connection', 'ECONNREFUSED')).get)).toMatch(/^upstream-unavailable/);
  });

  test('the kept metadata is used during an outage; a failure is not kept', async () => {
    const { get, party, time } = setUp(new TransportError('connection', 'ECONNREFUSED'));
    await get().catch(() => {});
    party.answer = json(good);
    await get();
    party.answer = json({ ...good, token_endpoint: 'https://evil.example/token' });
    await time.pass(3_600_000);
    expect((await get()).tokenEndpoint).toBe(`${origin}/token`);
    party.answer = new TransportError('connection', 'ECONNREFUSED');
    // It is used for a day at most. It is fetched in the background, so no caller waits.
    for (let hour = 2; hour < 24; hour++) {
      await time.pass(3_600_000);
      const before = time.monotonic();
      expect((await get()).tokenEndpoint).toBe(`${origin}/token`);
      expect(time.monotonic()).toBe(before);
    }
    await time.pass(3_600_000);
    expect(await faultOf(get)).toMatch(/^upstream-unavailable/);
  });

  test("a failed first fetch is repeated at once, within the caller's time", async () => {
    const { source, party, time } = setUp(new TransportError('connection', 'ECONNREFUSED'));
    const asked = source.get(Deadline.after(time, 5000));
    await time.pass(10);
    party.answer = json(good);
    expect((await time.run(asked)).tokenEndpoint).toBe(`${origin}/token`);
    expect(time.monotonic()).toBe(250);
  });
});
