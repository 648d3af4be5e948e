import { describe, expect, test } from 'vitest';
import type { Consent } from '../../../shared/consent/consent.ts';
import type { Active } from '../../../shared/consent/consent-in-force.ts';
import { nobodyYet } from '../../../shared/consent/person.ts';
import { createLanekassen, type LanekassenTransport } from '../../../shared/lanekassen/client.ts';
import { Secret } from '../../../shared/person/secret.ts';
import type { ProblemCode } from '../../../shared/problem-catalogue.ts';
import { ProblemError } from '../../../shared/problems.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import { createUpstreamCall } from '../../../shared/resilience/upstream-call.ts';
import { FetchLost } from '../../../shared/saldo/fetch-ports.ts';
import { createSaldoFetch } from '../../../shared/saldo/saldo-fetch.ts';
import { TransportError } from '../../../shared/upstream/http-client.ts';
import { common } from '../resilience/policy-world.ts';
import { anyKey } from '../support/any-key.ts';
import { steinar } from '../support/people.ts';
import { problemOf } from '../support/problems.ts';
import { recordedTelemetry } from '../support/recorder.ts';
import { VirtualTime } from '../support/virtual-time.ts';

const caller = { nationalId: steinar, sessionId: 's', issuer: 'i', subject: undefined, issuedAt: undefined };
const empty = { status: 200, headers: { 'content-type': 'application/json' }, text: '{"Accounts":[],"TotalAmount":0}' };
const status = (code: number, headers: Record<string, string> = {}) => ({ status: code, headers, text: '' });
type Answer = { status: number; headers: Record<string, string>; text: string } | TransportError;
const reset = new TransportError('connection', 'ECONNRESET');

/** The fetch on the real client and policy. Lånekassen answers as listed; the last answer is repeated. */
function setUp(
  answers: Answer[],
  options: { primed?: boolean; doubted?: boolean; transport?: LanekassenTransport; send?: 'until-200' | 'always' } = {},
) {
  const time = new VirtualTime();
  const telemetry = recordedTelemetry();
  const seen: Record<string, string>[] = [];
  const steps: string[] = [];
  const party = {
    refusesConsentToken: false,
    tokensGiven: 0,
    breaksDown: false,
    revoked: false,
    revokedSince: Number.POSITIVE_INFINITY,
    lost: false,
    /** The problem with which the session's registration fails, if it does. */
    registration: undefined as ProblemCode | undefined,
    /** The problem with which recording the answer fails, if it does. */
    writing: undefined as ProblemCode | undefined,
    tokenTakesMs: 0,
    renewedByAnother: false,
  };
  let shared = 0;
  const transport = options.transport ?? 'consent-id-header';
  const policy = createUpstreamCall(
    'lanekassen',
    { tryMs: 1000, totalMs: 20_000, maxAttempts: 2, concurrency: 4, queue: 64 },
    { ...common, backoff: { baseMs: 1, capMs: 1 } },
    { time, telemetry },
  );
  const lanekassen = createLanekassen(
    { baseUrl: 'https://lk.example', apiKey: new Secret('key'), transport, authPrefix: '' },
    {
      http: {
        async send({ headers, url }) {
          steps.push('call');
          expect(url).toBe('https://lk.example/saldo/v1/Accounts');
          seen.push({ ...headers });
          const answer = answers[Math.min(seen.length, answers.length) - 1] ?? empty;
          if (answer instanceof TransportError) throw answer;
          return answer;
        },
        async close() {},
      },
      policy,
      time,
      telemetry,
    },
  );
  const consent: Consent = {
    ...{ id: 'c-1', state: 'accepted', createdAt: 1, changedAt: 1, validTo: time.now() + 1e9, resourceId: 'r' },
    ...(options.primed ? { consentTokenAcceptedAt: 1 } : {}),
    ...(options.doubted ? { doubt: { reason: 'refused', at: 2, checkedIn: [] } } : {}),
  };
  const nothing = { doc: undefined, etag: undefined, ageMs: 0 };
  const active: Active = {
    at: {
      names: [anyKey('person')],
      name: anyKey('person'),
      at: nothing,
      person: { ...nobodyYet, consents: [consent] },
    },
    ...{ session: anyKey('s'), consent, verified: false, until: 0 },
  };
  class NotUsable extends Error {}
  const checked = async (step: string) => {
    await time.sleep(100);
    steps.push(step);
    if (party.revoked || steps.length > party.revokedSince) throw new ProblemError('consent-revoked');
  };
  const registered: Active = { ...active, until: time.now() + 1e6 };
  const fetchSaldo = createSaldoFetch({
    consentCheck: {
      verify: () => checked('proven'),
      async reload(asked) {
        await checked('our books');
        return asked;
      },
      verifyInAltinn: () => checked('read in Altinn'),
      async recordUse(asked, event) {
        steps.push(event);
        if (party.writing) throw new ProblemError(party.writing);
        // The consent ends earlier by now, so the saldo may be held for a shorter time.
        return { ...asked, consent: { ...consent, validTo: asked.consent.validTo - 1000 }, until: asked.until - 1000 };
      },
      recordRefusal: async (_asked, by) => new ProblemError('consent-refused', { fault: `doubt-${by}` }),
      recordToken: () => {
        party.tokensGiven += 1;
      },
    },
    sharedToken: {
      get: async () => {
        await time.sleep(party.tokenTakesMs);
        return new Secret(`shared-${shared}`);
      },
      drop: () => {
        const isMine = !party.renewedByAnother || shared > 0;
        shared += 1;
        return isMine;
      },
    },
    consentTokens: {
      fetch: async (id) => {
        steps.push('consent token');
        if (party.refusesConsentToken) throw new NotUsable();
        if (party.breaksDown) throw new ProblemError('upstream-unavailable', { fault: 'maskinporten-status-500' });
        return new Secret(`consent-${id}`);
      },
    },
    consentDoubt: (error) => (error instanceof NotUsable ? 'refused' : party.breaksDown ? 'possible' : undefined),
    lanekassen,
    sendConsentToken: options.send ?? 'until-200',
    consentTokenAuthorises: transport !== 'consent-id-header',
    time,
    telemetry,
  });
  const run = () =>
    time.run(
      fetchSaldo(caller, active, Deadline.after(time, 40_000), {
        onPause: () => {},
        isLost: () => party.lost,
        registered: party.registration
          ? Promise.reject(new ProblemError(party.registration))
          : Promise.resolve(registered),
      }),
    );
  const tokens = () => seen.map((headers) => [headers.Authorization, headers['Consent-ID']]);
  return { run, seen, steps, tokens, party, telemetry, consent, registered };
}

