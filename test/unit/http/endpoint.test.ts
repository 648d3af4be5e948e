import { readdirSync, readFileSync } from 'node:fs';
import { HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { describe, expect, test } from 'vitest';
import type { BankParts } from '../../../shared/compose/bank-parts.ts';
import type { App } from '../../../shared/compose/compose.ts';
import { type Access, createEndpoint } from '../../../shared/http/endpoint.ts';
import { checkReady } from '../../../shared/http/readiness.ts';
import { ProblemError } from '../../../shared/problems.ts';
import { requestContext } from '../../../shared/telemetry/request-context.ts';
import { steinar } from '../support/people.ts';
import { recordedTelemetry } from '../support/recorder.ts';
import { VirtualTime } from '../support/virtual-time.ts';

const caller = { nationalId: steinar, sessionId: 's', issuer: 'i', subject: undefined, issuedAt: undefined };
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
type Session = { name: string; names: { sessionKey: string }; stored: object };
const login = { names: { sessionKey: 's' }, stored: {} };
type Bank = Pick<BankParts, 'organisationNumber' | 'isPaused'> & { admit(...given: unknown[]): Promise<Session> };
type Parts = Pick<App, 'requestDeadlineMs' | 'publicBaseUrl' | 'time' | 'verify'>;

function setUp(changes: Partial<Parts & Bank> = {}, load?: () => Parts) {
  const time = new VirtualTime();
  const telemetry = recordedTelemetry();
  const asked: string[] = [];
  const bank: Bank = {
    organisationNumber: '974760673',
    isPaused: changes.isPaused ?? false,
    admit:
      changes.admit ??
      (async () => {
        asked.push('admit');
        return { name: 's', ...login };
      }),
  };
  const parts: Parts = {
    requestDeadlineMs: 8000,
    publicBaseUrl: 'https://app.example',
    time,
    verify: async (authorization, token) => {
      asked.push(`verify ${authorization} ${token}`);
      return { caller, bank: bank as unknown as BankParts };
    },
    ...changes,
  };
  const around: string[] = [];
  const endpoint = createEndpoint((load ?? (() => parts)) as () => App, telemetry, async (work) => {
    around.push('waits');
    const answer = await work();
    around.push('answered');
    return answer;
  });
  const call = async (
    access: Access,
    handler: (call: never) => Promise<unknown>,
    headers: Record<string, string> = {},
  ) => {
    const request = new HttpRequest({ method: 'GET', url: 'http://127.0.0.1/api/x', headers });
    const run = endpoint('get-consent', { access }, handler as never)(request, {} as InvocationContext);
    const response = (await time.run(Promise.resolve(run))) as HttpResponseInit;
    const answered = response.headers as Record<string, string>;
    const problem =
      typeof response.body === 'string' ? (JSON.parse(response.body) as Record<string, unknown>) : undefined;
    return { ...response, headers: answered, problem };
  };
  return { time, telemetry, asked, around, call };
}

const fine = async () => ({ status: 200, body: { a: 1 } });

describe('the wrapper', () => {
  test('every request is counted as waiting and as answered, whatever its access and however it ends', async () => {
    const { call, around } = setUp();
    for (const access of ['person', 'person-leaving', 'anyone', 'probe'] as const) {
      await call(access, fine);
      await call(access, () => Promise.reject(new Error('a defect')));
    }
    expect(around).toEqual(Array.from({ length: 8 }, () => ['waits', 'answered']).flat());
  });

  test('with access person the token and the session are checked before the handler runs; each access has its own checks', async () => {
    const { call, asked } = setUp();
    await call('person', fine, { authorization: 'Bearer x' });
    expect(asked).toEqual(['verify Bearer x valid', 'admit']);
    asked.length = 0;
    await call('person-leaving', fine);
    expect(asked).toEqual(['verify undefined may-have-expired']);
    asked.length = 0;
    await call('anyone', fine);
    await call('probe', fine);
    expect(asked).toEqual([]);
  });

  test('the applied wait is in the header of every answer to a caller that requested one', async () => {
    const refuse = async (): Promise<never> => {
      throw new ProblemError('not-a-customer');
    };
    const { call } = setUp();
    const applied = async (access: Access, prefer: string, handler: () => Promise<unknown> = fine) =>
      (await call(access, handler, { prefer })).headers['preference-applied'];
    expect(await applied('person', 'wait=3')).toBe('wait=3');
    expect(await applied('person-leaving', 'respond-async, WAIT="8"')).toBe('wait=8');
    expect(await applied('person', 'wait=2', refuse)).toBe('wait=2');
    for (const prefer of ['wait=9', 'wait=0', 'respond-async', ''])
      expect(await applied('person', prefer)).toBeUndefined();
    // These calls do not take a wait from the caller.
    for (const access of ['anyone', 'probe'] as const) expect(await applied(access, 'wait=3')).toBeUndefined();
  });

  test('a 304 carries the ETag and no body', async () => {
    const { call } = setUp();
    const sent = await call('anyone', async () => ({ status: 200, body: { a: 1 }, etag: '"x"' }));
    expect([sent.status, sent.headers.etag]).toEqual([200, '"x"']);
    const had = await call('anyone', async () => ({ status: 304, etag: '"x"' }));
    expect([had.status, had.headers.etag, had.body, had.jsonBody]).toEqual([304, '"x"', undefined, undefined]);
  });

  test('a refused token or session never reaches the handler', async () => {
    const refuse = async (): Promise<never> => {
      throw new ProblemError('person-token-invalid', { fault: 'expired', refusal: 'expired' });
    };
    // The bank is known once the token is verified.
    for (const [parts, bank] of [
      [{ verify: refuse }, ''],
      [{ admit: refuse }, ' bank=974760673'],
    ] as const) {
      let reached = false;
      const { call, telemetry } = setUp(parts);
      const handler = async () => {
        reached = true;
        return fine();
      };
      const answer = await call('person', handler);
      expect([answer.status, answer.problem?.code, reached]).toEqual([401, 'person-token-invalid', false]);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
      expect(JSON.stringify(answer.problem)).not.toContain('expired');
      expect(telemetry.of('problem')[0]).toMatchObject({ fault: 'expired', requestId: answer.headers['x-request-id'] });
      expect(telemetry.counts().get(`personTokenRefused fault=expired${bank}`)).toBe(1);
    }
  });

  test('an ended session never reaches the handler, however late the check answers; an open session is passed to it', async () => {
    const reached: unknown[] = [];
    const handler = async ({ session }: { session: Session }) => {
      reached.push(session);
      return fine();
    };
    const ended = setUp({
      admit: async () => {
        await ended.time.sleep(500);
        throw new ProblemError('session-ended');
      },
    });
    const answer = await ended.call('person', handler);
    expect([answer.status, answer.problem?.code, reached]).toEqual([401, 'session-ended', []]);
    const open = setUp({
      admit: async () => {
        await open.time.sleep(500);
        return { name: 'late', ...login };
      },
    });
    expect((await open.call('person', handler)).status).toBe(200);
    expect(reached).toEqual([{ name: 'late', ...login }]);
  });

  test('only logout accepts a session that has ended, and only these routes need no token', () => {
    const accesses = readdirSync('functions').flatMap((file) =>
      [...readFileSync(`functions/${file}`, 'utf8').matchAll(/access: '([^']+)'/g)].map(([, access]) => [file, access]),
    );
    expect(accesses.length).toBeGreaterThan(8);
    expect(accesses.filter(([, access]) => access === 'person-leaving')).toEqual([['logout.ts', 'person-leaving']]);
    const known: Record<string, true> = { person: true, 'person-leaving': true, anyone: true, probe: true };
    for (const [file, access = ''] of accesses) expect([file, known[access]]).toEqual([file, true]);
    const open = accesses.filter(([, access]) => access === 'anyone').map(([file]) => file);
    expect(open.sort()).toEqual(['backchannel-logout.ts', 'consent-callback.ts', 'openapi.ts']);
  });

  test('the security headers are on every answer', async () => {
    const { call } = setUp();
    const fail = async () => {
      throw new ProblemError('upstream-busy', { retryAfterSeconds: 7 });
    };
    const answers = [
      await call('anyone', fine),
      await call('anyone', async () => ({ status: 204 })),
      await call('anyone', fail),
    ];
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'access-control-expose-headers': 'Retry-After, X-Request-Id',
      });
      expect(headers['x-request-id']).toMatch(uuid);
    }
    expect(answers[2]).toMatchObject({
      status: 503,
      headers: { 'retry-after': '7', 'content-type': 'application/problem+json' },
      problem: { retryAfterSeconds: 7 },
    });
  });

  test("the caller's request id is kept if it is a UUID; otherwise the answer has a new one", async () => {
    const { call } = setUp();
    const given = '0F6F3B3A-6F0F-4C6E-9A55-3C1F2F0F3A11';
    expect((await call('anyone', fine, { 'x-request-id': given })).headers['x-request-id']).toBe(given);
    for (const bad of ['x', `${given}x`, `${given},${given}`, '01085301957', ''])
      expect((await call('anyone', fine, { 'x-request-id': bad })).headers['x-request-id']).toMatch(uuid);
  });

  test('a defect is 500 internal: its frames are logged, its message is not', async () => {
    const { call, telemetry } = setUp();
    const answer = await call('anyone', async () => {
      throw new TypeError('hemmelig 01085301957');
    });
    expect(answer).toMatchObject({ status: 500, problem: { code: 'internal' } });
    expect(telemetry.of('internal-error')[0]).toMatchObject({
      alert: true,
      frames: expect.stringContaining('endpoint.test.ts'),
    });
    expect(telemetry.lines.join() + JSON.stringify(answer)).not.toMatch(/hemmelig|01085301957/);
  });

  test('with faulty settings every route answers configuration, and the probe still answers', async () => {
    const { call } = setUp({}, () => {
      throw new ProblemError('configuration', { fault: 'settings' });
    });
    expect(await call('person', fine)).toMatchObject({ status: 503, problem: { code: 'configuration' } });
    expect((await call('probe', fine)).status).toBe(200);
  });

  test.each([
    ['person', {}, 8000],
    ['person', { prefer: 'wait=2' }, 2000],
    ['person', { prefer: 'wait=99' }, 8000],
    // A browser that returns from Altinn cannot set the wait.
    ['anyone', { prefer: 'wait=2' }, 8000],
  ] as const)('a handler that never ends is ended: %s %j after %i ms', async (access, headers, ms) => {
    const { call, time } = setUp();
    const answer = await call(access, () => new Promise(() => {}), headers as Record<string, string>);
    expect(answer).toMatchObject({ status: 503, problem: { code: 'upstream-unavailable', retryAfterSeconds: 5 } });
    expect(time.monotonic()).toBe(ms);
  });

  test('a redirect sends no referrer to the next page', async () => {
    const { call } = setUp();
    const answer = await call('anyone', async () => ({
      status: 303,
      location: 'https://bank.example/?studielan=accepted',
    }));
    expect(answer).toMatchObject({
      status: 303,
      headers: { location: 'https://bank.example/?studielan=accepted', 'referrer-policy': 'no-referrer' },
    });
  });

  test('each request is logged once, with operation, status and code, and its context survives awaits', async () => {
    const { call, telemetry } = setUp();
    let inside: string | undefined;
    const answer = await call('anyone', async () => {
      await new Promise((resolve) => setImmediate(resolve));
      inside = requestContext.getStore()?.requestId;
      throw new ProblemError('not-a-customer');
    });
    expect(inside).toBe(answer.headers['x-request-id']);
    expect(telemetry.of('request')).toMatchObject([
      { operation: 'get-consent', status: 404, code: 'not-a-customer', requestId: inside },
    ]);
    expect(telemetry.counts().get('requestAnswered operation=get-consent status=404 code=not-a-customer')).toBe(1);
  });
});

describe('readiness', () => {
  const time = new VirtualTime();
  const probed = (probeState: () => Promise<unknown>) => checkReady(() => ({ time, probeState }));
  const failing = (error: Error) => probed(async () => Promise.reject(error));

  test('reports the part that is not ready', async () => {
    expect(await probed(async () => undefined)).toEqual({ status: 200, body: { status: 'ready' } });
    expect(await failing(new ProblemError('upstream-unavailable'))).toMatchObject({
      status: 503,
      body: { part: 'state-table' },
    });
    expect(await failing(new ProblemError('configuration', { fault: 'tables-of-another-bank' }))).toMatchObject({
      status: 503,
      body: { part: 'settings' },
    });
    const unset = await checkReady(() => {
      throw new ProblemError('configuration', { fault: 'settings' });
    });
    expect(unset).toMatchObject({ status: 503, body: { part: 'settings' } });
  });
});
