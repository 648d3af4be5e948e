// The telemetry that the app sends to Application Insights: for one full round, for one round with faults, and without an endpoint that
// answers.
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { SpawnedHost } from '../../local/host/spawn.ts';
import { dsopCustomers, ownCustomers, testBank } from '../../local/simulators/test-customers.ts';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { events } from '../../shared/telemetry/events.ts';
import { metrics } from '../../shared/telemetry/metrics.ts';
import { policyApp, policyChanges } from '../fixtures/policy-app/policy-app.ts';
import { quickTest, slowTest } from '../part.ts';
import { hasOpenssl } from './certificates.ts';
import { runSync } from './feed.ts';
import { FrontEnd } from './front-end.ts';
import { type Envelope, type Ingestion, startIngestion } from './ingestion.ts';
import { found, secretsOf } from './leaks.ts';

const definitions: Record<string, { dimensions: object; measurements?: object; byBank?: true }> = {
  ...metrics,
  ...events,
};

/** A row as the workbook sees it: table, name, dimensions, measurements. */
function rowOf({ data: { baseType, baseData } }: Envelope) {
  const [metric] = baseData.metrics ?? [];
  return {
    table: baseType,
    name: metric?.name ?? baseData.name ?? '',
    properties: baseData.properties ?? {},
    measurements: baseData.measurements ?? {},
    value: metric?.value,
  };
}

/** Telemetry with values outside the closed lists, or without a value that the vocabulary requires. */
function strangers(envelopes: readonly Envelope[]): string[] {
  return envelopes.map(rowOf).flatMap(({ table, name, properties, measurements }) => {
    const definition = definitions[name];
    const kind = name in events ? 'EventData' : 'MetricData';
    if (definition === undefined || table !== kind) return [`${table} ${name}`];
    const wanted = Object.entries(definition.dimensions) as [string, readonly string[]][];
    return [
      ...Object.keys(properties).filter(
        (dimension) => !(dimension in definition.dimensions) && !(dimension === 'bank' && definition.byBank),
      ),
      ...[properties.bank ?? testBank.organisationNumber]
        .filter((number) => number !== testBank.organisationNumber)
        .map((number) => `${name}.bank=${number}`),
      ...wanted
        .filter(([dimension, values]) => !values.includes(properties[dimension] ?? ''))
        .map(([dimension]) => `${name}.${dimension}=${properties[dimension]}`),
      ...Object.keys(definition.measurements ?? {})
        .filter((measurement) => typeof measurements[measurement] !== 'number')
        .map((measurement) => `${name}: no ${measurement}`),
      ...Object.keys(measurements).filter((measurement) => !(measurement in (definition.measurements ?? {}))),
    ];
  });
}

