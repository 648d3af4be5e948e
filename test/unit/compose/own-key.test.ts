// A bank's own key at Maskinporten is checked when the bank's first customer comes. A key that does not fit raises that bank's alert and no
// other's.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import type { InvocationContext } from '@azure/functions';
import { expect, test } from 'vitest';
import { composeInfrastructure, type Infrastructure } from '../../../shared/compose/infrastructure.ts';
import { composeTokens } from '../../../shared/compose/token-parts.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import { systemTime } from '../../../shared/resilience/time.ts';
import { createUpstreamCall } from '../../../shared/resilience/upstream-call.ts';
import { requestContext } from '../../../shared/telemetry/request-context.ts';
import { createSdkTransport } from '../../../shared/upstream/sdk-transport.ts';
import { entry, fourBanks, numbers, settingsWith } from '../bank/example-banks.ts';
import { steinar } from '../support/people.ts';
import { faultOf } from '../support/problems.ts';
import { recordedTelemetry } from '../support/recorder.ts';
import { VirtualTime } from '../support/virtual-time.ts';

const jwk = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });

function tokensWith(enabled: boolean, entries: unknown = fourBanks) {
  const time = new VirtualTime();
  const telemetry = recordedTelemetry();
  const settings = settingsWith(entries);
  const asked: string[] = [];
  const vault = createSdkTransport({
    async send({ url }) {
      asked.push(new URL(url).pathname);
      const key = { ...jwk, kid: url, key_ops: ['sign'] };
      return { status: 200, headers: {}, text: JSON.stringify({ key, attributes: { enabled } }) };
    },
    async close() {},
  });
  const tokens = composeTokens(settings, {
    ...{ time, telemetry, http: {}, transport: { keyVault: () => vault } },
    policy: (...[upstream, own]: Parameters<Infrastructure['policy']>) =>
      createUpstreamCall(upstream, own, settings.policy.common, { time, telemetry }),
    credential: async () => ({ getToken: async () => ({ token: 't', expiresOnTimestamp: Date.now() + 1e7 }) }),
  } as unknown as Infrastructure);
  const use = (index: number) =>
    requestContext.run({ invocation: {} as InvocationContext }, () => tokens.ofBank(settings.banks[index] as never));
  return { telemetry, asked, use, tokens };
}

test("a bank's own key is read at the bank's first use; for a bank on the app's client no key is read", async () => {
  const { asked, use, telemetry } = tokensWith(true);
  use(0);
  use(2);
  use(1);
  // The vault's SDK is loaded at the first use, which is slow on a busy machine.
  await expect.poll(() => asked, { timeout: 30_000 }).toEqual(['/keys/own/1']);
  expect(telemetry.events('alert')).toEqual([]);
});

test("a bank's own key that cannot sign raises that bank's alert", async () => {
  const { use, telemetry } = tokensWith(false);
  use(1);
  await expect.poll(() => telemetry.events('alert').length, { timeout: 30_000 }).toBe(1);
  expect(telemetry.events('alert')[0]?.dimensions).toMatchObject({ alert: 'key-mode-misfit', bank: numbers[1] });
});

test("a bank's own vault that is down keeps no other bank from signing", async () => {
  const telemetry = recordedTelemetry();
  const keyId = 'https://own-vault.example/keys/own/1';
  const maskinportenClient = { maskinporten: { clientId: 'own', keyId, kid: 'own-kid' } };
  const settings = settingsWith([entry(numbers[0]), entry(numbers[1], maskinportenClient)]);
  const vault = createSdkTransport({
    async send({ url }) {
      if (new URL(url).host === 'own-vault.example') return { status: 503, headers: {}, text: '' };
      // The SDK reads the key before it signs.
      const kid = url.replace(/\/sign.*/, '');
      const value = Buffer.alloc(256).toString('base64url');
      const key = { ...jwk, kid, key_ops: ['sign'] };
      return { status: 200, headers: {}, text: JSON.stringify({ key, attributes: { enabled: true }, kid, value }) };
    },
    async close() {},
  });
  const maskinporten = {
    async send({ method }: { method: string }) {
      const { issuer } = settings.maskinporten;
      const metadata = { issuer, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwk` };
      const refusal = { error: 'invalid_grant', error_description: 'MP-110' };
      const text = JSON.stringify(method === 'GET' ? metadata : refusal);
      return { status: method === 'GET' ? 200 : 400, headers: {}, text };
    },
  };
  const infrastructure = composeInfrastructure(settings, { time: systemTime, telemetry, hasIdentityEndpoint: false });
  const tokens = composeTokens(settings, {
    ...infrastructure,
    http: { ...infrastructure.http, maskinporten },
    transport: { keyVault: () => vault },
    credential: async () => ({ getToken: async () => ({ token: 't', expiresOnTimestamp: Date.now() + 1e7 }) }),
  } as unknown as Infrastructure);
  const grant = (index: number) =>
    requestContext.run({ invocation: {} as InvocationContext }, () =>
      faultOf(() =>
        tokens
          .ofBank(settings.banks[index] as never)
          .consentTokens.fetch(randomUUID(), steinar, Deadline.after(systemTime, 30_000)),
      ),
    );
  await Promise.all(Array.from({ length: 12 }, () => grant(1)));
  expect(await grant(1)).toBe('upstream-busy key-vault-breaker');
  expect(await grant(0)).toBe('configuration maskinporten-mp-110');
}, 60_000);

test("the key of the app's own client is read at start, unless every bank has a client of its own", async () => {
  const used = tokensWith(true);
  await used.tokens.keysMisfit();
  expect(used.asked).toEqual(['/keys/maskinporten/1']);
  // A key that no bank uses keeps none from being served.
  const unused = tokensWith(false, [fourBanks[1]]);
  expect(await unused.tokens.keysMisfit()).toBeUndefined();
  expect(unused.asked).toEqual([]);
});
