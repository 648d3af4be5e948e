// The reason of an alert comes from the party's answer: its own code, or the status. It is never read from a text of this program.
import { expect, test } from 'vitest';
import { createAltinn } from '../../../shared/altinn/client.ts';
import { vaultFailures } from '../../../shared/key-vault/failure.ts';
import { createTokenClient } from '../../../shared/maskinporten/token-client.ts';
import { Secret } from '../../../shared/person/secret.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import { systemTime as time } from '../../../shared/resilience/time.ts';
import { failedCall } from '../../../shared/storage/azure-table-call.ts';
import type { Telemetry } from '../../../shared/telemetry/telemetry.ts';
import type { HttpReply } from '../../../shared/upstream/http-client.ts';
import { SdkFailure } from '../../../shared/upstream/sdk-transport.ts';
import { oneAttempt as policy } from '../support/one-attempt.ts';
import { recordedTelemetry } from '../support/recorder.ts';

type Refusal = (reply: HttpReply, telemetry: Telemetry) => unknown;
const httpOf = (reply: HttpReply) => ({ send: async () => reply, close: async () => {} });

const altinn: Refusal = (reply, telemetry) =>
  createAltinn(
    { baseUrl: 'http://127.0.0.1', organisationNumber: '310000019', resourceId: 'r', metadataKey: '', bankName: 'b' },
    { http: httpOf(reply), policy, token: { get: async () => new Secret('t'), drop: () => true }, time, telemetry },
  ).read('c', Deadline.after(time, 1000));

const maskinporten: Refusal = (reply, telemetry) => {
  const found = { issuer: 'i', tokenEndpoint: 'http://127.0.0.1/token', jwksUri: 'http://127.0.0.1/jwks' };
  const client = createTokenClient({
    http: httpOf(reply),
    policy,
    metadata: { get: async () => found },
    keys: { getKey: () => Promise.reject(new Error('unused')), warm: () => {} },
    signer: { forKey: () => ({ sign: async () => new Uint8Array(256) }) },
    expected: { resourceIds: ['r'] },
    clock: { observe: () => {} },
    time,
    telemetry,
  });
  const grant = { bank: '310000019', issuer: 'i', clientId: 'c', keyId: 'k', header: { kid: 'kid' }, scope: 's' };
  return client.request(grant, Deadline.after(time, 1000));
};

const sdkFailure = (reply: HttpReply) => new SdkFailure({ reply }, new TypeError('x'));
const keyVault: Refusal = (reply, telemetry) => vaultFailures(telemetry, () => {})(sdkFailure(reply), 0);
const tables: Refusal = (reply, telemetry) =>
  failedCall({ name: 'consents', time, telemetry } as never, sdkFailure(reply));

const refused = (code: string) => ({ error: 'invalid_grant', error_description: `${code} something` });

test.each<[name: string, refusal: Refusal, status: number, body: object | string, reason: string]>([
  ['Altinn by its code', altinn, 400, { code: 'AM-00008' }, 'am-00008'],
  ['Altinn by a code that no table has', altinn, 400, { code: 'AM-77777' }, 'other'],
  ['Altinn by a bare status', altinn, 403, '', '403'],
  ['Maskinporten by its code', maskinporten, 400, refused('MP-121:'), 'mp-121'],
  ['Maskinporten by the subject of its code', maskinporten, 400, refused('MP-100: no such kid'), 'mp-100-kid'],
  ['Maskinporten by its words', maskinporten, 400, refused('consumer_org is wrong:'), 'consumer-org'],
  ['Maskinporten by a code that no table has', maskinporten, 400, refused('MP-999:'), 'other'],
  ['Maskinporten by a bare status', maskinporten, 401, { error: 'invalid_client' }, '401'],
  ['Key Vault by its status', keyVault, 403, { error: { code: 'Forbidden' } }, '403'],
  ['the tables by their status', tables, 403, { 'odata.error': { code: 'AuthorizationFailure' } }, '403'],
])('%s', async (_name, refusal, status, body, reason) => {
  const telemetry = recordedTelemetry();
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  await Promise.resolve(refusal({ status, headers: {}, text }, telemetry)).catch(() => {});
  expect(telemetry.events('alert').map(({ dimensions }) => dimensions.reason)).toEqual([reason]);
});
