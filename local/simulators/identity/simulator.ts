// App Service's managed-identity endpoint. The real ManagedIdentityCredential talks to it when IDENTITY_ENDPOINT and
// IDENTITY_HEADER are set, so that even the credential of the local world is the one used in Azure.
// Protocol: https://learn.microsoft.com/azure/app-service/overview-managed-identity ("REST endpoint reference").
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import {
  type SimulatedAnswer,
  type SimulatedRequest,
  type Simulator,
  type SimulatorOptions,
  serve,
} from '../kit/simulator.ts';

/** Steers the identity endpoint from the test or launcher that started it. */
export type IdentityControl = {
  /** How many token requests have come, refused ones included. */
  calls(): number;
  /** The raw tokens given out, so that a test can search logs for them. */
  issued(): string[];
  /** The next `count` token requests are answered with `status` and App Service's error shape. */
  failNext(count: number, status: number): void;
  /** Token requests wait this many ms before they are answered; 0 ends it. */
  setDelay(delayMs: number): void;
};

/** `header` is the value of IDENTITY_HEADER; `clientIds` are the user-assigned identities of the app. */
export type IdentityOptions = SimulatorOptions & { header: string; clientIds: readonly string[] };

const apiVersion = '2019-08-01';
const tokenLifetimeSeconds = 24 * 60 * 60;

/** App Service's error shape; it carries the status a second time. */
function refusal(status: number, message: string): SimulatedAnswer {
  return { status, body: { statusCode: status, message, correlationId: randomUUID() } };
}

/** What is wrong with a token request, or `undefined`. An app with user-assigned identities only must name one. */
function faultOf(request: SimulatedRequest, options: IdentityOptions): SimulatedAnswer | undefined {
  if (request.headers['x-identity-header'] !== options.header)
    return refusal(401, 'The X-IDENTITY-HEADER is missing or wrong.');
  if (request.query.get('api-version') !== apiVersion)
    return refusal(400, 'The api-version is missing or not supported.');
  if (!URL.canParse(request.query.get('resource') ?? '')) return refusal(400, 'The resource is missing or is no URI.');
  if (!options.clientIds.includes(request.query.get('client_id') ?? '')) {
    return refusal(
      400,
      'No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.',
    );
  }
  return undefined;
}

/**
 * Starts the endpoint: `GET /msi/token` as App Service has it, and (only here) `GET /jwks` with the key that signs the
 * tokens, because the Key Vault simulator must be able to refuse tokens of anybody else.
 */
export async function startIdentity(options: IdentityOptions): Promise<Simulator<IdentityControl>> {
  const clock = options.clock ?? Date.now;
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const publicJwk = await exportJWK(publicKey);
  const jwk: JWK = { ...publicJwk, kid: await calculateJwkThumbprint(publicJwk), use: 'sig', alg: 'RS256' };
  // Entra's object id of a service principal is stable for the identity's life.
  const objectIds = new Map(options.clientIds.map((clientId) => [clientId, randomUUID()]));
  const faults: number[] = [];
  const issued: string[] = [];
  let calls = 0;
  let delayMs = 0;

  async function token(request: SimulatedRequest): Promise<SimulatedAnswer> {
    calls += 1;
    if (delayMs > 0) await sleep(delayMs, undefined, { ref: false });
    const planned = faults.shift();
    if (planned !== undefined) return refusal(planned, 'An unexpected error occurred while fetching the token.');
    const fault = faultOf(request, options);
    if (fault) return fault;
    const resource = request.query.get('resource') ?? '';
    const clientId = request.query.get('client_id') ?? '';
    const issuedAt = Math.floor(clock() / 1000);
    const expiresAt = issuedAt + tokenLifetimeSeconds;
    const accessToken = await new SignJWT({
      appid: clientId,
      oid: objectIds.get(clientId),
      uti: randomBytes(16).toString('base64url'),
    })
      .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: jwk.kid ?? '' })
      .setIssuer(`${running.url}/`)
      .setAudience(resource)
      .setIssuedAt(issuedAt)
      .setNotBefore(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(privateKey);
    issued.push(accessToken);
    return {
      status: 200,
      body: {
        access_token: accessToken,
        expires_on: String(expiresAt),
        resource,
        token_type: 'Bearer',
        client_id: clientId,
      },
    };
  }

  const running = await serve('identity', options.port ?? 0, (request) => {
    if (request.path !== '/msi/token' && request.path !== '/jwks') return { status: 404 };
    if (request.method !== 'GET') return { status: 405, headers: { allow: 'GET' } };
    return request.path === '/jwks' ? { status: 200, body: { keys: [jwk] } } : token(request);
  });

  return {
    url: running.url,
    close: running.close,
    control: {
      calls: () => calls,
      issued: () => [...issued],
      failNext: (count, status) => {
        faults.push(...Array<number>(count).fill(status));
      },
      setDelay: (value) => {
        delayMs = value;
      },
    },
  };
}
