import { describe, expect, test, vi } from 'vitest';
import { createStudielanClient, type GetToken } from '../../../web/src/client.ts';

type Sent = { url: string; method: string; headers: Record<string, string>; init: RequestInit };

/** A client whose calls are recorded and answered from the list. */
function clientWith(answers: (() => Response | Promise<Response>)[], getToken: GetToken = () => 'a.b.one', more = {}) {
  const sent: Sent[] = [];
  const client = createStudielanClient({
    apiUrl: 'https://studielan.bank.example/api/',
    getToken,
    ...more,
    fetch: async (url, init = {}) => {
      sent.push({ url: String(url), method: init.method ?? '', headers: init.headers as Record<string, string>, init });
      const answer = answers[Math.min(sent.length, answers.length) - 1];
      if (!answer) throw new TypeError('no answer');
      return answer();
    },
  });
  return { client, sent };
}
const json =
  (status: number, body: object, headers: Record<string, string> = {}) =>
  () =>
    Response.json(body, { status, headers });

describe('the typed client', () => {
  test('sends each call to its route with the token, without cache, redirects or cookies', async () => {
    const { client, sent } = clientWith([json(200, { state: 'none' })]);
    await client.currentConsent();
    await client.startConsent('https://bank.example/lan');
    await client.endConsent();
    await client.consentLog();
    await client.consentLog('2026-11-23T08:15:02.114Z');
    await client.saldo();
    await client.endSession();
    expect(sent.map(({ method, url }) => `${method} ${url.replace('https://studielan.bank.example/api', '')}`)).toEqual(
      [
        'GET /consents/current',
        'POST /consents',
        'DELETE /consents/current',
        'GET /consents/log',
        'GET /consents/log?before=2026-11-23T08%3A15%3A02.114Z',
        'GET /saldo',
        'DELETE /session',
      ],
    );
    expect(sent[1]?.init.body).toBe('{"returnUrl":"https://bank.example/lan"}');
    for (const { headers, init } of sent) {
      expect(headers.authorization).toBe('Bearer a.b.one');
      expect(headers.prefer).toBeUndefined();
      expect(headers['cache-control']).toBeUndefined();
      // With `no-store` the browser would send `Cache-Control: no-cache`, which requests a read in Altinn.
      expect(init).toMatchObject({ cache: 'default', credentials: 'omit', redirect: 'error' });
    }
    expect(sent.map(({ init }) => init.keepalive)).toEqual([false, false, false, false, false, false, true]);
  });

  test.each([
    [1, 'wait=1'],
    [8, 'wait=8'],
    [3.9, 'wait=3'],
    [0, undefined],
    [9, undefined],
    [Number.NaN, undefined],
  ])('sends wait-seconds %d as %s', async (waitSeconds, prefer) => {
    const { client, sent } = clientWith([json(200, {})], undefined, { waitSeconds });
    await client.saldo();
    expect(sent[0]?.headers.prefer).toBe(prefer);
  });

  test('returns a problem with its code, its request id and the delay for a retry; the body takes precedence over the header', async () => {
    const id = '0f6f3b3a-6f0f-4c6e-9a55-3c1f2f0f3a11';
    const { client } = clientWith([
      json(503, { code: 'saldo-not-ready', retryAfterSeconds: 3 }, { 'retry-after': '9', 'x-request-id': id }),
      json(503, { code: 'upstream-busy', instance: `urn:uuid:${id}` }, { 'retry-after': '7' }),
      () => new Response('<html>', { status: 502 }),
    ]);
    expect(await client.saldo()).toEqual({
      ok: false,
      problem: { code: 'saldo-not-ready', status: 503, requestId: id, retryAfterSeconds: 3 },
    });
    expect(await client.saldo()).toEqual({
      ok: false,
      problem: { code: 'upstream-busy', status: 503, requestId: id, retryAfterSeconds: 7 },
    });
    expect(await client.saldo()).toEqual({ ok: false, problem: { code: 'unreachable', status: 502 } });
  });

  test('returns unreachable for no answer, or one that cannot be read', async () => {
    const { client } = clientWith([() => Promise.reject(new TypeError('offline')), () => new Response('<html>')]);
    const unreachable = { ok: false, problem: { code: 'unreachable', status: 0 } };
    expect(await client.saldo()).toEqual(unreachable);
    expect(await client.saldo()).toEqual(unreachable);
  });

  test('gives up an answer that does not arrive', async () => {
    const { client } = clientWith([], undefined, { timeoutMs: 20 });
    const hanging = createStudielanClient({
      apiUrl: 'https://studielan.bank.example/api',
      getToken: () => 'a.b.c',
      timeoutMs: 20,
      fetch: (_url, init) =>
        new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(new Error('aborted')))),
    });
    expect(await hanging.saldo()).toMatchObject({ ok: false, problem: { code: 'unreachable' } });
    expect(await client.saldo()).toMatchObject({ ok: false });
  });

  test.each([
    ['none', () => undefined],
    ['an empty one', () => ''],
    ['a null', () => null],
    ['a login page', () => '<!doctype html><title>Logg inn</title>'],
    ['an answer of JSON', () => '{"token":"a.b.c"}'],
  ] as [string, GetToken][])('%s for a token: nothing is sent', async (_name, getToken) => {
    const { client, sent } = clientWith([json(200, {})], getToken);
    expect(await client.saldo()).toEqual({ ok: false, problem: { code: 'token-missing', status: 0 } });
    expect(sent).toEqual([]);
  });

  test.each([
    ['rejects', () => Promise.reject(new TypeError('Failed to fetch'))],
    [
      'throws',
      () => {
        throw new Error('offline');
      },
    ],
    ['never settles', () => new Promise<string>(() => undefined)],
  ] as [string, GetToken][])('a getToken that %s: unreachable, and nothing is sent', async (_name, getToken) => {
    const { client, sent } = clientWith([json(200, {})], getToken, { timeoutMs: 20 });
    expect(await client.saldo()).toEqual({ ok: false, problem: { code: 'unreachable', status: 0 } });
    expect(sent).toEqual([]);
  });

  test('accepts a token with a line end after it', async () => {
    const { client, sent } = clientWith([json(200, {})], () => 'a.b.c\n');
    await client.saldo();
    expect(sent[0]?.headers.authorization).toBe('Bearer a.b.c');
  });

  test('requests a read in Altinn after the visit to Altinn', async () => {
    const { client, sent } = clientWith([json(200, {})]);
    await client.saldo({ fresh: true });
    await client.currentConsent({ fresh: true });
    await client.saldo();
    expect(sent.map(({ headers }) => headers['cache-control'])).toEqual(['no-cache', 'no-cache', undefined]);
  });

  test('calls only its own origin with a cookie, without a token, and with the header that a form cannot send', async () => {
    vi.stubGlobal('document', { baseURI: 'https://nettbank.example/lan/' });
    vi.stubGlobal('location', { origin: 'https://nettbank.example' });
    const sent: { url: string; init: RequestInit }[] = [];
    const fetch: typeof globalThis.fetch = async (url, init = {}) => {
      sent.push({ url: String(url), init });
      return Response.json({});
    };
    const client = createStudielanClient({ apiUrl: '/api/studielan', credentials: 'same-origin', fetch });
    await client.endSession();
    expect(sent[0]?.url).toBe('https://nettbank.example/api/studielan/session');
    expect(sent[0]?.init).toMatchObject({ credentials: 'same-origin', headers: { 'x-studielan': '1' } });
    expect(sent[0]?.init.headers).not.toHaveProperty('authorization');
    expect(() =>
      createStudielanClient({ apiUrl: 'https://elsewhere.example/api', credentials: 'same-origin' }),
    ).toThrow('own origin');
    expect(() => createStudielanClient({ apiUrl: '/api/studielan' })).toThrow('getToken');
    vi.unstubAllGlobals();
  });

  test('renews an expired token once; the same token is not sent again', async () => {
    const refused = json(401, { code: 'person-token-invalid' });
    const asked: boolean[] = [];
    const renewing = clientWith([refused, json(200, { total: {} })], ({ renew }) => {
      asked.push(renew);
      return renew ? 'a.b.two' : 'a.b.one';
    });
    expect(await renewing.client.saldo()).toMatchObject({ ok: true });
    expect(asked).toEqual([false, true]);
    expect(renewing.sent.map(({ headers }) => headers.authorization)).toEqual(['Bearer a.b.one', 'Bearer a.b.two']);

    const same = clientWith([refused]);
    expect(await same.client.saldo()).toMatchObject({ ok: false, problem: { code: 'person-token-invalid' } });
    expect(same.sent).toHaveLength(1);

    // A session that was logged out stays logged out, whatever the token.
    const ended = clientWith([json(401, { code: 'session-ended' })], ({ renew }) => (renew ? 'a.b.two' : 'a.b.one'));
    expect(await ended.client.saldo()).toMatchObject({ ok: false, problem: { code: 'session-ended' } });
    expect(ended.sent).toHaveLength(1);
  });

  test('rejects an aborted call, and drops its answer', async () => {
    const abort = new AbortController();
    const { client } = clientWith([
      () => {
        abort.abort(new Error('over'));
        return Response.json({});
      },
    ]);
    await expect(client.saldo({ signal: abort.signal })).resolves.toBeDefined();
    await expect(client.saldo({ signal: abort.signal })).rejects.toThrow('over');
  });

  test.each(['http://bank.example/api', '/api', '', 'javascript:alert(1)', 'https://user:pw@bank.example/api'])(
    'refuses the address %s at once',
    (apiUrl) => {
      expect(() => createStudielanClient({ apiUrl, getToken: () => 'a.b.c' })).toThrow(TypeError);
    },
  );

  test.each(['http://127.0.0.1:7071/api', 'http://localhost:7071/api', 'https://studielan.bank.example/api'])(
    'accepts the address %s',
    (apiUrl) => {
      expect(() => createStudielanClient({ apiUrl, getToken: () => 'a.b.c' })).not.toThrow();
    },
  );
});
