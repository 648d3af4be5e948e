// Tokens and signatures of running hosts: how many there are, under which faults, in which key mode. The Maskinporten simulator verifies
// every assertion with jose and refuses a `jti` that it has seen.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SpawnedHost } from '../../local/host/spawn.ts';
import { adminClient } from '../../local/simulators/all.ts';
import { testCustomers } from '../../local/simulators/test-customers.ts';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { policyApp, policyChanges } from '../fixtures/policy-app/policy-app.ts';
import { isFull, quickDescribe, quickTest, slowDescribe, slowTest } from '../part.ts';
import { wireFaultsOf } from '../wire-faults.ts';
import { type Authority, createAuthority, hasOpenssl } from './certificates.ts';
import { FrontEnd } from './front-end.ts';

const people = testCustomers.filter(({ accounts }) => accounts !== undefined).slice(0, 8);
const lanekassenScope = 'lanekassen:lan/v1/saldoopplysninger';
const altinnScope = 'altinn:consentrequests.write';
let authority: Authority | undefined;
let world: World;
let seenGrants = 0;
let seenSignatures = 0;

beforeAll(async () => {
  if (hasOpenssl) authority = createAuthority();
  world = await startTestWorld({
    root: await policyApp(),
    ...(authority ? { certificateRoots: [authority.root] } : {}),
  });
  const frontEnd = new FrontEnd(world);
  for (const { nationalId } of people) {
    const token = await world.bankLogin.control.login(nationalId);
    await frontEnd.giveConsent(token);
    // The consent token was accepted, so a look-up needs none from here on.
    expect((await frontEnd.call('GET', '/saldo', token)).status).toBe(200);
  }
});
afterAll(async () => {
  await world?.close();
  authority?.close();
});
beforeEach(() => {
  seenGrants = world.maskinporten.control.grants().length;
  seenSignatures = world.keyVault.control.signatures();
});

const grants = () => world.maskinporten.control.grants().slice(seenGrants);
const grantsOf = (scope: string) => grants().filter((grant) => grant.scope === scope && !grant.withConsent);
/** Requested signatures, whatever the vault answered. A host also reads its keys at start. */
const signatureCalls = () => world.keyVault.control.calls().filter(({ operation }) => operation === 'sign').length;
const signatures = () => world.keyVault.control.signatures() - seenSignatures;
const login = (index = 0) => world.bankLogin.control.login(people[index % people.length]?.nationalId ?? '');
const at = (host: SpawnedHost) => new FrontEnd({ ...world, apiUrl: `${host.url}/api` });
const clientId = () => world.environment.MASKINPORTEN_CLIENT_ID ?? '';
const keyVersion = () => (world.environment.MASKINPORTEN_KEY_ID ?? '').split('/').at(-1) ?? '';

/** A host with empty caches. */
async function coldHost(changes: Record<string, string> = {}) {
  const host = await world.anotherHost(changes);
  return { host, frontEnd: at(host) };
}

