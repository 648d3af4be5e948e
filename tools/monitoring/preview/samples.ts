// Made-up rows for the preview, one set a panel, of a Monday morning on which Lånekassen scales up. A test holds their columns to
// what each query answers with. Nothing here was measured.

/** A cell of a result. */
export type Cell = string | number | boolean;
/** A row, by column. */
export type Row = Readonly<Record<string, Cell>>;

const start = Date.parse('2026-11-23T06:00:00Z');
const at = (minute: number): string => new Date(start + minute * 60_000).toISOString();
const day = (number: number): string => new Date(start + (number - 27) * 86_400_000).toISOString().slice(0, 10);
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
/** Up in the first hour, down again. */
const morning = (index: number, height: number): number => Math.round(height * Math.exp(-((index - 6) ** 2) / 18));

function series(names: Readonly<Record<string, number>>, column: string, value: string, step = 5, count = 24): Row[] {
  return range(count).flatMap((index) =>
    Object.entries(names).map(([name, height]) => ({
      TimeGenerated: at(index * step),
      [column]: name,
      [value]: morning(index, height) + 1,
    })),
  );
}

/** Rows of each panel. */
export const samples: Readonly<Record<string, readonly Row[]>> = {
  now: [
    { figure: 'Customers get an answer', value: '98.7 %', verdict: 'look' },
    { figure: 'Failed, our fault', value: '0', verdict: 'good' },
    { figure: 'Failed, an upstream’s', value: '31', verdict: 'look' },
    { figure: 'Look-ups', value: '2384', verdict: 'good' },
    { figure: 'With a saldo', value: '2103', verdict: 'good' },
    { figure: '95 of 100 within', value: '4.1 s', verdict: 'good' },
  ],
  'whose-fault': series({ 'upstreams: saldo-not-ready': 18, 'upstreams: upstream-busy': 7 }, 'cause', 'lookups'),
  'open-alerts': [
    { severity: 'Sev2', alert: 'alert-example-throttled', since: at(35), state: 'New' },
    { severity: 'Sev3', alert: 'alert-example-latency-slow', since: at(50), state: 'Acknowledged' },
  ],
  'program-alerts': [{ alert: 'unknown-account', reason: 'none', times: 3, lastAt: at(92), instances: 2 }],
  objectives: [
    {
      objective: 'answered, our share',
      promised: 99.9,
      kept: 99.982,
      budgetLeft: 82.1,
      lookups: 1843210,
    },
    {
      objective: 'answered, the upstreams’ share',
      promised: 99,
      kept: 99.31,
      budgetLeft: 31,
      lookups: 1843210,
    },
    {
      objective: 'our own time within 1000 ms',
      promised: 99,
      kept: 99.8,
      budgetLeft: 80.4,
      lookups: 1843210,
    },
    {
      objective: 'the whole within 6000 ms',
      promised: 95,
      kept: 98.9,
      budgetLeft: 78,
      lookups: 1843210,
    },
  ],
  functions: [
    { function: 'get-saldo', calls: 21034, failed: 212, okPercent: 98.99, p50Ms: 31, p95Ms: 4102, p99Ms: 6033 },
    { function: 'get-consent', calls: 9120, failed: 0, okPercent: 100, p50Ms: 14, p95Ms: 190, p99Ms: 420 },
    { function: 'start-consent', calls: 812, failed: 1, okPercent: 99.88, p50Ms: 240, p95Ms: 900, p99Ms: 1800 },
  ],
  deployments: [{ package: 'released-package.zip', status: 'Success', deployed: at(-4000) }],
  burn: ['5 min', '30 min', '1 h', '6 h'].map((window, index) => ({
    window,
    lookups: [410, 2240, 4410, 20120][index] ?? 0,
    answeredOurs: [0, 0, 0.2, 0.1][index] ?? 0,
    answeredUpstreams: [1.3, 4.1, 2.2, 0.8][index] ?? 0,
    timeOurs: [0.4, 0.5, 0.4, 0.2][index] ?? 0,
  })),
  'burn-over-time': range(16).map((index) => ({
    TimeGenerated: at(index * 15),
    answeredOurs: index % 5 === 0 ? 0.3 : 0.1,
    answeredUpstreams: morning(index, 40) / 10,
  })),
  'consent-funnel': [
    { step: 'requested (100 %)', customers: 812 },
    { step: 'returned (91 %)', customers: 741 },
    { step: 'accepted (85 %)', customers: 688 },
    { step: 'first-saldo (84 %)', customers: 680 },
  ],
  'consent-time': [
    { step: 'accepted', customers: 688, medianMinutes: 1.8, p95Minutes: 9.4 },
    { step: 'rejected', customers: 53, medianMinutes: 0.9, p95Minutes: 4.2 },
    { step: 'first-saldo', customers: 680, medianMinutes: 1.9, p95Minutes: 10.1 },
  ],
  callbacks: [
    { outcome: 'page told: accepted', callbacks: 688 },
    { outcome: 'page told: rejected', callbacks: 53 },
    { outcome: 'refused: too-old', callbacks: 4 },
  ],
  'consent-ends': series({ rejected: 9, revoked: 2, abandoned: 4 }, 'step', 'customers', 60, 12),
  feed: range(24).map((index) => ({ TimeGenerated: at(index * 5), ageMinutes: index === 9 ? 4.2 : 1.1 })),
  upstreams: [
    ['altinn', 3120, 1, 0.1, 2, 1, 0, 0, 40, 0, 210, 10, 'closed'],
    ['identity', 12, 1, 0, 0, 0, 0, 0, 0, 0, 40, 10, 'closed'],
    ['key-vault', 940, 1, 0, 0, 0, 0, 0, 0, 0, 62, 10, 'closed'],
    ['lanekassen', 2410, 1.04, 3.9, 61, 2, 34, 0, 280, 12, 4800, 6.2, 'half-open'],
    ['maskinporten', 938, 1, 0, 0, 0, 0, 0, 1, 0, 180, 10, 'closed'],
    ['tables', 14, 1, 100, 9, 5, 0, 0, 0, 0, 0, 9.1, 'closed'],
  ].map((cells) => {
    const names =
      'upstream calls attemptsPerCall errorPercent timeouts connection throttled serverErrors refused notSent p95Ms leastBudget breaker';
    return Object.fromEntries(names.split(' ').map((name, index) => [name, cells[index] ?? 0]));
  }),
  'upstream-errors': series({ 'lanekassen: timeout': 12, 'lanekassen: throttled': 7 }, 'failure', 'attempts'),
  'upstream-latency': series({ lanekassen: 4300, maskinporten: 160, altinn: 210 }, 'upstream', 'p95Ms'),
  breakers: series({ lanekassen: 2 }, 'upstream', 'instances', 1, 12),
  tables: range(24).map((index) => ({
    TimeGenerated: at(index * 5),
    call: 'tables-read',
    meanMs: 7.5,
    longestMs: 60 + morning(index, 40),
  })),
  throttling: [{ upstream: 'lanekassen', throttled: 34, withDelay: 34, medianWaitS: 2, longestWaitS: 30 }],
  limiter: [{ upstream: 'lanekassen', waited: 190, rejected: 0, meanMs: 120, longestMs: 900 }],
  caches: [
    { source: 'saldo: fetched', times: 2103 },
    { source: 'saldo: held', times: 18400 },
    { source: 'saldo: lease-join', times: 120 },
    { source: 'token: hit', times: 4800 },
    { source: 'token: renewal', times: 82 },
  ],
  duties: [{ logins: 2383, callsPerLogin: 1.01, consentTokensPerLogin: 0.29 }],
  signatures: range(24).map((index) => ({
    TimeGenerated: at(index * 5),
    busiest10s: morning(index, 60) + 4,
  })),
  'vault-refusals': [{ status: 401, operation: 'KeyGet', reason: 'Unauthorized', times: 6, lastAt: at(20) }],
  'key-days': [{ signingVersion: '0123456789abcdef0123456789abcdef', inVaultDays: 211, atDigdirDays: 212 }],
  instances: range(24).map((index) => ({
    TimeGenerated: at(index * 5),
    instances: 2 + morning(index, 6),
    coldStarts: morning(index, 2),
  })),
  'cold-warm': [
    { instance: 'cold', lookups: 9, p50Ms: 1900, p95Ms: 5200 },
    { instance: 'warm', lookups: 21025, p50Ms: 31, p95Ms: 4100 },
  ],
  executions: series({ 'always ready': 2100, 'on demand': 700 }, 'instances', 'executions', 15, 12),
  'vault-callers': [
    {
      caller: '00000000-0000-0000-0000-00000000000a',
      operation: 'KeySign',
      calls: 940,
      refused: 0,
      lastAt: at(118),
    },
    { caller: 'operator@bank.example', operation: 'SecretSet', calls: 1, refused: 0, lastAt: at(-200) },
  ],
  denied: [{ store: 'tables', operation: 'QueryEntities', reason: 'AuthorizationFailure', times: 2, lastAt: at(-300) }],
  retention: [
    { table: 'consents', lastComplete: at(115), failed: 0, swept: 12, overdue: 0 },
    { table: 'sessions', lastComplete: at(115), failed: 0, swept: 8120, overdue: 0 },
  ],
  mismatches: [{ place: 'session', times: 1, lastAt: at(-900) }],
  'refused-tokens': series({ expired: 40, missing: 6, 'session-ended': 3 }, 'fault', 'calls', 15, 12),
  'compute-cost': range(7).flatMap((index) => [
    { day: day(21 + index), what: 'always ready, waiting', gbSeconds: 345600 },
    { day: day(21 + index), what: 'on demand', gbSeconds: 20000 + 9000 * (index % 5) },
  ]),
  'log-cost': range(7).flatMap((index) => [
    { day: day(21 + index), table: 'AppRequests', gb: 0.9 + (index % 5) / 10 },
    { day: day(21 + index), table: 'AppEvents', gb: 0.6 },
  ]),
};

const fits: Readonly<Record<string, (cell: Cell) => boolean>> = {
  string: (cell) => typeof cell === 'string',
  long: Number.isInteger,
  int: Number.isInteger,
  real: (cell) => typeof cell === 'number',
  bool: (cell) => typeof cell === 'boolean',
  datetime: (cell) => typeof cell === 'string' && !Number.isNaN(Date.parse(cell)),
};

/** Where rows are not what a query answers with: another column, an order of its own, a value of another type. */
export function sampleFaults(rows: readonly Row[], columns: readonly { name: string; type: string }[]): string[] {
  const wanted = columns.map(({ name }) => name).join();
  return rows.flatMap((row, index) => {
    if (Object.keys(row).join() !== wanted) return [`row ${index}: ${Object.keys(row).join()} in place of ${wanted}`];
    return columns
      .filter(({ name, type }) => !fits[type]?.(row[name] as Cell))
      .map(({ name, type }) => `row ${index}: ${name} is no ${type}`);
  });
}
