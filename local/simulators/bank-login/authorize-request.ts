// Reads the bank page's call to /authorize: OpenID Connect Core 1.0 §3.1.2, PKCE (RFC 7636) with S256 required.
import { z } from 'zod';

/** The client and the addresses that the identity provider knows. */
export type RegisteredClient = { clientId: string; redirectUris: readonly string[] };

/** `redirectUri` is present once it is certain that the error may be sent there. */
type AuthorizeFault = { error: string; description: string; redirectUri?: string; state?: string | undefined };

const pkce = { error: 'invalid_request', description: 'PKCE with S256 is required.' };
/** In the order in which they are reported. */
const faults: Record<string, { error: string; description: string }> = {
  response_type: { error: 'unsupported_response_type', description: 'Only the code flow is offered.' },
  scope: { error: 'invalid_scope', description: 'The scope openid is missing.' },
  code_challenge: pkce,
  code_challenge_method: pkce,
};

const parameters = z.object({
  response_type: z.literal('code'),
  scope: z.string().refine((scope) => scope.split(' ').includes('openid')),
  code_challenge: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  code_challenge_method: z.literal('S256'),
  redirect_uri: z.string(),
  state: z.string().optional(),
  nonce: z.string().optional(),
});

/** A valid request. The page where the customer is chosen carries it unchanged. */
export type AuthorizeRequest = z.output<typeof parameters>;

/** The request, or its fault. A fault of client or address is shown here; all others go back to the client (RFC 6749 §4.1.2.1). */
export function readAuthorizeRequest(
  query: URLSearchParams,
  client: RegisteredClient,
): AuthorizeRequest | AuthorizeFault {
  const redirectUri = query.get('redirect_uri') ?? '';
  if (query.get('client_id') !== client.clientId)
    return { error: 'unauthorized_client', description: 'Ukjent klient.' };
  if (!client.redirectUris.includes(redirectUri))
    return { error: 'invalid_request', description: 'Adressen for retur er ikke registrert.' };
  const back = { redirectUri, state: query.get('state') ?? undefined };
  const names = [...query.keys()];
  if (new Set(names).size !== names.length)
    return { error: 'invalid_request', description: 'A parameter is repeated.', ...back };
  const parsed = parameters.safeParse(Object.fromEntries(query));
  return parsed.success ? parsed.data : { ...(faults[String(parsed.error.issues[0]?.path[0])] ?? pkce), ...back };
}

/** `redirectUri` with parameters added to its query. */
export function withParameters(redirectUri: string, added: Record<string, string | undefined>): string {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(added)) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}