describe('shared tokens', () => {
  test(`two hundred look-ups (twenty in npm test) at once on a cold host cost one grant for each scope, and two signatures`, async () => {
    // Time enough for a busy machine with two cores. The test counts calls to Maskinporten and the vault, not time.
    const { frontEnd } = await coldHost({
      REQUEST_DEADLINE_MS: '25000',
      ALTINN_TOTAL_TIMEOUT_MS: '25000',
      ...policyChanges({
        lookupDeadlineMs: 60_000,
        tables: { tryMs: 20_000, totalMs: 25_000 },
        altinn: { tryMs: 20_000 },
        lanekassen: { tryMs: 20_000 },
      }),
    });
    const tokens = await Promise.all(Array.from({ length: isFull ? 200 : 20 }, (_, index) => login(index)));
    const replies = await Promise.all(tokens.map((token) => frontEnd.call('GET', '/saldo', token)));
    expect([grantsOf(lanekassenScope).length, grantsOf(altinnScope).length]).toEqual([1, 1]);
    expect(signatures()).toBe(2);
    const codes = replies.filter(({ status }) => status !== 200).map(({ body }) => body.code);
    // A look-up that exceeds the eight seconds on a busy machine is answered with busy, and nothing else.
    expect(
      codes.filter(
        (code) => !/^(?:upstream-busy|upstream-unavailable|saldo-not-ready|consent-unverifiable)$/.test(String(code)),
      ),
    ).toEqual([]);
    expect(replies.some(({ status }) => status === 200)).toBe(true);
  }, 120_000);

  slowTest('a caller that disconnects does not fail the others: one grant serves them', async () => {
    const { frontEnd } = await coldHost();
    world.maskinporten.control.setDelay(2000);
    const impatient = frontEnd.call('GET', '/saldo', await login(0), { headers: { prefer: 'wait=1' } });
    await sleep(300);
    const patient = frontEnd.call('GET', '/saldo', await login(1));
    const statuses = [(await impatient).status, (await patient).status];
    world.maskinporten.control.setDelay(0);
    expect(statuses).toEqual([503, 200]);
    expect(grantsOf(lanekassenScope)).toHaveLength(1);
  });

  slowTest('after a failed fetch the first call more than a second later fetches again', async () => {
    const { frontEnd } = await coldHost();
    world.maskinporten.control.failNext(2, { status: 400, mpCode: 'MP-200' });
    expect((await frontEnd.call('GET', '/saldo', await login(0))).body.code).toBe('configuration');
    await sleep(2500);
    expect((await frontEnd.call('GET', '/saldo', await login(1))).status).toBe(200);
    expect(grantsOf(lanekassenScope).map(({ status }) => status)).toEqual([400, 200]);
  });

  slowTest(
    'after MP-012 (the jti was used) there is one new assertion; after a second MP-012 there is none',
    async () => {
      const { frontEnd } = await coldHost();
      // Altinn's token and Lånekassen's are fetched side by side, so each meets the fault once.
      world.maskinporten.control.failNext(2, { status: 400, mpCode: 'MP-012' });
      expect((await frontEnd.call('GET', '/saldo', await login(2))).status).toBe(200);
      expect(grants().filter(({ code }) => code === 'MP-012')).toHaveLength(2);
      expect(grants()).toHaveLength(4);
      expect(signatures()).toBe(4);
      // A second MP-012 is a defect, so there is no third assertion.
      const other = await coldHost();
      const [granted, signed] = [grants().length, signatures()];
      world.maskinporten.control.failNext(4, { status: 400, mpCode: 'MP-012' });
      expect((await other.frontEnd.call('GET', '/saldo', await login(3))).body.code).toBe('configuration');
      await expect.poll(() => grants().length - granted).toBe(4);
      await sleep(500);
      expect(
        grants()
          .slice(granted)
          .map(({ code }) => code),
      ).toEqual(['MP-012', 'MP-012', 'MP-012', 'MP-012']);
      expect(signatures() - signed).toBe(4);
    },
  );

  quickTest('401 from Lånekassen leads to exactly one renewal', async () => {
    const { frontEnd } = await coldHost();
    expect((await frontEnd.call('GET', '/saldo', await login(3))).status).toBe(200);
    const before = grantsOf(lanekassenScope).length;
    world.lanekassen.control.failNext(1, { status: 401 });
    expect((await frontEnd.call('GET', '/saldo', await login(4))).status).toBe(200);
    expect(grantsOf(lanekassenScope)).toHaveLength(before + 1);
    world.lanekassen.control.failNext(2, { status: 401 });
    expect((await frontEnd.call('GET', '/saldo', await login(5))).body.code).toBe('configuration');
    // The new token was refused as well, so its age is not the reason. No more grants are made for it.
    expect(grantsOf(lanekassenScope)).toHaveLength(before + 1);
  });

  slowTest(
    'with a client and key of its own for Altinn, each client requests only its own scope, and no token is shared',
    async () => {
      const { clientId: own, kid } = adminClient;
      // Each client has only its own scope.
      world.maskinporten.control.setScopes(own, [altinnScope]);
      world.maskinporten.control.setScopes(clientId(), [lanekassenScope]);
      try {
        const { frontEnd } = await coldHost({
          ALTINN_MASKINPORTEN_CLIENT_ID: own,
          ALTINN_MASKINPORTEN_KEY_ID: world.keyVault.control.keyId('digdir-admin'),
          ALTINN_MASKINPORTEN_KID: kid,
        });
        expect((await frontEnd.call('GET', '/saldo', await login(0))).status).toBe(200);
        const asked = grants().map((grant) => [grant.clientId, grant.scope, grant.status]);
        expect(asked.toSorted()).toEqual(
          [
            [clientId(), lanekassenScope, 200],
            [own, altinnScope, 200],
          ].toSorted(),
        );
      } finally {
        world.maskinporten.control.setScopes(clientId(), [altinnScope, lanekassenScope]);
      }
    },
  );

  slowTest(
    "the incident id of a refusal is kept for the log, and neither it nor Maskinporten's text is shown",
    async () => {
      const { host, frontEnd } = await coldHost();
      const incident = '4f1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e';
      const text = `MP-200: Scope for 01085301957 is not registered. trace_id: ${incident}`;
      world.maskinporten.control.failNext(2, {
        status: 400,
        body: { error: 'invalid_scope', error_description: text, error_uri: 'https://docs.digdir.no/' },
      });
      const { body } = await frontEnd.call('GET', '/saldo', await login(0));
      expect(body.code).toBe('configuration');
      expect(JSON.stringify(body)).not.toMatch(new RegExp(`${incident}|MP-200|invalid_scope|registered`));
      const line = /^.*"event":"maskinporten-refuses".*$/m.exec(host.output())?.[0] ?? '';
      expect(line).toContain(incident);
      expect(line).toContain('order or add it at Digdir');
      expect(host.output()).not.toContain('Scope for');
    },
  );

  quickTest('a look-up on a warm host without need for a consent token signs nothing', async () => {
    const frontEnd = new FrontEnd(world);
    await frontEnd.call('GET', '/saldo', await login(5));
    const before = signatures();
    expect((await frontEnd.call('GET', '/saldo', await login(6))).status).toBe(200);
    expect(signatures()).toBe(before);
  });
});