describe('a fetch', () => {
  test('sends the five headers and Accept, nothing else; the consent is verified before the call', async () => {
    const { run, seen, steps } = setUp([empty]);
    await run();
    expect(seen[0]).toEqual({
      ApiKey: 'key',
      Authorization: 'shared-0',
      'Consent-ID': 'consent-c-1',
      PSU_ID: '01085301957',
      'X-Request-Id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      Accept: 'application/json',
    });
    expect(steps).toEqual(['proven', 'consent token', 'call', 'saldo-fetched']);
  });

  test('fetches and sends no consent token once one was accepted (duty C-2), unless the setting is `always`', async () => {
    const primed = setUp([empty], { primed: true });
    await primed.run();
    expect([primed.steps, primed.tokens()]).toEqual([['proven', 'call', 'saldo-fetched'], [['shared-0', undefined]]]);
    const always = setUp([empty], { primed: true, send: 'always' });
    await always.run();
    expect(always.tokens()).toEqual([['shared-0', 'consent-c-1']]);
  });

  test.each([
    ['authorization-only', [['consent-c-1', undefined]]],
    ['both', [['consent-c-1', 'consent-c-1']]],
  ] as const)('sends the consent token in the headers of %s', async (transport, expected) => {
    const { run, tokens } = setUp([empty], { transport });
    await run();
    expect(tokens()).toEqual(expected);
  });

  test('treats a 404 as an answer and logs it as such, because the log must not say that a saldo was fetched', async () => {
    const { run, steps } = setUp([{ ...status(404), text: '{}' }]);
    expect((await run()).accounts).toBeUndefined();
    expect(steps.at(-1)).toBe('not-a-customer');
  });

  test('makes no call for a withdrawn consent', async () => {
    const { run, party, seen } = setUp([empty]);
    party.revoked = true;
    expect((await problemOf(run)).code).toBe('consent-revoked');
    expect(seen).toEqual([]);
  });

  test('after a long wait in the queue the consent is verified again before the call; if it was withdrawn, there is no call and no token', async () => {
    const throttled = status(429, { 'retry-after': '12' });
    const kept = setUp([throttled, empty], { send: 'always' });
    await kept.run();
    expect(kept.steps).toEqual([
      'proven',
      'consent token',
      'call',
      'proven',
      'our books',
      'consent token',
      'call',
      'saldo-fetched',
    ]);
    const withdrawn = setUp([throttled, empty], { send: 'always' });
    withdrawn.party.revokedSince = 3;
    expect((await problemOf(withdrawn.run)).code).toBe('consent-revoked');
    expect(withdrawn.steps).toEqual(['proven', 'consent token', 'call', 'proven']);
    // After a short wait the verification still counts; the table is read again after a second.
    const short = setUp([status(429, { 'retry-after': '2' }), empty], { primed: true });
    await short.run();
    expect(short.steps).toEqual(['proven', 'call', 'our books', 'call', 'saldo-fetched']);
    // The same holds after a long queue wait before Maskinporten.
    const lateToken = setUp([empty], { primed: true });
    lateToken.party.tokenTakesMs = 15_000;
    await lateToken.run();
    expect(lateToken.steps).toEqual(['proven', 'proven', 'our books', 'call', 'saldo-fetched']);
  });

  test('makes no call for a session that ended in the meantime', async () => {
    const { run, party, seen } = setUp([empty]);
    party.lost = true;
    await expect(run()).rejects.toThrow(FetchLost);
    expect(seen).toEqual([]);
  });

  test('makes no call and fetches no consent token after a logout of the subject, which is thrown before any problem of the consent', async () => {
    const { run, party, seen, steps } = setUp([empty]);
    Object.assign(party, { registration: 'session-ended', revoked: true });
    expect((await problemOf(run)).code).toBe('session-ended');
    expect(seen).toEqual([]);
    expect(steps).not.toContain('consent token');
  });

  test('a consent that has ended in the table is thrown, without a token or a call', async () => {
    const { run, party, seen, steps } = setUp([empty]);
    Object.assign(party, { breaksDown: true, registration: 'consent-revoked' });
    expect((await problemOf(run)).code).toBe('consent-revoked');
    expect([seen, steps.includes('consent token')]).toEqual([[], false]);
  });

  test('a consent that ended in the table while Altinn was slow: the table is read again before the call, which is not made', async () => {
    const { run, party, seen, steps } = setUp([empty], { primed: true });
    // Longer than a second, and shorter than the verification counts.
    Object.assign(party, { tokenTakesMs: 1000, revokedSince: 1 });
    expect((await problemOf(run)).code).toBe('consent-revoked');
    expect([seen, steps]).toEqual([[], ['proven', 'our books']]);
    const quick = setUp([empty], { primed: true });
    quick.party.tokenTakesMs = 999;
    await quick.run();
    expect(quick.steps).toEqual(['proven', 'call', 'saldo-fetched']);
  });

  test('holds the answer as long as the consent allowed when the answer was recorded', async () => {
    const { run, consent, registered } = setUp([empty]);
    const { consentValidTo, heldUntil } = await run();
    expect([consentValidTo, heldUntil]).toEqual([consent.validTo - 1000, registered.until - 1000]);
  });

  test('shows no answer that could not be recorded: what is not in the log is not shown', async () => {
    const { run, party } = setUp([empty]);
    party.writing = 'upstream-unavailable';
    expect((await problemOf(run)).code).toBe('upstream-unavailable');
  });

  test('a consent in doubt is sent with a fresh consent token, whether or not one was accepted before', async () => {
    const { run, tokens } = setUp([empty], { primed: true, doubted: true });
    await run();
    expect(tokens()).toEqual([['shared-0', 'consent-c-1']]);
  });

  test('401: the shared token is dropped once, and a new one is sent with a consent token; a second 401 is configuration', async () => {
    const repaired = setUp([status(401), empty], { primed: true });
    await repaired.run();
    expect(repaired.tokens()).toEqual([
      ['shared-0', undefined],
      ['shared-1', 'consent-c-1'],
    ]);
    const again = setUp([status(401)], { primed: true });
    expect(await problemOf(again.run)).toMatchObject({ code: 'configuration', fault: 'lanekassen-401-twice' });
    expect(again.seen).toHaveLength(2);
    expect(again.telemetry.of('lanekassen-401')).toHaveLength(1);
  });

  test('401 on a token that another look-up has renewed: only the new token is tried, without a consent token', async () => {
    const { run, party, steps, seen } = setUp([status(401), empty], { primed: true });
    party.renewedByAnother = true;
    await run();
    expect(steps.filter((step) => step === 'consent token')).toEqual([]);
    expect(seen.map(({ Authorization }) => Authorization)).toEqual(['shared-0', 'shared-1']);
    // The new token is refused too, so it is handled as a first refusal.
    const again = setUp([status(401), status(401), empty], { primed: true });
    again.party.renewedByAnother = true;
    await again.run();
    expect(again.seen).toHaveLength(3);
    expect(again.steps.filter((step) => step === 'consent token')).toHaveLength(1);
  });

  test("401, 403 and 404 of a gateway are not Lånekassen's answers: they cause no final state", async () => {
    const page = (code: number) => ({ status: code, headers: { 'content-type': 'text/html' }, text: '<html>' });
    for (const code of [401, 403]) {
      const { run, telemetry, steps } = setUp([page(code)], { send: 'always' });
      expect(await problemOf(run)).toMatchObject({ code: 'upstream-unavailable', fault: `lanekassen-gateway-${code}` });
      expect(telemetry.events('alert')).toEqual([]);
      expect(steps).not.toContain('read in Altinn');
    }
    for (const text of ['', '<html>', 'null', '{"statusCode":404,"message":"Resource not found"}']) {
      const { run, seen } = setUp([{ ...status(404), text }]);
      expect(await problemOf(run)).toMatchObject({ code: 'upstream-unavailable' });
      expect(seen).toHaveLength(2);
    }
  });

  test('403 without a consent token: one is fetched and sent; 403 with one: consent-refused, after Altinn was read again', async () => {
    const repaired = setUp([status(403), empty], { primed: true });
    await repaired.run();
    expect(repaired.tokens()).toEqual([
      ['shared-0', undefined],
      ['shared-0', 'consent-c-1'],
    ]);
    const refused = setUp([status(403)], { primed: true });
    expect((await problemOf(refused.run)).code).toBe('consent-refused');
    expect(refused.seen).toHaveLength(2);
    expect(refused.steps.filter((step) => step === 'read in Altinn')).toHaveLength(2);
    expect(refused.steps.at(-1)).toBe('read in Altinn');
  });

  test.each([
    ['401, a fault, 403', [status(401), reset, status(403)]],
    ['403, then faults', [status(403), reset]],
    ['401, then 500', [status(401), status(500)]],
    ['a fault, 401, 403', [reset, status(401), status(403)]],
    ['503 for ever', [status(503)]],
    ['a fault, 403, 401', [reset, status(403), status(401)]],
  ])('%s: never more than three calls, each with an X-Request-Id of its own', async (_what, answers) => {
    const { run, seen } = setUp(answers, { primed: true });
    await problemOf(run);
    expect(seen.length).toBeLessThanOrEqual(3);
    expect(new Set(seen.map((headers) => headers['X-Request-Id'])).size).toBe(seen.length);
  });

  test.each([
    [400, 'configuration', 1],
    [429, 'upstream-busy', 1],
    [500, 'upstream-unavailable', 2],
    [502, 'upstream-unavailable', 2],
    [204, 'upstream-invalid-reply', 1],
    [302, 'upstream-invalid-reply', 1],
    [418, 'upstream-invalid-reply', 1],
  ])('%i is %s after %i calls', async (code, problem, calls) => {
    const { run, seen } = setUp([status(code, { location: 'https://evil.example/' })]);
    expect((await problemOf(run)).code).toBe(problem);
    expect(seen).toHaveLength(calls);
  });

  test('400 logs the request id for the operator, and no token or national id', async () => {
    const { run, seen, telemetry } = setUp([status(400)]);
    await problemOf(run);
    expect(telemetry.of('lanekassen-400')[0]).toMatchObject({
      alert: true,
      lanekassenRequestId: seen[0]?.['X-Request-Id'],
    });
    expect(telemetry.lines.join()).not.toMatch(/01085301957|shared-0|consent-c-1|"key"/);
  });

  test('a consent token refused by Maskinporten: the consent is read in Altinn, and Lånekassen is not called', async () => {
    const { run, party, seen } = setUp([empty]);
    party.refusesConsentToken = true;
    expect(await problemOf(run)).toMatchObject({ code: 'consent-refused', fault: 'doubt-token' });
    expect([seen, party.tokensGiven]).toEqual([[], 0]);
    party.refusesConsentToken = false;
    await run();
    expect(party.tokensGiven).toBe(1);
  });

  test('an outage of Maskinporten for the consent token: Altinn is read again, and only its answer can change the problem', async () => {
    const outage = setUp([empty]);
    outage.party.breaksDown = true;
    expect(await problemOf(outage.run)).toMatchObject({ fault: 'maskinporten-status-500' });
    expect(outage.steps).toEqual(['proven', 'consent token', 'read in Altinn']);
    const withdrawn = setUp([empty]);
    // Between the first reading and the second.
    Object.assign(withdrawn.party, { breaksDown: true, revokedSince: 2 });
    expect((await problemOf(withdrawn.run)).code).toBe('consent-revoked');
    expect(withdrawn.seen).toEqual([]);
  });
});
