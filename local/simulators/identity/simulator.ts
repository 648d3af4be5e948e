// App Service's managed-identity endpoint. The real ManagedIdentityCredential calls it when IDENTITY_ENDPOINT and IDENTITY_HEADER are set,
// so even the credential of the local world is the one used in Azure.
// Protocol: https://learn.microsoft.com/azure/app-service/overview-managed-identity ("REST endpoint reference").
import { randomBytes, randomUUID } from 'node:crypto';
import { createKeyRing } from '../kit/key-ring.ts';
import { createRoutes, type Exchange, type SimulatorOptions, serve } from '../kit/simulator.ts';
import { createSteering } from '../kit/steering.ts';

/** `header` is the value of IDENTITY_HEADER; `clientIds` are the user-assigned identities of the app. */
export type IdentityOptions = SimulatorOptions & { header: string; clientIds: readonly string[] };

const apiVersion = '2019-08-01';
const notFound = 'No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.';
const tokenLifetimeSeconds = 24 * 60 * 60;

/** App Service's form of an error, which contains the status a second time. */
function refusal(status: number, message: string): Response {
  return Response.json({ statusCode: status, message, correlationId: randomUUID() }, { status });
}

/** What is wrong with a token request, or `undefined`. An app that has only user-assigned identities must name one. */
function faultOf({ req }: Exchange, options: IdentityOptions): Response | undefined {
  if (req.header('x-identity-header') !== options.header)
    return refusal(401, 'The X-IDENTITY-HEADER is missing or wrong.');
  if (req.query('api-version') !== apiVersion) return refusal(400, 'The api-version is missing or not supported.');
  if (!URL.canParse(req.query('resource') ?? '')) return refusal(400, 'The resource is missing or is no URI.');
  return options.clientIds.includes(req.query('client_id') ?? '') ? undefined : refusal(400, notFound);
}

/**
 * Starts the endpoint: `GET /msi/token` as in App Service, and (only here) `GET /jwks` with the key that signs the tokens, because the Key
 * Vault simulator must be able to refuse tokens of other issuers. A planned fault is a status, sent in App Service's form of an error.
 */
export async function startIdentity(options: IdentityOptions) {
  const { clock = Date.now } = options;
  const keys = await createKeyRing();
  const steering = createSteering<number>();
  // Entra's object id of a service principal is stable for the identity's life.
  const objectIds = new Map(options.clientIds.map((clientId) => [clientId, randomUUID()]));
  const issued: string[] = [];
  let calls = 0;

  async function token(exchange: Exchange): Promise<Response> {
    calls += 1;
    await steering.delay();
    const planned = steering.next();
    if (planned !== undefined) return refusal(planned, 'An unexpected error occurred while fetching the token.');
    const fault = faultOf(exchange, options);
    if (fault) return fault;
    const { resource = '', client_id = '' } = exchange.req.query();
    const iat = Math.floor(clock() / 1000);
    const exp = iat + tokenLifetimeSeconds;
    const access_token = await keys.sign({
      iss: `${running.url}/`,
      aud: resource,
      appid: client_id,
      oid: objectIds.get(client_id),
      uti: randomBytes(16).toString('base64url'),
      iat,
      nbf: iat,
      exp,
    });
    issued.push(access_token);
    return Response.json({ access_token, expires_on: String(exp), resource, token_type: 'Bearer', client_id });
  }

  const routes = createRoutes();
  routes.get('/msi/token', token);
  routes.get('/jwks', () => Response.json({ keys: keys.published() }));
  for (const path of ['/msi/token', '/jwks'])
    routes.all(path, (exchange) => exchange.body(null, 405, { allow: 'GET' }));
  const running = await serve('identity', options.port ?? 0, routes);

  return {
    ...running,
    control: {
      ...steering.control,
      /** How many token requests have arrived, including refused ones. */
      calls: () => calls,
      /** The raw tokens that were issued, so tests can search logs for them. */
      issued: () => [...issued],
    },
  };
}
