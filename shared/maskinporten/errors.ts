import type { HttpReply } from '../upstream/http-client.ts';
import { jsonOf } from '../upstream/statuses.ts';

/** What a refusal of Maskinporten means (docs/contracts/maskinporten.md §6). */
export type RefusalKind =
  /** Something of ours is wrong, and stays wrong until an operator has fixed it. */
  | 'configuration'
  /** The `jti` was used before: a new assertion helps. */
  | 'repeat'
  /** Our clock and Maskinporten's differ. */
  | 'clock'
  /** On a consent grant: the consent cannot be used; Altinn knows why. */
  | 'consent';

/** `incident` is Maskinporten's id of the case, for the log and for asking Digdir; never for a caller. */
export type Refusal = {
  kind: RefusalKind;
  code: string | undefined;
  action: string;
  incident: string | undefined;
  /** Our own word for a finer reason than the code gives. */
  reason: 'kid' | 'consumer-org' | 'clock-ahead' | undefined;
};

/** What a refusal means, and what an operator does about it. */
type Repair = Pick<Refusal, 'kind' | 'action'>;
const ours = (action: string): Repair => ({ kind: 'configuration', action });

const unusable: Repair = { kind: 'consent', action: 'The consent is not usable: Altinn knows why.' };

const repairs: Readonly<Record<string, Repair>> = {
  'MP-100': ours(
    'Client not found or authentication failed: check MASKINPORTEN_CLIENT_ID and the environment of MASKINPORTEN_ISSUER.',
  ),
  'MP-110': ours('Wrong audience: test and production are mixed up.'),
  'MP-120': ours('Certificate not valid in this environment.'),
  'MP-121': ours('THE REGISTERED KEY HAS EXPIRED (one year): register the public key again at Digdir now.'),
  'MP-011': ours('A parameter of the grant has an invalid value.'),
  'MP-200': ours('The scope is not registered on the client: order or add it at Digdir.'),
  'MP-201': ours('The scope is not allowed for this client type.'),
  'MP-012': { kind: 'repeat', action: 'A jti was used twice.' },
  'MP-130': { kind: 'clock', action: 'The assertion had expired on arrival: synchronise the clock.' },
  'MP-122': ours("The certificate's organisation is not the client's."),
  'MP-123': ours('x5c is malformed.'),
  'MP-124': ours('Wrong signature: the key version in the vault is not the one registered under MASKINPORTEN_KID.'),
  'MP-301': ours('authorization_details has an unknown type.'),
  'MP-302': ours('authorization_details has an unknown field.'),
  'MP-303': unusable,
  'MP-250': ours('The organisation has no access to the scope: ask the API owner.'),
  'MP-251': ours('The bank has not delegated the scope to the supplier in Altinn.'),
};

/** Words that have no MP code in the error table, and what they mean. */
const wordings: readonly (Repair & { pattern: RegExp; reason?: Refusal['reason'] })[] = [
  {
    pattern: /issue time is after now|issued? after now/i,
    kind: 'clock',
    action: 'Our clock is more than 10 s ahead: synchronise it.',
    reason: 'clock-ahead',
  },
  {
    pattern: /consumer_org/i,
    ...ours('The bank of consumer_org owns the client itself: its isSupplierCustomer must be false.'),
    reason: 'consumer-org',
  },
  {
    pattern: /unknown claims?|exp - iat/i,
    ...ours('Maskinporten finds our assertion malformed: a defect of ours, report it.'),
  },
];

/**
 * Reads the refusal in a 4xx reply. The description can quote what was sent, so nothing of it is kept but the MP code and
 * the incident id. The consent's own id is nowhere outside its table: it is no incident.
 */
export function refusalOf(reply: HttpReply, consentId: string | undefined): Refusal {
  const text = descriptionIn(reply);
  const code = /\bMP-\d{3}\b/.exec(text)?.[0];
  const wording = code === undefined ? wordings.find(({ pattern }) => pattern.test(text)) : undefined;
  // MP-100 is about the client or about its key; the description says which (ks-no/fiks-maskinporten-client-dotnet#186).
  const reason = code === 'MP-100' && /\bkid\b/i.test(text) ? 'kid' : wording?.reason;
  const unlisted =
    consentId === undefined
      ? ours('Maskinporten refuses the grant for a reason that its error table does not list.')
      : unusable;
  const { kind, action } = (code === undefined ? wording : repairs[code]) ?? unlisted;
  return { code, kind, action, reason, incident: incidentIn(text, consentId) };
}

/** Without one the refusal is judged by the status alone. */
function descriptionIn({ text }: HttpReply): string {
  const body = jsonOf(text) as { error_description?: unknown } | null | undefined;
  return typeof body?.error_description === 'string' ? body.error_description : '';
}

/** The id behind a word such as `trace_id`: hexadecimal or a UUID, so that no national id and no text of ours can be taken for one. */
function incidentIn(text: string, consentId: string | undefined): string | undefined {
  const id =
    /\b(?:trace|correlation|incident|error|request)[ _-]?id\W{1,3}([0-9a-f]{16,64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b/i.exec(
      text,
    )?.[1];
  return id !== undefined && id.toLowerCase() !== consentId?.toLowerCase() ? id : undefined;
}
