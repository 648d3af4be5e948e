// The expected result of each row of the matrix, reviewed by hand against `docs/contracts/resilience.md` §5.2. Nothing here is the
// program's own output.

/** The endpoints. */
export const endpoints = [
  'lanekassen',
  'maskinporten-token',
  'maskinporten-metadata',
  'maskinporten-keys',
  'person-token-keys',
  'altinn-read',
  'altinn-create',
  'altinn-events',
  'key-vault-sign',
  'key-vault-key',
  'tables-read',
  'tables-write',
  'identity',
] as const;
export type Endpoint = (typeof endpoints)[number];

/** Every registered 4xx and 5xx (IANA, HTTP Status Code Registry), and ten that are not registered. */
export const statuses: readonly number[] = [
  ...[400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422, 423],
  ...[424, 425, 426, 428, 429, 431, 451, 500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511],
  ...[419, 430, 440, 444, 460, 494, 499, 520, 561, 599],
];

/** Bodies by name. `own`: an error in the party's own form. */
export const bodies = [
  'none',
  'null',
  'HTML',
  'truncated',
  'BOM',
  'Latin-1',
  'wrong types',
  '1 MiB',
  'gzip',
  'own',
] as const;
export type Body = (typeof bodies)[number];

/** What a call may result in: problem codes, `answered`, or `refused` (the client returns a refusal to its use case). */
export type Outcome = 'answered' | 'refused' | string;

/** Statuses that a retry may fix: never `configuration`, never a final state. */
export const mendable: readonly number[] = [
  404, 408, 421, 425, 429, 460, 499, 500, 502, 503, 504, 506, 507, 508,
].concat([510, 511, 520, 561, 599]);

/** The result of a status when the answer is not the party's own. */
function ofGateway(status: number): Outcome {
  if (status === 429) return 'upstream-busy';
  if (status === 501 || status === 505) return 'upstream-invalid-reply';
  return mendable.includes(status) ? 'upstream-unavailable' : 'upstream-invalid-reply';
}

/** Bodies that are the party's own. For some parties that is every JSON object, for others only `own`. */
const objects: readonly Body[] = ['BOM', 'Latin-1', 'wrong types', 'gzip', 'own'];

type Deviation = (status: number, body: Body) => Outcome | undefined;
const ours = (status: number, body: Body): Outcome | undefined =>
  body === 'own' && status >= 400 && status < 500 && !mendable.includes(status) ? 'configuration' : undefined;

const deviations: Readonly<Record<Endpoint, Deviation>> = {
  // §5.2: every JSON object is the party's own, and for a 404 nothing else. The look-up handles 401 and 403.
  lanekassen: (status, body) => {
    if (status === 401 || status === 403) return 'refused';
    const isOwn = objects.includes(body) || (body === 'none' && status !== 404);
    if (status === 400 && isOwn) return 'configuration';
    return status === 404 && isOwn ? 'answered' : undefined;
  },
  // An OAuth error whose code is not in the table, on a grant without a consent, is a wrong setting.
  'maskinporten-token': (status, body) =>
    body === 'own' && status >= 400 && status < 500 && ![408, 421, 425, 429, 460, 499].includes(status)
      ? 'configuration'
      : undefined,
  'maskinporten-metadata': () => undefined,
  // Keys are either available or not.
  'maskinporten-keys': () => 'upstream-unavailable',
  'person-token-keys': () => 'upstream-unavailable',
  // 401 and 403 come without a body from Altinn's scope policy; AM-00003 is a setting.
  'altinn-read': altinn,
  'altinn-create': altinn,
  // A 400 of the feed with its own code is about the position.
  'altinn-events': (status, body) => (status === 400 && body === 'own' ? 'answered' : altinn(status, body)),
  'key-vault-sign': (status, body) => (status === 404 && body === 'own' ? 'configuration' : ours(status, body)),
  'key-vault-key': (status, body) => (status === 404 && body === 'own' ? 'configuration' : ours(status, body)),
  // 404: no such row. 409 and 412 answer a condition, and a read sends none.
  'tables-read': (status, body) => (body === 'own' && status === 404 ? 'answered' : ofTable(status, body)),
  // A conditional write: another caller was first, or the row is gone; both are answers. The write inserts nothing, so a 409 is no answer.
  'tables-write': (status, body) =>
    body === 'own' && (status === 404 || status === 412) ? 'answered' : ofTable(status, body),
  // 404 and 410: not available yet, or being moved.
  identity: (status, body) => {
    if (status === 404 || status === 410) return 'upstream-unavailable';
    return ours(status, body);
  },
};

/** Statuses about a row, when the call had no condition: they say nothing, from any party that answers. */
function ofTable(status: number, body: Body): Outcome | undefined {
  return [404, 409, 412].includes(status) ? 'upstream-unavailable' : ours(status, body);
}

function altinn(status: number, body: Body): Outcome | undefined {
  if ((status === 401 || status === 403) && body === 'none') return 'configuration';
  return ours(status, body);
}

/** The expected result of a row. */
export function expectedOf(endpoint: Endpoint, status: number, body: Body): Outcome {
  return deviations[endpoint](status, body) ?? ofGateway(status);
}

/** The maximum number of calls in the contract (§5.1, §5.2), including the repetition on a dead connection and with a new token. */
export const mostCalls: Readonly<Record<Endpoint, number>> = {
  lanekassen: 2,
  'maskinporten-token': 3,
  'maskinporten-metadata': 5,
  'maskinporten-keys': 5,
  'person-token-keys': 5,
  'altinn-read': 3,
  'altinn-create': 2,
  'altinn-events': 3,
  // The SDK first calls without a token, and reads the key before its first signature.
  'key-vault-sign': 8,
  'key-vault-key': 4,
  'tables-read': 3,
  'tables-write': 2,
  identity: 2,
};
