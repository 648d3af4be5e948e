import type { HttpReply } from '../upstream/http-client.ts';

/** What a refusal of Maskinporten means (domain/maskinporten.md §6). */
export type RefusalKind =
  /** Something of ours is wrong, and stays wrong until an operator has mended it. */
  | 'configuration'
  /** The `jti` was used before: a new assertion mends it. */
  | 'repeat'
  /** Our clock and Maskinporten's differ. */
  | 'clock'
  /** On a consent grant: the consent cannot be used; Altinn knows why. */
  | 'consent';

export type Refusal = { kind: RefusalKind; code: string | undefined; action: string };

const repairs: Record<string, { kind: RefusalKind; action: string }> = {
  'MP-100': {
    kind: 'configuration',
    action:
      'Client not found or authentication failed: check MASKINPORTEN_CLIENT_ID and the environment of MASKINPORTEN_ISSUER.',
  },
  'MP-110': { kind: 'configuration', action: 'Wrong audience: test and production are mixed up.' },
  'MP-120': { kind: 'configuration', action: 'Certificate not valid in this environment.' },
  'MP-121': {
    kind: 'configuration',
    action: 'THE REGISTERED KEY HAS EXPIRED (one year): register the public key again at Digdir now.',
  },
  'MP-011': { kind: 'configuration', action: 'A parameter of the grant has an invalid value.' },
  'MP-200': { kind: 'configuration', action: 'The scope is not registered on the client: order or add it at Digdir.' },
  'MP-201': { kind: 'configuration', action: 'The scope is not allowed for this client type.' },
  'MP-012': { kind: 'repeat', action: 'A jti was used twice.' },
  'MP-130': { kind: 'clock', action: 'The assertion had expired on arrival: synchronise the clock.' },
  'MP-122': { kind: 'configuration', action: "The certificate's organisation is not the client's." },
  'MP-123': { kind: 'configuration', action: 'x5c is malformed.' },
  'MP-124': {
    kind: 'configuration',
    action: 'Wrong signature: the key version in the vault is not the one registered under MASKINPORTEN_KID.',
  },
  'MP-301': { kind: 'configuration', action: 'authorization_details has an unknown type.' },
  'MP-302': { kind: 'configuration', action: 'authorization_details has an unknown field.' },
  'MP-303': { kind: 'consent', action: 'The consent is not usable: Altinn knows why.' },
  'MP-250': { kind: 'configuration', action: 'The organisation has no access to the scope: ask the API owner.' },
  'MP-251': { kind: 'configuration', action: 'The bank has not delegated the scope to the supplier in Altinn.' },
};

/** Reads the refusal in a 4xx reply. The description holds an incident id and perhaps data: only the MP code is kept. */
export function refusalOf(reply: HttpReply, forConsent: boolean): Refusal {
  let text = '';
  try {
    const body = JSON.parse(reply.text) as { error_description?: unknown };
    text = typeof body.error_description === 'string' ? body.error_description : '';
  } catch {
    // No JSON: judged by the status alone.
  }
  const code = /\bMP-\d{3}\b/.exec(text)?.[0];
  const known = code === undefined ? undefined : repairs[code];
  if (known) return { code, ...known };
  if (/issue time|issued? (?:is )?after now/i.test(text))
    return { code, kind: 'clock', action: 'Our clock is more than 10 s ahead: synchronise it.' };
  if (forConsent) return { code, kind: 'consent', action: 'The consent is not usable: Altinn knows why.' };
  return {
    code,
    kind: 'configuration',
    action: 'Maskinporten refuses the grant for a reason that its error table does not list.',
  };
}
