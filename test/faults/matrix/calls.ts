// The program's own clients, with one call each, against a row's server.
import type { ServerResponse } from 'node:http';
import { TableClient } from '@azure/data-tables';
import { createAltinn } from '../../../shared/altinn/client.ts';
import { keysMisfit } from '../../../shared/key-vault/key-guard.ts';
import { createKeyVaultSigner } from '../../../shared/key-vault/signer.ts';
import { createLanekassen } from '../../../shared/lanekassen/client.ts';
import { createMetadataSource } from '../../../shared/maskinporten/metadata.ts';
import { createTokenClient } from '../../../shared/maskinporten/token-client.ts';
import { Secret } from '../../../shared/person/secret.ts';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import { systemTime, type Time } from '../../../shared/resilience/time.ts';
import { createUpstreamCall } from '../../../shared/resilience/upstream-call.ts';
import { AzureTable } from '../../../shared/storage/azure-tables.ts';
import { createCredential } from '../../../shared/storage/credential.ts';
import type { Upstream } from '../../../shared/telemetry/dimensions.ts';
import type { HttpClient } from '../../../shared/upstream/http-client.ts';
import { createKeySet } from '../../../shared/upstream/key-set.ts';
import { createSdkTransport } from '../../../shared/upstream/sdk-transport.ts';
import { common } from '../../unit/resilience/policy-world.ts';
import type { startIssuer } from '../../unit/support/issuer.ts';
import { steinar } from '../../unit/support/people.ts';
import type { recordedTelemetry } from '../../unit/support/recorder.ts';
import type { Endpoint } from './oracle.ts';

export type Issuer = Awaited<ReturnType<typeof startIssuer>>;
export type Surroundings = {
  origin: string;
  http: HttpClient;
  telemetry: ReturnType<typeof recordedTelemetry>;
  issuer: Issuer;
  /** Different in each row, because the identity SDK keeps tokens by scope for the whole process. */
  row: string;
};

/** The policy's own waits are shortened. Times are real: a delay that the upstream asks for is kept. */
const time: Time = { ...systemTime, sleep: (ms, signal) => systemTime.sleep(Math.min(ms, 20), signal) };
const deadline = () => Deadline.after(time, 6000);
const id = '0194d2c1-7a58-4c2e-9b1f-2f7f3f6f9a10';
const bank = { organisationNumber: '974760673', resourceId: 'slk', resourceIds: ['slk'] };
const json = (response: ServerResponse, status: number, body: object | string) => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
};
const credential = async () => ({
  getToken: async () => ({ token: 'identity', expiresOnTimestamp: Date.now() + 3_600_000 }),
});

const consent = {
  id,
  from: `urn:altinn:person:identifier-no:${steinar.reveal()}`,
  to: `urn:altinn:organization:identifier-no:${bank.organisationNumber}`,
  status: 'Created',
  validTo: '2027-01-01T00:00:00Z',
  consentRights: [{ resource: [{ type: 'urn:altinn:resource', value: 'slk' }] }],
  viewUri: 'https://altinn.no/x',
};

const signature = { kid: 'https://v.example/keys/a/1', value: Buffer.alloc(256, 1).toString('base64url') };
const vaultKey = (origin: string) => ({
  key: {
    kid: `${origin}/keys/a/${'0'.repeat(32)}`,
    kty: 'RSA',
    n: Buffer.alloc(256, 255).toString('base64url'),
    e: 'AQAB',
  },
  attributes: { enabled: true },
});

