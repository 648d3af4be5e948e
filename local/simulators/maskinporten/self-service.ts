// Digdir's self-service API for keys: a client's key set is read, and replaced as a whole (maskinporten_sjolvbetjening_api;
// `idporten:dcr.*` scopes, ordered for a client of its own).
import type { JWK } from 'jose';
import { z } from 'zod';
import { bearerOf, type VerifyAccessToken } from '../kit/maskinporten-token.ts';
import type { Clock, Exchange } from '../kit/simulator.ts';
import { type ClientRecord, type RegisteredKey, replaceKeys } from './clients.ts';

const readScopes = ['idporten:dcr.read', 'idporten:dcr.modify', 'idporten:dcr.write'];
const writeScopes = ['idporten:dcr.modify', 'idporten:dcr.write'];

const setSchema = z.object({
  keys: z.array(z.looseObject({ kid: z.string().min(1), use: z.literal('sig'), alg: z.string().optional() })).min(1),
});

/** Answers `GET`, `POST` and `PUT /clients/:client_id/jwks`. */
export async function answerSelfService(
  { req }: Exchange,
  world: { clients: ReadonlyMap<string, ClientRecord>; verify: VerifyAccessToken; clock: Clock },
): Promise<Response> {
  const caller = await bearerOf(req.header('authorization'), world.verify);
  if (!caller) return new Response(null, { status: 401, headers: { 'www-authenticate': 'Bearer' } });
  const allowed = req.method === 'GET' ? readScopes : writeScopes;
  if (!caller.scopes.some((scope) => allowed.includes(scope)))
    return Response.json({ error: 'access_denied' }, { status: 403 });
  const client = world.clients.get(req.param('clientId') ?? '');
  // Clients of other organisations are not shown.
  if (!client || client.organisationNumber !== caller.consumer)
    return Response.json({ error: 'not_found' }, { status: 404 });
  if (req.method !== 'GET') {
    const refused = (text: string) =>
      Response.json({ error: 'invalid_request', error_description: text }, { status: 400 });
    const parsed = setSchema.safeParse(await req.json().catch(() => undefined));
    if (!parsed.success) return refused('The body is not a JWKS of signing keys.');
    try {
      const keys = parsed.data.keys.map(({ kid, ...jwk }): RegisteredKey => ({ kid, jwk: jwk as JWK }));
      replaceKeys(client, keys, world.clock);
    } catch (error) {
      return refused(error instanceof Error ? error.message : 'The key set is not valid.');
    }
  }
  return Response.json({ keys: client.keys.map(({ kid, jwk }) => ({ ...jwk, kid, use: 'sig' })) });
}
