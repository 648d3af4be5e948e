import type { HttpReply } from './http-client.ts';

/**
 * What a status means to us. `throttled`, `server-error`, `gateway-error`: tried again as `retryRules` have it. `answer`: the
 * contract gives it a meaning, and the client reads it. `renew`: our token was refused, so it is dropped and the call made
 * once more. `ours`: they refuse our request, which only an operator can fix. `invalid`: theirs; it breaks the contract.
 */
export type Meaning = 'throttled' | 'server-error' | 'gateway-error' | 'answer' | 'renew' | 'ours' | 'invalid';

/** The party that answers. */
export type Party = 'lanekassen' | 'maskinporten' | 'altinn' | 'key-vault' | 'tables' | 'identity' | 'public-document';

type Meanings = Readonly<Record<string, Meaning>>;

/**
 * What every status means, from any party (RFC 9110 §15 and the IANA registry). There are gateways between us and each party,
 * and an answer is the party's own only where its body says so; what is not here is `invalid` below 500 and `gateway-error`
 * above. A bare 404 is a gateway's that has lost its way, as while a party is being deployed.
 */
const common: Meanings = {
  404: 'gateway-error',
  408: 'gateway-error',
  421: 'gateway-error',
  425: 'gateway-error',
  429: 'throttled',
  // A load balancer reports a client that has closed the connection. We had not.
  460: 'gateway-error',
  499: 'gateway-error',
  500: 'server-error',
  501: 'invalid',
  505: 'invalid',
};

/** A body's own error code as the party's contract has it; `undefined`: the answer is not the party's. */
type CodeOf = (reply: HttpReply, body: Readonly<Record<string, unknown>> | undefined) => string | undefined;

/**
 * Where a party differs. `any`: with any body. `own`: with its own error code, by status and code or by status; `4xx`: every
 * one that no table has.
 */
const parties: Readonly<Record<Party, { any: Meanings; own: Meanings; code: CodeOf }>> = {
  // Its error bodies are not published (docs/contracts/lanekassen-saldo.md §6): any JSON object is its own, unless it has the
  // shape in which Azure's API Management refuses what it cannot route; so is no body at all, but for a 404. An HTML page
  // with 401 or 403 costs a new token, and nothing final hangs on it.
  lanekassen: {
    any: { 200: 'answer', 401: 'answer', 403: 'answer' },
    own: { 400: 'ours', 404: 'answer' },
    code: ({ status, text }, body) =>
      (body && !('statusCode' in body && 'message' in body)) || (text.trim() === '' && status !== 404)
        ? 'own'
        : undefined,
  },
  maskinporten: {
    any: { 200: 'answer' },
    own: { 404: 'answer', '4xx': 'answer' },
    code: (_reply, body) => textIn(body?.error),
  },
  // 401 and 403 of scope policy and access list come without a body, and are its own (docs/contracts/altinn-consent.md §7); so is
  // a problem of its framework, which has a title and no code.
  altinn: {
    any: { 200: 'answer', 201: 'answer', 401: 'renew' },
    own: { 404: 'gateway-error', '404 AM-00001': 'answer', '500 STD-00001': 'ours', '4xx': 'ours' },
    code: ({ status, text }, body) =>
      /^[A-Z]{2,6}-\d{1,6}$/.exec(textIn(body?.code) ?? '')?.[0] ??
      (typeof body?.title === 'string' || ((status === 401 || status === 403) && text.trim() === '')
        ? 'own'
        : undefined),
  },
  'key-vault': {
    any: { 401: 'renew' },
    own: { 404: 'ours', '4xx': 'ours' },
    code: (_reply, body) => textIn((body?.error as { code?: unknown } | undefined)?.code),
  },
  // 404, 409 and 412 are about a row. The code is in a header, or in the body.
  tables: {
    any: { 401: 'renew' },
    own: { 404: 'answer', 409: 'answer', 412: 'answer', '4xx': 'ours' },
    code: ({ headers }, body) =>
      headers['x-ms-error-code'] ?? textIn((body?.['odata.error'] as { code?: unknown } | undefined)?.code),
  },
  // 404 and 410: the endpoint is not up yet, or is being moved (Microsoft: "How to use managed identities", retry guidance).
  identity: {
    any: { 404: 'gateway-error', 410: 'gateway-error' },
    own: { '4xx': 'ours' },
    code: (_reply, body) => (body && ('statusCode' in body || 'error' in body) ? 'own' : undefined),
  },
  'public-document': { any: { 200: 'answer' }, own: {}, code: () => undefined },
};

/** The value in a JSON text; `undefined` where it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a body is a JSON object. */
export function isObject(body: unknown): body is Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}

const textIn = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

/** The party's own error code in an answer; `own` if the body is the party's own but has no code. */
export function codeIn(party: Party, reply: HttpReply): string | undefined {
  if (reply.status < 400) return undefined;
  const body = jsonOf(reply.text);
  return parties[party].code(reply, isObject(body) ? body : undefined);
}

/** What an answer means. `renewed`: the token has been dropped already and a new one made, so that a second refusal means more. */
export function meaningOf(party: Party, reply: HttpReply, renewed = false): Meaning {
  const { status } = reply;
  const { any, own } = parties[party];
  const code = codeIn(party, reply);
  const always = any[status] === 'renew' && renewed ? undefined : any[status];
  const found =
    always ?? (code === undefined ? undefined : (own[`${status} ${code}`] ?? own[status])) ?? common[status];
  if (found) return found;
  if (status >= 500) return 'gateway-error';
  return (code === undefined ? undefined : own['4xx']) ?? 'invalid';
}