slowDescribe('a Key Vault that throttles', () => {
  slowTest('a 429 with a short delay is waited for', async () => {
    const { frontEnd } = await coldHost();
    await sleep(500);
    world.keyVault.control.failNext(1, { status: 429, retryAfter: '1' });
    expect((await frontEnd.call('GET', '/saldo', await login(0))).status).toBe(200);
    expect(world.keyVault.control.calls().filter(({ status }) => status === 429)).toHaveLength(1);
  });

  slowTest(
    'a 429 with a long delay is reported at once: all callers must wait, and they do not all call the vault',
    async () => {
      const { frontEnd } = await coldHost();
      // The check of the key at start is over by then, so the faults meet the look-ups.
      await sleep(1000);
      const before = world.keyVault.control.calls().length;
      world.keyVault.control.failNext(8, { status: 429, retryAfter: '120' });
      const tokens = await Promise.all(Array.from({ length: 20 }, (_, index) => login(index)));
      const replies = await Promise.all(tokens.map((token) => frontEnd.call('GET', '/saldo', token)));
      world.keyVault.control.noFaults();
      // Without its own token Altinn cannot be read; that problem is reported if it comes first.
      for (const { body } of replies) expect(['upstream-busy', 'consent-unverifiable']).toContain(body.code);
      for (const { headers } of replies) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      // Two scopes, each fetched once: at most a GET without token, a GET and a signature for each, for twenty customers.
      expect(world.keyVault.control.calls().length - before).toBeLessThanOrEqual(8);
      expect(signatures()).toBe(0);
    },
  );
});