describe.skipIf(!hasOpenssl)('telemetry as it is sent (needs openssl 3)', () => {
  let ingestion: Ingestion;
  let world: World;
  let frontEnd: FrontEnd;
  const used = {
    tokens: [] as string[],
    sids: [] as string[],
    states: [] as string[],
    consents: [] as string[],
    traces: [] as string[],
  };

  beforeAll(async () => {
    ingestion = await startIngestion();
    world = await startTestWorld({
      root: await policyApp(),
      settings: {
        APPLICATIONINSIGHTS_CONNECTION_STRING: ingestion.connectionString,
        NODE_EXTRA_CA_CERTS: ingestion.certificate,
        // As App Service sets it: the rows of worker and host have one role name.
        WEBSITE_SITE_NAME: 'func-studielan-test',
        // Metrics are sent once, at the end, so a metric that is sent twice shows.
        OTEL_METRIC_EXPORT_INTERVAL: '3600000',
      },
    });
    frontEnd = new FrontEnd(world);
  }, 60_000);
  afterAll(async () => {
    await world?.close();
    await ingestion?.close();
  });

  const login = async (nationalId: string) => {
    const sid = `sid-${crypto.randomUUID()}`;
    const token = await world.bankLogin.control.login(nationalId, { sid });
    used.sids.push(sid);
    used.tokens.push(token);
    return { sid, token };
  };
  const consent = async (token: string) => {
    const id = await frontEnd.giveConsent(token);
    used.consents.push(id);
    const request = world.altinn.control.requests().find((one) => one.id === id);
    used.states.push(new URL(request?.redirectUrl ?? '').searchParams.get('state') ?? '');
    return id;
  };
  let calls = 0;
  const saldo = (token: string | undefined, of = frontEnd) => {
    calls += 1;
    const trace = randomUUID().replaceAll('-', '');
    used.traces.push(trace);
    return of.call('GET', '/saldo', token, { headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01` } });
  };
  const rows = (name: string, envelopes = ingestion.envelopes()) =>
    envelopes.map(rowOf).filter((row) => row.name === name);
  const sumOf = (name: string, properties: Record<string, string> = {}) =>
    rows(name)
      .filter((row) => Object.entries(properties).every(([dimension, value]) => row.properties[dimension] === value))
      .reduce((sum, { value = 0 }) => sum + value, 0);
  const purge = async (host: SpawnedHost) => {
    const ended = () => host.output().match(/"event":"purge-expired"/g)?.length ?? 0;
    const before = ended();
    await fetch(`${host.url}/admin/functions/purge-expired`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"input":""}',
    });
    await expect.poll(ended, { timeout: 20_000 }).toBeGreaterThan(before);
  };
  const secrets = () =>
    secretsOf(world, {
      'person token': used.tokens.map((token) => token.split('.')[2] ?? ''),
      sid: used.sids,
      state: used.states,
      'consent id': used.consents,
    });

  quickTest(
    'one full round: consent, look-up, held saldo, each kind of logout, feed and sweep; all of it is sent within 5 s of the end',
    async () => {
      for (const { nationalId } of dsopCustomers) {
        const { token } = await login(nationalId);
        await consent(token);
        expect((await saldo(token)).status).toBe(200);
        expect((await saldo(token)).status).toBe(200);
        await frontEnd.call('DELETE', '/session', token);
      }
      const [first = '', second = '', third = ''] = dsopCustomers.map(({ nationalId }) => nationalId);
      const bySid = await login(first);
      expect((await saldo(bySid.token)).status).toBe(200);
      const bySub = await login(second);
      expect((await saldo(bySub.token)).status).toBe(200);
      for (const of of [{ sid: bySid.sid }, { sub: world.bankLogin.control.subjectOf(second) }]) {
        const body = new URLSearchParams({ logout_token: await world.bankLogin.control.logoutToken(of) });
        const notified = await fetch(`${world.apiUrl}/session/backchannel-logout`, { method: 'POST', body });
        expect(notified.status).toBe(200);
      }
      const unknown = await login(ownCustomers[0]?.nationalId ?? '');
      await consent(unknown.token);
      expect((await saldo(unknown.token)).status).toBe(404);
      // Refused calls: no token, an unknown state, a consent that does not exist. Then two calls at once in one session.
      expect((await saldo(undefined)).status).toBe(401);
      await frontEnd.open(`${world.apiUrl}/consents/callback?state=${'x'.repeat(43)}`);
      expect((await saldo((await login(ownCustomers[3]?.nationalId ?? '')).token)).status).toBe(403);
      const both = await login(third);
      expect((await Promise.all([saldo(both.token), saldo(both.token)])).map(({ status }) => status)).toEqual([
        200, 200,
      ]);
      // A consent is withdrawn in Altinn, and the feed finds it.
      world.altinn.control.revoke(used.consents[2] ?? '');
      world.altinn.control.advanceFeed(6 * 60_000);
      expect(await runSync(world.host)).toBe('complete');
      await purge(world.host);

      const before = Date.now();
      expect(await world.host.stop()).toBe(0);
      expect(Date.now() - before).toBeLessThan(5000);
      expect(ingestion.sent().length).toBeGreaterThan(0);
    },
    120_000,
  );

  quickTest(
    'each metric arrives once, with every dimension of the vocabulary and no other; no event arrives twice',
    () => {
      const envelopes = ingestion.envelopes();
      expect(strangers(envelopes)).toEqual([]);
      const ofMetrics = envelopes.map(rowOf).filter(({ table }) => table === 'MetricData');
      const keys = ofMetrics.map(({ name, properties }) => JSON.stringify([name, properties]));
      expect(keys.length).toBeGreaterThan(30);
      expect(new Set(keys).size).toBe(keys.length);
      // Requests, traces, exceptions and dependencies are sent by the host.
      expect([...new Set(envelopes.map(({ data }) => data.baseType))].sort()).toEqual(['EventData', 'MetricData']);
      expect(ingestion.sent().every(({ headers }) => headers.authorization?.startsWith('Bearer '))).toBe(true);
    },
  );

  quickTest('the counts are right: look-ups, attempts, steps, logouts, sweeps', () => {
    expect(rows('saldoLookup')).toHaveLength(calls);
    const sources = Object.groupBy(rows('saldoLookup'), ({ properties }) => properties.source ?? '');
    expect({
      held: sources.held?.length,
      fetched: sources.fetched?.length,
      'flight-join': sources['flight-join']?.length,
    }).toEqual({ held: 17, fetched: 17 + 3 + 1, 'flight-join': 1 });
    const attempts = rows('upstreamAttempt').filter(({ properties }) => properties.upstream === 'lanekassen');
    expect(attempts).toHaveLength(world.lanekassen.control.calls().length);
    const steps = Object.groupBy(rows('consentStep'), ({ properties }) => properties.step ?? '');
    expect(Object.fromEntries(Object.entries(steps).map(([step, list]) => [step, list?.length]))).toEqual({
      requested: 18,
      returned: 18,
      accepted: 18,
      'first-saldo': 17,
      revoked: 1,
    });
    expect(rows('coldStart')).toHaveLength(1);
    expect(rows('saldoLookup').filter(({ properties }) => properties.coldStart === 'true')).toHaveLength(1);
    expect(sumOf('signature')).toBe(world.maskinporten.control.grants().length);
    expect(sumOf('requestAnswered', { operation: 'get-saldo' })).toBe(calls);
    expect([sumOf('backchannelLogout', { by: 'sid' }), sumOf('backchannelLogout', { by: 'sub' })]).toEqual([1, 1]);
    expect(sumOf('callbackRefused', { reason: 'unknown' })).toBe(1);
    expect(sumOf('personTokenRefused', { fault: 'missing' })).toBe(1);
    expect(sumOf('feedRun', { result: 'complete' })).toBe(1);
    expect(rows('feedAge')).toHaveLength(1);
    expect(sumOf('feedEvent', { type: 'revoked', result: 'blocked' })).toBe(1);
    expect(sumOf('purgeRun', { result: 'complete' })).toBe(2);
    expect(sumOf('sessionStarted')).toBe(17 + 2 + 1 + 1);
  });

  quickTest(
    "no party's share of a look-up is longer than the look-up, and an upstream that was called has a share",
    () => {
      for (const { measurements, properties } of rows('saldoLookup')) {
        const { durationMs = 0, ownMs = 0, waitedMs = 0, ...upstreams } = measurements;
        expect(ownMs).toBeLessThanOrEqual(durationMs);
        expect(Math.max(waitedMs, ...Object.values(upstreams))).toBeLessThanOrEqual(durationMs);
        if (properties.source === 'held') expect(upstreams.lanekassenMs).toBe(0);
      }
      const fetched = rows('saldoLookup').filter(({ properties }) => properties.source === 'fetched');
      expect(fetched.length).toBeGreaterThan(0);
      // A fetched look-up reads Altinn, fetches from Lånekassen and writes to the table.
      for (const { measurements } of fetched)
        for (const share of ['altinnMs', 'lanekassenMs', 'tablesMs'] as const)
          expect([share, (measurements[share] ?? 0) > 0]).toEqual([share, true]);
    },
  );

  quickTest("the role name is the site's and the instance is named", () => {
    const roles = new Set(ingestion.envelopes().map(({ tags }) => tags['ai.cloud.role']));
    expect([...roles]).toEqual(['func-studielan-test']);
    expect(ingestion.envelopes().every(({ tags }) => tags['ai.cloud.roleInstance'] !== '')).toBe(true);
  });

  quickTest('each look-up event is in the trace of its request, and has a trace id of its own', () => {
    const lookups = ingestion.envelopes().filter(({ data }) => data.baseData.name === 'saldoLookup');
    expect(lookups.map(({ tags }) => tags['ai.operation.id']).sort()).toEqual(used.traces.toSorted());
  });

  slowTest(
    'one round with faults: each fault, alert and breaker is sent',
    async () => {
      for (const { nationalId } of dsopCustomers.slice(3, 12)) await consent((await login(nationalId)).token);
      const before = ingestion.envelopes().length;
      const host = await world.anotherHost({
        REQUEST_DEADLINE_MS: '4000',
        ...policyChanges({ common: { breaker: { minCalls: 4 }, budget: { tokens: 4 } } }),
      });
      const there = new FrontEnd({ ...world, apiUrl: `${host.url}/api` });
      const answer = async (index: number) => {
        const reply = await saldo((await login(dsopCustomers[index]?.nationalId ?? '')).token, there);
        return reply.status === 200 ? '200' : `${reply.status} ${reply.body.code}`;
      };
      world.lanekassen.control.failNext(2, { status: 503 });
      expect(await answer(3)).toBe('503 upstream-unavailable');
      world.lanekassen.control.failNext(1, { status: 429, headers: { 'retry-after': '1' } });
      expect(await answer(4)).toBe('200');
      world.lanekassen.control.failNext(1, { status: 400 });
      expect(await answer(5)).toBe('503 configuration');
      world.lanekassen.control.failNext(20, { status: 503 });
      for (const index of [6, 7, 8, 9, 10, 11]) await answer(index);
      expect(await host.stop()).toBe(0);
      world.lanekassen.control.noFaults();

      const envelopes = ingestion.envelopes().slice(before);
      expect(strangers(envelopes)).toEqual([]);
      const attempts = rows('upstreamAttempt', envelopes).map(({ properties }) => properties);
      const had = (outcome: string, stop: string) =>
        attempts.some((one) => one.upstream === 'lanekassen' && one.outcome === outcome && one.stop === stop);
      expect([
        had('gateway-error', 'attempts'),
        had('throttled', 'none'),
        had('not-sent', 'breaker'),
        had('ok', 'none'),
      ]).toEqual([true, true, true, true]);
      expect(rows('upstreamAttempt', envelopes).some(({ measurements }) => measurements.retryAfterMs === 1000)).toBe(
        true,
      );
      expect(rows('alert', envelopes).map(({ properties }) => properties.alert)).toEqual(['lanekassen-400']);
      const breaker = rows('breakerOpen', envelopes).filter(({ properties }) => properties.upstream === 'lanekassen');
      expect(breaker.map(({ value }) => value)).toEqual([1]);
      expect(rows('breakerOpened', envelopes).length).toBe(1);
      const outcomes = rows('saldoLookup', envelopes).map(({ properties }) => properties.outcome);
      // Lånekassen failed quickly, and is named all the same; the wrong header was the app's fault.
      for (const { properties } of rows('saldoLookup', envelopes))
        expect([properties.outcome, properties.party]).toEqual([
          properties.outcome,
          properties.outcome === 'none' ? 'none' : properties.outcome === 'configuration' ? 'app' : 'lanekassen',
        ]);
      // The successes of the state table are among the attempts.
      const attemptsAt = (upstream: string, outcome: string) =>
        rows('attemptEnded', envelopes)
          .filter(({ properties }) => properties.upstream === upstream && properties.outcome === outcome)
          .reduce((sum, { value = 0 }) => sum + value, 0);
      expect(attemptsAt('tables', 'ok')).toBeGreaterThan(20);
      expect(attemptsAt('lanekassen', 'gateway-error')).toBe(
        attempts.filter(({ upstream, outcome }) => upstream === 'lanekassen' && outcome === 'gateway-error').length,
      );
      expect(outcomes).toEqual(
        expect.arrayContaining(['none', 'upstream-unavailable', 'configuration', 'upstream-busy']),
      );
    },
    60_000,
  );

  quickTest(
    'no byte that was sent contains anything sensitive, decompressed or not; and the search finds what is planted',
    () => {
      const texts = ingestion.sent().flatMap(({ path, raw, text }) => [path, raw.toString('latin1'), text]);
      const all = texts.join('\n');
      expect(all).toContain('saldoLookup');
      expect(used.consents).toHaveLength(18);
      expect(used.states.every((state) => state.length === 43)).toBe(true);
      expect(found(all, secrets())).toEqual([]);
      const [customer] = dsopCustomers;
      const token = world.maskinporten.control.issued()[0]?.split('.')[2];
      const key = world.environment.LANEKASSEN_API_KEY;
      const planted = ` ${customer?.nationalId} 250100.50 ${used.consents[3]} ${used.sids[4]} ${used.states[5]} ${token} ${key} ${used.tokens[6]?.split('.')[2]}`;
      const names = found(all + planted, secrets()).map((name) => name.replace(/ #\d+$/, ''));
      expect([...new Set(names)].sort()).toEqual([
        'LANEKASSEN_API_KEY',
        'amount of STEINAR BRUUN',
        'consent id',
        'national id of STEINAR BRUUN',
        'person token',
        'sid',
        'state',
        'token',
      ]);
    },
  );

  slowTest(
    'an endpoint that never answers delays no call, and the end of the process only by the time allowed',
    async () => {
      ingestion.answer('slow');
      const host = await world.anotherHost();
      const there = new FrontEnd({ ...world, apiUrl: `${host.url}/api` });
      const { token } = await login(dsopCustomers[9]?.nationalId ?? '');
      // The test before this one may have requested this customer's consent, and each half of the file also runs alone.
      if ((await saldo(token)).status === 403) await consent(token);
      for (let call = 0; call < 20; call++) expect((await saldo(token, there)).status).toBe(200);
      const before = Date.now();
      expect(await host.stop()).toBe(0);
      expect(Date.now() - before).toBeLessThan(5000);
      expect(found(host.output(), secrets())).toEqual([]);
      expect(host.output()).not.toContain('were left behind');
      ingestion.answer('ok');
    },
    60_000,
  );

  slowTest(
    'with an empty connection string the SDK is never loaded, and nothing is sent',
    async () => {
      const before = ingestion.sent().length;
      // A process that loads the SDK leaves its version in the environment; the host lists the modules it has loaded when it ends.
      const probe =
        "process.on('exit',()=>console.log('SDK loaded:',Object.keys(require.cache).some((p)=>/azure-monitor/.test(p))))";
      const file = `${ingestion.certificate}.cjs`;
      writeFileSync(file, probe);
      for (const [connectionString, loaded] of [
        ['', false],
        [ingestion.connectionString, true],
      ] as const) {
        const host = await world.anotherHost({
          APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString,
          NODE_OPTIONS: `--require ${file}`,
        });
        expect((await fetch(`${host.url}/api/health/live`)).status).toBe(200);
        expect(await host.stop()).toBe(0);
        expect(host.output()).toContain(`SDK loaded: ${loaded}`);
        if (!loaded) expect(ingestion.sent().length).toBe(before);
      }
    },
    60_000,
  );
});