/** The endpoint's answer without a fault. */
export async function goodAnswer(endpoint: Endpoint, { issuer }: Pick<Surroundings, 'issuer'>) {
  const organisation = { authority: 'iso6523-actorid-upis', ID: `0192:${bank.organisationNumber}` };
  const expires = Math.floor(Date.now() / 1000) + 3600;
  const token = await issuer.sign({ iss: 'https://mp.example/', exp: expires, consumer: organisation, scope: 's' });
  const answers: Record<Endpoint, (response: ServerResponse, origin: string) => void> = {
    lanekassen: (response) => json(response, 200, { Accounts: [], TotalAmount: 0 }),
    'maskinporten-token': (response) => json(response, 200, { access_token: token, expires_in: 119 }),
    'maskinporten-metadata': (response, origin) =>
      json(response, 200, { issuer: `${origin}/`, token_endpoint: `${origin}/token`, jwks_uri: `${origin}/jwk` }),
    'maskinporten-keys': (response) => json(response, 200, { keys: [issuer.publicJwk] }),
    'person-token-keys': (response) => json(response, 200, { keys: [issuer.publicJwk] }),
    'altinn-read': (response) => json(response, 200, consent),
    'altinn-create': (response) => json(response, 201, consent),
    'altinn-events': (response) => json(response, 200, { links: { next: null }, data: [] }),
    // The SDK reads the key before its first signature.
    'key-vault-sign': (response, origin) => json(response, 200, { ...vaultKey(origin), ...signature }),
    'key-vault-key': (response, origin) => json(response, 200, vaultKey(origin)),
    'tables-read': (response) => json(response, 200, { PartitionKey: 'p', RowKey: 'r', 'odata.etag': 'e' }),
    'tables-write': (response) => {
      response.writeHead(204, { etag: 'e' });
      response.end();
    },
    identity: (response) =>
      json(response, 200, {
        access_token: 'identity',
        expires_on: String(expires),
        resource: 'x',
        token_type: 'Bearer',
      }),
  };
  return answers[endpoint];
}

const ownErrors: Readonly<Record<Endpoint, string>> = {
  lanekassen: '{"Message":"Simulated."}',
  'maskinporten-token': '{"error":"invalid_request","error_description":"Simulated."}',
  'maskinporten-metadata': '{"error":"x"}',
  'maskinporten-keys': '{"error":"x"}',
  'person-token-keys': '{"error":"x"}',
  'altinn-read': '{"code":"AM-00003","title":"x"}',
  'altinn-create': '{"code":"AM-00003","title":"x"}',
  'altinn-events': '{"code":"STD-00000","title":"x"}',
  'key-vault-sign': '{"error":{"code":"Simulated","message":"x"}}',
  'key-vault-key': '{"error":{"code":"Simulated","message":"x"}}',
  'tables-read': '{"odata.error":{"code":"Simulated","message":{"value":"x"}}}',
  'tables-write': '{"odata.error":{"code":"Simulated","message":{"value":"x"}}}',
  identity: '{"statusCode":400,"message":"Simulated."}',
};

/** What Table Storage says of a row (Microsoft, "Table Storage error codes"). */
const rowErrors: Readonly<Record<number, string>> = {
  404: 'ResourceNotFound',
  409: 'EntityAlreadyExists',
  412: 'UpdateConditionNotSatisfied',
};

/** An error in the form of the party. */
export function ownError(endpoint: Endpoint, status: number): string {
  const own = ownErrors[endpoint];
  return endpoint.startsWith('tables-') ? own.replace('Simulated', rowErrors[status] ?? 'Simulated') : own;
}

