// The fault suite as data: what each upstream may do, and what must come of it (`../shared/reference/resilience.md` §5.2,
// `../shared/interface.md` §3).
import type { WireFault } from '../../local/wire-faults.ts';
import type { UpstreamName } from './fault-world.ts';

/** What a row must come to. `attempts`: calls that went out to the upstream. */
export type Expected = {
  status: number;
  code?: string;
  attempts: number;
  held: 0 | 1;
  /** Seconds, from and to. */
  retryAfter?: readonly [number, number];
  /** The last attempt's outcome and why there was no further one. */
  last?: { outcome: string; stop?: string };
  /** Milliseconds that must lie between the first two attempts. */
  gapMs?: number;
};

export type FaultRow = { fault: string; wire: WireFault | 'refused'; expected: Expected };

const json = { 'content-type': 'application/json' };
const answer = (status: number, headers: Record<string, string> = json, body = '{}'): WireFault => ({
  kind: 'answer',
  status,
  headers,
  body,
});

/** The faults that every upstream can have. */
export const wireFaults = {
  refused: 'refused',
  'reset before the body': { kind: 'reset' },
  'reset inside the body': { kind: 'reset-inside' },
  'first byte late': { kind: 'late', ms: 60_000 },
  'slow drip': { kind: 'drip', everyMs: 50 },
  '429, Retry-After 1': answer(429, { ...json, 'retry-after': '1' }),
  '429, Retry-After 3600': answer(429, { ...json, 'retry-after': '3600' }),
  '429 without a header': answer(429),
  '500': answer(500),
  '502': answer(502),
  '503': answer(503),
  '504': answer(504),
  'wrong content type': answer(200, { 'content-type': 'text/html' }, '<!doctype html><title>Velkommen</title>'),
  'truncated JSON': answer(200, json, '{"Accounts":[{"Name":"L'),
  'wrong types': answer(
    200,
    json,
    '{"Accounts":"none","access_token":7,"id":[],"value":7,"PartitionKey":7,"expires_on":{}}',
  ),
  '5 MB body': answer(200, json, `{"padding":"${'x'.repeat(5 * 1024 * 1024)}"}`),
} as const satisfies Record<string, WireFault | 'refused'>;

type FaultName = keyof typeof wireFaults;

const unavailable = { status: 503, code: 'upstream-unavailable', held: 0, retryAfter: [5, 30] } as const;
const busy = { status: 503, code: 'upstream-busy', held: 0 } as const;
const invalid = { status: 502, code: 'upstream-invalid-reply', held: 0 } as const;
const notReady = { status: 503, code: 'saldo-not-ready', held: 0, retryAfter: [2, 5] } as const;
const unverifiable = { status: 503, code: 'consent-unverifiable', held: 0, retryAfter: [30, 30] } as const;

/** Attempts and answers of an upstream: transient faults, throttling, and answers that break the contract. */
function rowsOf(of: {
  connection: number;
  timeout: { attempts: number; shown?: Omit<Expected, 'attempts'> };
  serverError: number;
  gatewayError: number;
  /** The answer is read after the attempt has ended well, so no attempt tells of it. */
  readLater?: boolean;
  shown?: Omit<Expected, 'attempts'>;
}): Record<FaultName, Expected> {
  const shown = (standard: Omit<Expected, 'attempts'>) => of.shown ?? standard;
  const stopped = (attempts: number) => (attempts > 1 ? 'attempts' : 'not-retryable');
  const connection: Expected = {
    ...shown(unavailable),
    attempts: of.connection,
    last: { outcome: 'connection', stop: stopped(of.connection) },
  };
  const timeout: Expected = {
    ...(of.timeout.shown ?? shown(unavailable)),
    attempts: of.timeout.attempts,
    last: { outcome: 'timeout' },
  };
  const gateway: Expected = {
    ...shown(unavailable),
    attempts: of.gatewayError,
    last: { outcome: 'gateway-error', stop: stopped(of.gatewayError) },
  };
  const broken: Expected = {
    ...shown(invalid),
    attempts: 1,
    ...(of.readLater ? {} : { last: { outcome: 'final', stop: 'not-retryable' } }),
  };
  return {
    refused: connection,
    'reset before the body': connection,
    'reset inside the body': connection,
    'first byte late': timeout,
    'slow drip': timeout,
    '429, Retry-After 1': {
      ...shown({ ...busy, retryAfter: [1, 3] }),
      attempts: 2,
      gapMs: 1000,
      last: { outcome: 'throttled', stop: 'attempts' },
    },
    '429, Retry-After 3600': {
      ...shown({ ...busy, retryAfter: [3600, 4321] }),
      attempts: 1,
      last: { outcome: 'throttled', stop: 'deadline' },
    },
    '429 without a header': {
      ...shown({ ...busy, retryAfter: [5, 30] }),
      attempts: 1,
      last: { outcome: 'throttled', stop: 'not-retryable' },
    },
    '500': {
      ...shown(unavailable),
      attempts: of.serverError,
      last: { outcome: 'server-error', stop: stopped(of.serverError) },
    },
    '502': gateway,
    '503': gateway,
    '504': gateway,
    'wrong content type': broken,
    'truncated JSON': broken,
    'wrong types': broken,
    '5 MB body': broken,
  };
}

/** What must come of each fault, by upstream. */
export const expectations: Record<Exclude<UpstreamName, 'identity'>, Record<FaultName, Expected>> = {
  lanekassen: rowsOf({
    connection: 2,
    timeout: { attempts: 2, shown: notReady },
    serverError: 2,
    gatewayError: 2,
  }),
  maskinporten: rowsOf({ connection: 3, timeout: { attempts: 3 }, serverError: 3, gatewayError: 3, readLater: true }),
  altinn: rowsOf({ connection: 3, timeout: { attempts: 3 }, serverError: 2, gatewayError: 3, shown: unverifiable }),
  'key-vault': rowsOf({ connection: 2, timeout: { attempts: 2 }, serverError: 2, gatewayError: 2 }),
  tables: rowsOf({ connection: 3, timeout: { attempts: 3 }, serverError: 3, gatewayError: 3 }),
};

/** Which requests of an upstream are the call under test. */
export const isTheCall: Record<UpstreamName, (method: string, path: string) => boolean> = {
  lanekassen: (_method, path) => path === '/saldo/v1/Accounts',
  maskinporten: (method, path) => method === 'POST' && path === '/token',
  altinn: (method, path) => method === 'GET' && path.includes('/enterprise/consentrequests/'),
  'key-vault': (method, path) => method === 'POST' && path.endsWith('/sign'),
  tables: () => true,
  identity: (_method, path) => path === '/msi/token',
};

/** All rows of an upstream. */
export function faultRows(upstream: Exclude<UpstreamName, 'identity'>): FaultRow[] {
  return (Object.keys(wireFaults) as FaultName[]).map((fault) => ({
    fault,
    wire: wireFaults[fault],
    expected: expectations[upstream][fault],
  }));
}
