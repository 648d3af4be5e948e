import * as z from 'zod';
import type { Secret } from '../../shared/person/secret.ts';
import type { PublicKey } from './plan.ts';

const setSchema = z.object({
  keys: z.array(z.looseObject({ kid: z.string().min(1), kty: z.literal('RSA'), n: z.string(), e: z.string() })),
});

/** Digdir's self-service API for the keys of one client (docs/contracts/maskinporten.md §7). */
export type Registration = {
  read(): Promise<PublicKey[]>;
  /** Replaces the whole set, because the API has no smaller change. Returns the keys that are registered after it. */
  replace(keys: readonly PublicKey[]): Promise<PublicKey[]>;
};

/** `baseUrl`: https://api.samarbeid.digdir.no, or its test host. The token is of the admin client, scope `idporten:dcr.*`. */
export function createRegistration(baseUrl: string, clientId: string, token: () => Promise<Secret>): Registration {
  const call = async (method: 'GET' | 'PUT', body?: object): Promise<PublicKey[]> => {
    const reply = await fetch(`${baseUrl}/clients/${encodeURIComponent(clientId)}/jwks`, {
      method,
      headers: {
        authorization: `Bearer ${(await token()).reveal()}`,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      redirect: 'error',
      signal: AbortSignal.timeout(30_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (method === 'GET' && reply.status === 404)
      throw new RangeError(`The self-service API does not show client ${clientId}.`);
    if (!reply.ok)
      throw new RangeError(
        `The self-service API answered ${reply.status} to ${method}. As far as is known, nothing has changed.`,
      );
    const parsed = setSchema.safeParse(await reply.json().catch(() => undefined));
    if (!parsed.success) throw new RangeError('The answer of the self-service API is not a key set.');
    return parsed.data.keys;
  };
  return {
    read: () => call('GET'),
    replace: async (keys) => {
      await call('PUT', { keys });
      // The registered keys are read, and not assumed.
      return call('GET');
    },
  };
}
