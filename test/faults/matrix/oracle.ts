// What must come of each row of the matrix, reviewed by hand against `docs/contracts/resilience.md` §5.2. Nothing here is the
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

/** Bodies, by name. `own`: an error in the party's own words, added to those of the issue. */
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

/** What a call may come to: codes of problems, `answered`, or `refused` (the client hands a refusal on to its use case). */
export type Outcome = 'answered' | 'refused' | string;

/** Statuses that a retry may fix: never `configuration`, never a final state. */
export const mendable: readonly number[] = [
  404, 408, 421, 425, 429, 460, 499, 500, 502, 503, 504, 506, 507, 508,
].concat([510, 511, 520, 561, 599]);

/** What a status comes to where the answer is not the party's own. */
function ofGateway(status: number): Outcome {
  if (status === 429) return 'upstream-busy';
  if (status === 501 || status === 505) return 'upstream-invalid-reply';
  return mendable.includes(status) ? 'upstream-unavailable' : 'upstream-invalid-reply';
}

/** Bodies that are the party's own: where any JSON object is, those that are one; else `own` alone. */
const objects: readonly Body[] = ['BOM', 'Latin-1', 'wrong types', 'gzip', 'own'];

type Deviation = (status: number, body: Body) => Outcome | undefined;
const ours = (status: number, body: Body): Outcome | undefined =>
  body === 'own' && status >= 400 && status < 500 && !mendable.includes(status) ? 'configuration' : undefined;

const deviations: Readonly<Record<Endpoint, Deviation>> = {
  // §5.2: any JSON object is its own, and no body is unless it is a 404. 401 and 403 are judged by the look-up.
  lanekassen: (status, body) => {
    if (status === 401 || status === 403) return 'refused';
    const isOwn = objects.includes(body) || (body === 'none' && status !== 404);
    if (status === 400 && isOwn) return 'configuration';
    return status === 404 && isOwn ? 'answered' : undefined;
  },
  // An OAuth error without a code of the table, on a grant without a consent, is a setting of ours.
  'maskinporten-token': (status, body) =>
    body === 'own' && status >= 400 && status < 500 && ![408, 421, 425, 429, 460, 499].includes(status)
      ? 'configuration'
      : undefined,
  'maskinporten-metadata': () => undefined,
  // Keys are had or not had.
  'maskinporten-keys': () => 'upstream-unavailable',
  'person-token-keys': () => 'upstream-unavailable',
  // 401 and 403 come without a body from its scope policy; AM-00003 is a setting.
  'altinn-read': altinn,
  'altinn-create': altinn,
  // A 400 of the feed with its own code is about the position.
  'altinn-events': (status, body) => (status === 400 && body === 'own' ? 'answered' : altinn(status, body)),
  'key-vault-sign': (status, body) => (status === 404 && body === 'own' ? 'configuration' : ours(status, body)),
  'key-vault-key': (status, body) => (status === 404 && body === 'own' ? 'configuration' : ours(status, body)),
  // 404: no such row. 409 and 412 answer a guard, and a read sends none.
  'tables-read': (status, body) => (body === 'own' && status === 404 ? 'answered' : ofTable(status, body)),
  // A guarded write: another caller was first, or the row is gone, which is an answer. It inserts nothing, so that 409 answers nothing.
  'tables-write': (status, body) =>
    body === 'own' && (status === 404 || status === 412) ? 'answered' : ofTable(status, body),
  // 404 and 410: not up yet, or being moved.
  identity: (status, body) => {
    if (status === 404 || status === 410) return 'upstream-unavailable';
    return ours(status, body);
  },
};

/** About a row, and to no guard of the call: it says nothing, from any party that answers. */
function ofTable(status: number, body: Body): Outcome | undefined {
  return [404, 409, 412].includes(status) ? 'upstream-unavailable' : ours(status, body);
}

function altinn(status: number, body: Body): Outcome | undefined {
  if ((status === 401 || status === 403) && body === 'none') return 'configuration';
  return ours(status, body);
}

/** What must come of a row. */
export function expectedOf(endpoint: Endpoint, status: number, body: Body): Outcome {
  return deviations[endpoint](status, body) ?? ofGateway(status);
}

/** The most calls that the contract allows (§5.1, §5.2), the one on a dead connection and the one with a new token included. */
export const mostCalls: Readonly<Record<Endpoint, number>> = {
  lanekassen: 2,
  'maskinporten-token': 3,
  'maskinporten-metadata': 5,
  'maskinporten-keys': 5,
  'person-token-keys': 5,
  'altinn-read': 3,
  'altinn-create': 2,
  'altinn-events': 3,
  // The SDK asks once without a token, and reads the key before it has it sign.
  'key-vault-sign': 8,
  'key-vault-key': 4,
  'tables-read': 3,
  'tables-write': 2,
  identity: 2,
};
