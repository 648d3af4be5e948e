// Maskinporten: machine-to-machine access tokens for signed assertions. It refuses what the real one refuses. The rules and their sources
// are in the other files of this folder.
import { createKeyRing } from '../kit/key-ring.ts';
import { createVerifyAccessToken } from '../kit/maskinporten-token.ts';
import { createRoutes, type Exchange, type SimulatorOptions, serve } from '../kit/simulator.ts';
import { createSteering, type PlannedAnswer, plannedAnswer } from '../kit/steering.ts';
import { assertionOf, createAssertionCheck } from './assertion.ts';
import { addKey, type ClientRecord, createClients, type MaskinportenClient, type RegisteredKey } from './clients.ts';
import { bodyOf, type MpCode, Refusal } from './refusal.ts';
import { answerSelfService } from './self-service.ts';
import { type ClaimsTamper, createTokenIssuer, type IssuerState, type TokenSigner } from './token-issuer.ts';

/** A record of a token request, without token, consent and person. */
type Grant = { at: number; clientId: string; scope: string; withConsent: boolean; status: number; code?: MpCode };

/** An answer that replaces the token endpoint's. `mpCode` selects the documented body of that code. */
type MaskinportenFault = PlannedAnswer & { status: number; mpCode?: MpCode };

/** The response for a planned fault. */
function faultAnswer({ mpCode, ...planned }: MaskinportenFault): Response {
  const documented =
    mpCode === undefined ? new Refusal(planned.status, 'server_error', 'Simulated fault.') : Refusal.of(mpCode);
  return plannedAnswer({ body: bodyOf(documented), ...planned });
}

/** The start settings of Maskinporten. */
export type MaskinportenOptions = SimulatorOptions & {
  clients: readonly MaskinportenClient[];
  /** Where consents are looked up. Without it every assertion with `authorization_details` is refused. */
  altinnUrl?: string;
  /** Default 120, which is Lånekassen's figure. */
  accessTokenLifetimeSeconds?: number | undefined;
  /** PEM of the certificate authorities that are trusted for `x5c`. */
  certificateRoots?: readonly string[] | undefined;
};

/** RFC 8414 metadata as Maskinporten publishes it (maskinporten_func_wellknown). */
const metadataOf = (url: string) => ({
  issuer: `${url}/`,
  token_endpoint: `${url}/token`,
  jwks_uri: `${url}/jwk`,
  token_endpoint_auth_methods_supported: ['private_key_jwt'],
  grant_types_supported: ['urn:ietf:params:oauth:grant-type:jwt-bearer'],
  token_endpoint_auth_signing_alg_values_supported: ['RS256', 'RS384', 'RS512'],
  authorization_details_types_supported: ['urn:altinn:consent'],
});

/**
 * Starts Maskinporten. Its issuer, and the only accepted `aud`, is `url` with a trailing slash. Its control throws for an unknown client
 * id. A token request that meets a planned fault has used up its `jti` all the same, because no client can know that it has not. The delay
 * applies to token requests.
 */
export async function startMaskinporten(options: MaskinportenOptions) {
  const { clock = Date.now, certificateRoots = [], accessTokenLifetimeSeconds = 120, altinnUrl } = options;
  const issuer = (): string => `${running.url}/`;
  const clients = createClients(options.clients, clock);
  const signingKeys = await createKeyRing();
  const check = createAssertionCheck({ issuer, clients, certificateRoots, clock });
  const tokens: IssuerState = { altinnUrl, change: undefined, signer: 'published', issued: [] };
  const issue = createTokenIssuer(issuer, signingKeys, accessTokenLifetimeSeconds, clock, tokens);
  const steering = createSteering<MaskinportenFault>();
  const grants: Grant[] = [];

  async function answerToken(exchange: Exchange, grant: Grant, fault: MaskinportenFault | undefined) {
    try {
      const assertion = await check(await assertionOf(exchange));
      grant.clientId = assertion.client.clientId;
      grant.scope = assertion.claims.scope;
      grant.withConsent = assertion.claims.authorization_details !== undefined;
      if (fault === undefined) return await issue(assertion);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (fault === undefined) {
        if (error.code !== undefined) grant.code = error.code;
        return Response.json(bodyOf(error), { status: error.status });
      }
    }
    if (fault.mpCode !== undefined) grant.code = fault.mpCode;
    return faultAnswer(fault);
  }

  async function token(exchange: Exchange): Promise<Response> {
    const fault = steering.next();
    await steering.delay();
    const grant: Grant = { at: clock(), clientId: '', scope: '', withConsent: false, status: 0 };
    grants.push(grant);
    const answer = await answerToken(exchange, grant, fault);
    grant.status = answer.status;
    return answer;
  }

  function known(clientId: string): ClientRecord {
    const client = clients.get(clientId);
    if (!client) throw new Error(`The Maskinporten simulator has no client ${clientId}.`);
    return client;
  }

  const routes = createRoutes();
  // The simulator's own clock, like all its times. It shows a client how far its own clock is off.
  routes.use(async (exchange, next) => {
    await next();
    exchange.header('date', new Date(clock()).toUTCString());
  });
  routes.get('/jwk', () => Response.json({ keys: signingKeys.published() }));
  routes.get('/.well-known/oauth-authorization-server', () => Response.json(metadataOf(running.url)));
  routes.post('/token', token);
  routes.on(['GET', 'POST', 'PUT'], '/clients/:clientId/jwks', (exchange) =>
    answerSelfService(exchange, { clients, verify: createVerifyAccessToken(running.url, clock), clock }),
  );
  const allowed = { '/token': 'POST', '/jwk': 'GET', '/.well-known/oauth-authorization-server': 'GET' };
  for (const [path, allow] of Object.entries(allowed))
    routes.all(path, (exchange) => exchange.body(null, 405, { allow }));
  const running = await serve('Maskinporten', options.port ?? 0, routes);

  return {
    ...running,
    control: {
      ...steering.control,
      /** `at` in ms since 1970 by the simulator's clock. `clientId` and `scope` are empty if the assertion was not valid. */
      grants: () => grants.map((grant) => ({ ...grant })),
      /** The raw access tokens that were issued, so tests can search logs for them. */
      issued: () => [...tokens.issued],
      /** Registers or renews a public key, by the rules of registration. */
      registerKey: (clientId: string, key: RegisteredKey) => addKey(known(clientId), key, clock),
      removeKey(clientId: string, kid: string): void {
        const client = known(clientId);
        client.keys = client.keys.filter((key) => key.kid !== kid);
      },
      /** The keys registered on a client: `kid`, and when it was registered (ms since 1970). */
      keysOf: (clientId: string) => known(clientId).keys.map(({ kid, registeredAt }) => ({ kid, registeredAt })),
      setScopes(clientId: string, scopes: readonly string[]): void {
        known(clientId).scopes = scopes;
      },
      /** A new key signs tokens; the old ones leave /jwk unless `keepOld`. Resolves to the new `kid`. */
      rotateSigningKey: (keepOld = false) => signingKeys.rotate(keepOld),
      /** From now on `change` alters the tokens and `signer` signs them (default: the published key). `undefined` ends it. */
      tamper(change: ClaimsTamper | undefined, signer: TokenSigner = 'published'): void {
        Object.assign(tokens, { change, signer: change ? signer : 'published' });
      },
      /**
       * Sets Altinn's address. Altinn's simulator must know Maskinporten's address first, so with free ports Altinn's own is known only
       * later.
       */
      setAltinnUrl(url: string): void {
        tokens.altinnUrl = url;
      },
    },
  };
}
