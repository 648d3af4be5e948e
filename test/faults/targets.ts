// Each call that the program makes to an upstream, and what must come of its faults (`docs/contracts/interface.md` §3, the
// outcome tables of `docs/contracts/resilience.md` §5.2).
import type { Expected } from './expect-outcome.ts';
import { limits, type UpstreamName } from './fault-world.ts';
import type { FaultName, Kind } from './wire-rows.ts';

/** What a caller gets: status, code, and from and to of `Retry-After` in seconds. */
export type Answer = { status: number; code?: string; retryAfter?: readonly [number, number] };

/** A call of the program, and its expectations. */
export type Target = {
  name: string;
  upstream: UpstreamName;
  /** Which requests are the call under test. */
  matches(method: string, path: string): boolean;
  /** What is asked of the program: `GET /saldo`, `POST /consents`, a run of the timer `sync-consent-events`. */
  operation: 'saldo' | 'create' | 'sync';
  /** State of the event feed; `undefined`: it does not matter. */
  feed?: 'stale' | 'fresh';
  /** What it brings is kept by the process, so its rows have a host of their own, on which it never succeeds. */
  isKept?: true;
  /** On a host that sends no consent token for a consent that Lånekassen knows. */
  primed?: boolean;
  /** The name of the call in the log. */
  call: string;
  /** Calls that go out, by kind; `asked-late` and `throttled` are always one. */
  attempts: Readonly<Record<'connection' | 'timeout' | 'asked-soon' | 'server-error' | 'gateway-error', number>>;
  /** Limit of a try, milliseconds. */
  tryMs: number;
  answers: Readonly<Record<Kind, Answer>>;
  /** What is stored afterwards, by kind. */
  stored(kind: Kind): string;
  /** Whether the answer is read after the attempt has ended well, so that no attempt tells of what is broken in it. */
  readLater?(fault: FaultName): boolean;
  /** Where a fault is of another kind to this call than to the others. */
  kinds?: Readonly<Partial<Record<FaultName, Kind>>>;
  /** Where what comes of a fault is not what comes of its kind. */
  exceptions?: Readonly<Partial<Record<FaultName, Partial<Expected>>>>;
  /** The first fetch of what is kept: five times, after 0.25, 0.5, 1 and 2 s, each time as if for good. */
  fetchedFirst?: boolean;
  /** Rows that this call cannot have apart from another one, which has them. */
  without?: readonly FaultName[];
};

const unavailable: Answer = { status: 503, code: 'upstream-unavailable', retryAfter: [5, 30] };
const invalid: Answer = { status: 502, code: 'upstream-invalid-reply' };
const busy = (from: number, to: number): Answer => ({ status: 503, code: 'upstream-busy', retryAfter: [from, to] });
const standard: Target['answers'] = {
  connection: unavailable,
  timeout: unavailable,
  'asked-soon': busy(1, 3),
  'asked-late': busy(3600, 3600),
  throttled: busy(5, 30),
  'server-error': unavailable,
  'gateway-error': unavailable,
  broken: invalid,
};
const always = (answer: Answer): Target['answers'] =>
  Object.fromEntries(Object.keys(standard).map((kind) => [kind, answer])) as Target['answers'];
/** A look-up that failed leaves its code for those who waited. */
const failed = (answers: Target['answers']) => (kind: Kind) => `failed ${answers[kind].code}`;
const nothing = () => 'nothing';
const three = { connection: 3, timeout: 3, 'asked-soon': 2, 'server-error': 3, 'gateway-error': 3 } as const;
const two = { connection: 2, timeout: 2, 'asked-soon': 2, 'server-error': 2, 'gateway-error': 2 } as const;
/** A first fetch, which nothing can be served without. */
const first = { connection: 5, timeout: 5, 'asked-soon': 5, 'server-error': 5, 'gateway-error': 5 } as const;

const lanekassen: Target['answers'] = {
  ...standard,
  // The caller is answered in time, while the fetch goes on.
  timeout: { status: 503, code: 'saldo-not-ready', retryAfter: [2, 5] },
};
const unverifiable = always({ status: 503, code: 'consent-unverifiable', retryAfter: [30, 30] });
/** A body past the limit is not read at all, and so logged by the attempt. */
const butTooLarge = (fault: FaultName) => fault !== '5 MB body';
const isConsentRead = (method: string, path: string) =>
  method === 'GET' && /\/enterprise\/consentrequests\/[0-9a-f-]{36}$/.test(path);

