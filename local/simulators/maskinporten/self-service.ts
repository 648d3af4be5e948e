// Digdir's self-service API as far as keys go: a client's key set is read, and replaced as a whole
// (maskinporten_sjolvbetjening_api; `idporten:dcr.*` scopes, ordered for a client of its own).
import { z } from 'zod';
import type { VerifyAccessToken } from '../kit/maskinporten-token.ts';
import type { Clock, SimulatedAnswer, SimulatedRequest } from '../kit/simulator.ts';
import { type ClientRecord, type RegisteredKey, replaceKeys } from './clients.ts';

const readScopes = ['idporten:dcr.read', 'idporten:dcr.modify', 'idporten:dcr.write'];
const writeScopes = ['idporten:dcr.modify', 'idporten:dcr.write'];

const setSchema = z.object({
  keys: z.array(z.looseObject({ kid: z.string().min(1), use: z.literal('sig'), alg: z.string().optional() })).min(1),
});

/** The client id in a path of this API, or `undefined` for any other path. */
export function clientIdIn(path: string): string | undefined {
  return /^\/clients\/([^/]+)\/jwks$/.exec(path)?.[1];
}

/** Answers `GET`, `POST` and `PUT /clients/{client_id}/jwks`. */
export async function answerSelfService(
  request: SimulatedRequest,
  clientId: string,
  world: { clients: ReadonlyMap<string, ClientRecord>; verify: VerifyAccessToken; clock: Clock },
): Promise<SimulatedAnswer> {
  const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  const caller = token === undefined ? undefined : await world.verify(token);
  if (!caller) return { status: 401, headers: { 'www-authenticate': 'Bearer' } };
  const allowed = request.method === 'GET' ? readScopes : writeScopes;
  if (!caller.scopes.some((scope) => allowed.includes(scope))) return { status: 403, body: { error: 'access_denied' } };
  const client = world.clients.get(clientId);
  // Clients of other organisations are not shown.
  if (!client || client.organisationNumber !== caller.consumer) return { status: 404, body: { error: 'not_found' } };
  const shown = () => ({
    status: 200,
    body: { keys: client.keys.map(({ kid, jwk }) => ({ ...jwk, kid, use: 'sig' })) },
  });
  if (request.method === 'GET') return shown();
  if (request.method !== 'PUT' && request.method !== 'POST') return { status: 405 };
  const refused = (text: string) => ({ status: 400, body: { error: 'invalid_request', error_description: text } });
  let body: unknown;
  try {
    body = JSON.parse(request.body);
  } catch {
    return refused('The body is not JSON.');
  }
  const parsed = setSchema.safeParse(body);
  if (!parsed.success) return refused('The body is not a JWKS of signing keys.');
  try {
    const keys = parsed.data.keys.map(({ kid, ...jwk }): RegisteredKey => ({ kid, jwk: jwk as RegisteredKey['jwk'] }));
    replaceKeys(client, keys, world.clock);
  } catch (error) {
    return refused(error instanceof Error ? error.message : 'The key set is not valid.');
  }
  return shown();
}