/** Creates the client of an endpoint. Each call returns `answered` or `refused`, or throws. */
export async function callOf(endpoint: Endpoint, surroundings: Surroundings): Promise<() => Promise<string>> {
  const { origin, http, telemetry, issuer, row } = surroundings;
  const policy = (upstream: Upstream, maxAttempts = 3) =>
    createUpstreamCall(
      upstream,
      { tryMs: 3000, totalMs: 6000, maxAttempts, concurrency: 8, queue: 8 },
      { ...common, backoff: { baseMs: 1, capMs: 1 }, rateLimiter: { ...common.rateLimiter, minPerMinute: 6000 } },
      { time, telemetry },
    );
  const transport = () => createSdkTransport(http);
  const keyId = `${origin}/keys/a/${'0'.repeat(32)}`;
  const answered = (work: () => Promise<unknown>) => async () => {
    await work();
    return 'answered';
  };
  switch (endpoint) {
    case 'lanekassen': {
      const party = {
        baseUrl: origin,
        apiKey: new Secret('k'),
        transport: 'consent-id-header',
        authPrefix: '',
      } as const;
      const client = createLanekassen(party, { http, policy: policy('lanekassen', 2), time, telemetry });
      const limits = () => ({ deadline: deadline(), maxAttempts: 2, isRetry: false, onAttempt() {} });
      const tokens = async () => ({ shared: new Secret('shared'), consent: undefined });
      return async () => {
        const { kind } = await client.accounts(steinar, tokens, limits());
        return kind === 'unauthorised' || kind === 'forbidden' ? 'refused' : 'answered';
      };
    }
    case 'maskinporten-token': {
      const issuerUrl = 'https://mp.example/';
      const client = createTokenClient({
        http,
        policy: policy('maskinporten'),
        metadata: { get: async () => ({ issuer: issuerUrl, tokenEndpoint: `${origin}/token`, jwksUri: '' }) },
        keys: issuer.keys,
        signer: { forKey: () => ({ sign: async () => Buffer.alloc(256) }) },
        expected: { resourceIds: bank.resourceIds },
        clock: { observe() {} },
        time,
        telemetry,
      });
      const grant = {
        bank: bank.organisationNumber,
        issuer: issuerUrl,
        clientId: 'c',
        keyId: 'k',
        header: { kid: 'k' },
        scope: 's',
      };
      return answered(() => client.request(grant, deadline()));
    }
    case 'maskinporten-metadata': {
      const source = () => createMetadataSource(origin, { http, policy: documents, time });
      const documents = policy('maskinporten-keys', 1);
      return answered(() => source().get(deadline()));
    }
    case 'maskinporten-keys':
    case 'person-token-keys': {
      const upstream = endpoint === 'person-token-keys' ? 'person-token-issuer' : endpoint;
      const documents = policy(upstream, 1);
      const set = () =>
        createKeySet({ uri: async () => `${origin}/jwk`, http, policy: documents, time, name: upstream });
      return answered(async () => set().getKey({ alg: 'RS256', kid: 'key-1' }, { payload: '', signature: '' }));
    }
    case 'altinn-read':
    case 'altinn-create':
    case 'altinn-events': {
      const client = createAltinn(
        { baseUrl: origin, ...bank, metadataKey: 'navn', bankName: 'B' },
        {
          http,
          policy: policy('altinn'),
          token: { get: async () => new Secret('t'), drop: () => true },
          time,
          telemetry,
        },
      );
      const question = { id, person: steinar, validTo: Date.now() + 1e9, redirectUrl: 'https://bank.example/' };
      if (endpoint === 'altinn-read') return answered(() => client.read(id, deadline()));
      if (endpoint === 'altinn-create') return answered(() => client.create(question, deadline()));
      return answered(() => client.events({ position: 'AAAA', createdAfter: undefined }, deadline()));
    }
    case 'key-vault-sign': {
      const under = policy('key-vault', 2);
      const signer = createKeyVaultSigner({ credential, transport, policy: () => under, telemetry });
      return answered(() => signer.forKey({ keyId, header: { kid: 'k' } }, deadline()).sign('a.b'));
    }
    case 'key-vault-key': {
      const under = policy('key-vault', 2);
      const key = { clientId: 'c', keyId, header: { kid: 'k' } };
      // It reports its failure only in the log, so the problem is read there.
      return async () => {
        const before = telemetry.lines.length;
        await keysMisfit([key], deadline(), { credential, policy: () => under, telemetry, now: Date.now });
        const lines = telemetry.lines.slice(before).map((line) => JSON.parse(line) as Record<string, unknown>);
        const last = lines.filter(({ event }) => event === 'upstream-attempt').at(-1);
        if (last?.outcome === 'ok') return 'answered';
        if (lines.some(({ alert }) => alert === true)) return 'configuration';
        return (
          { throttled: 'upstream-busy', final: 'upstream-invalid-reply' }[String(last?.outcome)] ??
          'upstream-unavailable'
        );
      };
    }
    case 'tables-read':
    case 'tables-write': {
      const text = `DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;TableEndpoint=${origin}/a;`;
      const client = TableClient.fromConnectionString(text, 'sessions', {
        allowInsecureConnection: true,
        retryOptions: { maxRetries: 0 },
        httpClient: await transport(),
      });
      const opener = { client: async () => client, forget() {} };
      const attempts = { read: 3, write: 2 };
      const table = new AzureTable({ name: 'sessions', opener, attempts, policy: policy('tables'), time, telemetry });
      if (endpoint === 'tables-write')
        return answered(() => table.write([{ partitionKey: 'p', rowKey: 'r', values: {}, etag: 'e' }], deadline()));
      return async () => {
        try {
          await table.read('p', 'r', deadline());
          return 'answered';
        } catch (error) {
          if (error instanceof Error && error.name === 'SdkFailure') return 'refused';
          throw error;
        }
      };
    }
    case 'identity': {
      // The SDK reads the endpoint's address when it is created, and nothing else runs in between.
      process.env.IDENTITY_ENDPOINT = `${origin}/msi/token`;
      process.env.IDENTITY_HEADER = 'x';
      const identity = await createCredential('c', true, {
        policy: policy('identity', 2),
        totalMs: 6000,
        time,
        telemetry,
      })();
      return answered(() => identity.getToken(`https://${row}.example/.default`));
    }
  }
}