/** In the order of the document. */
export const targets: readonly Target[] = [
  {
    name: 'Lånekassen',
    upstream: 'lanekassen',
    matches: (_method, path) => path === '/saldo/v1/Accounts',
    operation: 'saldo',
    call: 'lanekassen',
    attempts: two,
    tryMs: limits.lanekassenTry,
    answers: lanekassen,
    stored: (kind) => (kind === 'timeout' ? 'failed upstream-unavailable' : `failed ${lanekassen[kind].code}`),
  },
  {
    name: 'Maskinporten, token',
    upstream: 'maskinporten',
    matches: (method, path) => method === 'POST' && path === '/token',
    operation: 'saldo',
    call: 'maskinporten',
    attempts: three,
    tryMs: limits.partyTry,
    answers: standard,
    stored: failed(standard),
    readLater: butTooLarge,
  },
  {
    name: 'Maskinporten, metadata',
    upstream: 'maskinporten',
    matches: (_method, path) => path === '/.well-known/oauth-authorization-server',
    operation: 'saldo',
    isKept: true,
    call: 'key-set',
    attempts: first,
    fetchedFirst: true,
    tryMs: limits.partyTry,
    answers: standard,
    stored: failed(standard),
    readLater: butTooLarge,
  },
  {
    name: 'Maskinporten, keys',
    upstream: 'maskinporten',
    matches: (_method, path) => path === '/jwk',
    operation: 'saldo',
    isKept: true,
    // The same server as the metadata's, without which the address of the keys is not known.
    without: ['refused', 'connect hangs'],
    call: 'key-set',
    attempts: first,
    fetchedFirst: true,
    tryMs: limits.partyTry,
    answers: always(unavailable),
    stored: failed(always(unavailable)),
    readLater: butTooLarge,
  },
  {
    name: 'Altinn, create',
    upstream: 'altinn',
    matches: (method, path) => method === 'POST' && path.endsWith('/enterprise/consentrequests'),
    operation: 'create',
    call: 'altinn-create',
    attempts: { ...two, 'server-error': 1 },
    tryMs: limits.partyTry,
    answers: standard,
    stored: () => 'pending',
    // What was unreadable may have been a consent, so it is looked for by its id; only then is the answer given up.
    readLater: butTooLarge,
  },
  {
    name: 'Altinn, read; stale feed',
    upstream: 'altinn',
    matches: isConsentRead,
    operation: 'saldo',
    feed: 'stale',
    call: 'altinn-read',
    attempts: { ...three, 'server-error': 2 },
    tryMs: limits.partyTry,
    answers: unverifiable,
    stored: failed(unverifiable),
  },
  {
    name: 'Altinn, read; fresh feed',
    upstream: 'altinn',
    matches: isConsentRead,
    operation: 'saldo',
    feed: 'fresh',
    call: 'altinn-read',
    attempts: { ...three, 'server-error': 2 },
    tryMs: limits.partyTry,
    answers: always({ status: 200 }),
    stored: () => 'held',
    // Maskinporten asks Altinn for a consent token's consent, so this is shown where none is needed any more (duty C-2).
    primed: true,
  },
  {
    name: 'Altinn, events',
    upstream: 'altinn',
    matches: (method, path) => method === 'GET' && path.endsWith('/enterprise/consentrequests/events'),
    operation: 'sync',
    feed: 'stale',
    call: 'altinn-read',
    attempts: { ...three, 'server-error': 2 },
    tryMs: limits.partyTry,
    answers: standard,
    stored: () => 'feed stale',
  },
  {
    name: 'Key Vault, sign',
    upstream: 'key-vault',
    matches: (method, path) => method === 'POST' && path.endsWith('/sign'),
    operation: 'saldo',
    call: 'key-vault',
    attempts: two,
    tryMs: limits.vaultTry,
    answers: standard,
    stored: failed(standard),
  },
  {
    name: 'Table Storage',
    upstream: 'tables',
    matches: () => true,
    operation: 'saldo',
    call: 'tables-read',
    attempts: three,
    tryMs: limits.tableTry,
    answers: standard,
    stored: nothing,
  },
  {
    name: 'Identity endpoint',
    upstream: 'identity',
    matches: (_method, path) => path === '/msi/token',
    operation: 'saldo',
    isKept: true,
    call: 'identity',
    attempts: two,
    tryMs: limits.identityTry,
    answers: standard,
    stored: failed(standard),
    // The last attempt has what is left of the call's time, which is longer than the limit on connecting, a second.
    exceptions: { 'connect hangs': { lastOutcome: 'connection' } },
  },
  {
    name: 'Person token, keys',
    upstream: 'bank-login',
    matches: (_method, path) => path === '/jwks',
    operation: 'saldo',
    isKept: true,
    call: 'key-set',
    attempts: first,
    fetchedFirst: true,
    tryMs: limits.partyTry,
    answers: always(unavailable),
    stored: nothing,
    readLater: butTooLarge,
  },
];