slowDescribe('many customers who are new to Lånekassen: each needs a consent token, so a signature', () => {
  let newcomers: string[] = [];
  beforeAll(async () => {
    const frontEnd = new FrontEnd(world);
    newcomers = testCustomers
      .filter(({ accounts }) => accounts !== undefined)
      .slice(people.length, people.length + 8)
      .map(({ nationalId }) => nationalId);
    for (const nationalId of newcomers) await frontEnd.giveConsent(await world.bankLogin.control.login(nationalId));
  });
  const all = async (frontEnd: FrontEnd) => {
    const tokens = await Promise.all(newcomers.map((nationalId) => world.bankLogin.control.login(nationalId)));
    return Promise.all(tokens.map((token) => frontEnd.call('GET', '/saldo', token)));
  };
  /** Time enough for a busy machine. The first customer's look-up fetches the shared tokens, so only consent tokens follow. */
  const warmHost = async (changes: Record<string, string>) => {
    const { frontEnd } = await coldHost({
      REQUEST_DEADLINE_MS: '20000',
      KEY_VAULT_TOTAL_TIMEOUT_MS: '15000',
      MASKINPORTEN_TOTAL_TIMEOUT_MS: '20000',
      ...policyChanges({
        lookupDeadlineMs: 30_000,
        keyVault: { tryMs: 10_000 },
        maskinporten: { tryMs: 15_000 },
      }),
      ...changes,
    });
    expect((await frontEnd.call('GET', '/saldo', await login(0))).status).toBe(200);
    return frontEnd;
  };

  slowTest('a vault that answers 429 for a long time gets no more calls: all callers must wait', async () => {
    const frontEnd = await warmHost({ KEY_VAULT_MAX_CONCURRENCY: '2' });
    const [before, signed, fetched] = [signatureCalls(), signatures(), world.lanekassen.control.calls().length];
    world.keyVault.control.failNext(50, { status: 429, retryAfter: '120' });
    const replies = [...(await all(frontEnd)), ...(await all(frontEnd))];
    world.keyVault.control.noFaults();
    for (const { body } of replies) expect(body.code).toBe('upstream-busy');
    for (const { headers } of replies) expect(Number(headers.get('retry-after'))).toBeGreaterThan(1);
    // For sixteen look-ups: at most the calls that were running when the first answer came.
    expect(signatureCalls() - before).toBeLessThanOrEqual(2);
    expect([signatures() - signed, world.lanekassen.control.calls().length - fetched]).toEqual([0, 0]);
  });

  slowTest(
    'no more calls reach the vault at once than the bulkhead allows, and each look-up costs one signature',
    async () => {
      const frontEnd = await warmHost({ KEY_VAULT_MAX_CONCURRENCY: '2' });
      const signed = signatures();
      world.keyVault.control.setDelay(100);
      const wire = wireFaultsOf(world.keyVault);
      wire.forget();
      const replies = await all(frontEnd);
      world.keyVault.control.setDelay(0);
      expect(replies.map(({ status }) => status)).toEqual(newcomers.map(() => 200));
      const seen = wire.requests();
      const atOnce = seen.map(({ at }) => seen.filter((one) => one.at <= at && (one.endedAt ?? at + 1) > at).length);
      expect(Math.max(...atOnce)).toBe(2);
      expect(signatures() - signed).toBe(newcomers.length);
      // The first answer has made a consent token unnecessary: the next login session fetches none.
      expect((await all(frontEnd)).every(({ status }) => status === 200)).toBe(true);
      expect(signatures() - signed).toBe(newcomers.length);
    },
  );
});

quickDescribe('the identity of the app', () => {
  quickTest(
    "an AZURE_CLIENT_ID that is not the app's is reported as configuration, not as an outage; the alert says which",
    async () => {
      const { host, frontEnd } = await coldHost({ AZURE_CLIENT_ID: '00000000-0000-4000-8000-000000000000' });
      expect((await frontEnd.call('GET', '/saldo', await login(0))).body.code).toBe('configuration');
      expect(host.output()).toMatch(/"event":"identity-refused"[^\n]*AZURE_CLIENT_ID/);
      expect(grants()).toEqual([]);
    },
  );
});

quickDescribe.skipIf(!hasOpenssl)('x5c (skipped where there is no openssl 3)', () => {
  quickTest('with the certificate chain of the signing key a saldo is found; no kid is needed', async () => {
    const jwk = world.keyVault.control.publicJwk('maskinporten', keyVersion());
    const chain = authority?.chainFor({ ...jwk }, '310000019') ?? '';
    const kid = world.environment.MASKINPORTEN_KID ?? '';
    world.maskinporten.control.removeKey(clientId(), kid);
    try {
      // As in app settings: line breaks written out.
      const changes = {
        MASKINPORTEN_KEY_MODE: 'x5c',
        MASKINPORTEN_KID: '',
        MASKINPORTEN_CERTIFICATE_CHAIN: chain.replaceAll('\n', '\\n'),
      };
      const { frontEnd } = await coldHost(changes);
      expect((await frontEnd.call('GET', '/saldo', await login(0))).status).toBe(200);
      expect(grants().filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    } finally {
      world.maskinporten.control.registerKey(clientId(), { kid, jwk });
    }
  });

  quickTest('with the certificate chain of another key the process refuses to serve, and says why', async () => {
    const other = await world.keyVault.control.newVersion('maskinporten');
    const chain =
      authority?.chainFor({ ...world.keyVault.control.publicJwk('maskinporten', other) }, '310000019') ?? '';
    const { host, frontEnd } = await coldHost({ MASKINPORTEN_KEY_MODE: 'x5c', MASKINPORTEN_CERTIFICATE_CHAIN: chain });
    await expect.poll(async () => (await frontEnd.call('GET', '/health/ready')).status, { timeout: 10_000 }).toBe(503);
    expect((await frontEnd.call('GET', '/saldo', await login(0))).body.code).toBe('configuration');
    expect(host.output()).toContain('certificate-of-another-key');
    // The other hosts of this file read the feed by their own timers, and their grants succeed. A grant of this host could not.
    expect(grants().filter(({ status }) => status !== 200)).toEqual([]);
  });
});
