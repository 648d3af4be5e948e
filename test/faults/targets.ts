// Each call of the program to an upstream, and what must happen at its faults (`docs/contracts/interface.md` §3, and the outcome tables in
// `docs/contracts/resilience.md` §5.2).
import type { Expected } from './expect-outcome.ts';
import { limits, type UpstreamName } from './fault-world.ts';
import type { FaultName, Kind } from './wire-rows.ts';

/** The caller's answer: status, code, and the range of `Retry-After` in seconds. */
export type Answer = { status: number; code?: string; retryAfter?: readonly [number, number] };

/** A call of the program, and the expected results. */
export type Target = {
  name: string;
  upstream: UpstreamName;
  /** The requests that belong to the call under test. */
  matches(method: string, path: string): boolean;
  /** What the test calls: `GET /saldo`, `POST /consents`, or a run of the timer `sync-consent-events`. */
  operation: 'saldo' | 'create' | 'sync';
  /** State of the event feed; `undefined`: any. */
  feed?: 'stale' | 'fresh';
  /** The process keeps the result, so the rows have a host of their own, on which the call never succeeds. */
  isKept?: true;
  /** On a host that sends no consent token for a consent that Lånekassen knows. */
  primed?: boolean;
  /** The name of the call in the log. */
  call: string;
  /** Number of calls by kind of fault; `asked-late` and `throttled` always have one. */
  attempts: Readonly<Record<'connection' | 'timeout' | 'asked-soon' | 'server-error' | 'gateway-error', number>>;
  /** Limit of an attempt, milliseconds. */
  tryMs: number;
  answers: Readonly<Record<Kind, Answer>>;
  /** What is stored afterwards, by kind. */
  stored(kind: Kind): string;
  /** Whether the answer is read after the attempt has ended well. Then no attempt reports a fault in the answer. */
  readLater?(fault: FaultName): boolean;
  /** Faults that are of another kind at this call than at the others. */
  kinds?: Readonly<Partial<Record<FaultName, Kind>>>;
  /** Faults whose result differs from that of their kind. */
  exceptions?: Readonly<Partial<Record<FaultName, Partial<Expected>>>>;
  /** The first fetch of a kept value: five attempts, after 0.25, 0.5, 1 and 2 s, each as if it were the last. */
  fetchedFirst?: boolean;
  /** Rows that this call shares with another call, which has them. */
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
/** A failed look-up leaves its code for the callers that waited. */
const failed = (answers: Target['answers']) => (kind: Kind) => `failed ${answers[kind].code}`;
const nothing = () => 'nothing';
const three = { connection: 3, timeout: 3, 'asked-soon': 2, 'server-error': 3, 'gateway-error': 3 } as const;
const two = { connection: 2, timeout: 2, 'asked-soon': 2, 'server-error': 2, 'gateway-error': 2 } as const;
/** A first fetch without which no caller can be served. */
const first = { connection: 5, timeout: 5, 'asked-soon': 5, 'server-error': 5, 'gateway-error': 5 } as const;

const lanekassen: Target['answers'] = {
  ...standard,
  // The caller is answered in time, and the fetch goes on.
  timeout: { status: 503, code: 'saldo-not-ready', retryAfter: [2, 5] },
};
const unverifiable = always({ status: 503, code: 'consent-unverifiable', retryAfter: [30, 30] });
/** A body above the limit is not read at all, so the attempt itself is logged as failed. */
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
    // The same server as the metadata's. Without the metadata the address of the keys is unknown.
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
    // The unreadable part may have been a consent, so it is searched for by its id. Only then is the answer given up.
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
    // Maskinporten asks Altinn about the consent of a consent token, so this shows even if no consent token is needed any more (duty C-2).
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
    // The last attempt gets the rest of the call's time, which is longer than the limit on connecting (one second).
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
