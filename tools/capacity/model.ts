import type { inputs, Numbers } from './inputs.ts';

type Known = {
  readonly [Name in keyof typeof inputs]: (typeof inputs)[Name]['value'] extends undefined
    ? number | undefined
    : number;
};

/** The loads in the document, logins a minute. */
export const loads = [1000, 10_000, 100_000] as const;

/** The load that one instance can serve, logins a second. */
export type Instance = {
  cpuMsPerLogin: number;
  byCpu: number;
  bySlots: number;
  bySlotsSlow: number;
  carries: number;
  carriesSlow: number;
};

/** What a load needs. Rates a second. */
export type Need = {
  loginsPerMinute: number;
  perSecond: number;
  instances: number;
  instancesSlow: number;
  signatures: number;
  signaturesAlways: number;
  /** If all instances are new at the same time: in the first ten seconds. */
  herd: number;
  tableOperations: number;
};

/** The cost of a million look-ups, in dollars. `undefined`: a price is not known. */
export type Cost = { line: string; quantity: string; dollars: number | undefined };

/** The load that one instance can serve, by its core and, by Little's law (calls at once = rate × time), by its slots. */
export function instanceOf(numbers: Numbers): Instance {
  const n = numbers as Known;
  const cpuMsPerLogin =
    n.fetchedPerLogin * n.fetchedCpuMs +
    n.heldPerLogin * n.heldCpuMs +
    n.currentPerLogin * n.currentCpuMs +
    n.logoutPerLogin * n.logoutCpuMs;
  const byCpu = (n.instanceCores * n.coreShare * 1000) / cpuMsPerLogin;
  // All work but the fetch takes only its processor time.
  const slotSeconds = (upstream: number) => n.fetchedPerLogin * upstream + cpuMsPerLogin / 1000;
  const bySlots = n.slots / slotSeconds(n.upstreamSeconds);
  const bySlotsSlow = n.slots / slotSeconds(n.slowUpstreamSeconds);
  return {
    cpuMsPerLogin,
    byCpu,
    bySlots,
    bySlotsSlow,
    carries: Math.min(byCpu, bySlots),
    carriesSlow: Math.min(byCpu, bySlotsSlow),
  };
}

/** Instances, signatures and table operations of a load. */
export function needOf(loginsPerMinute: number, numbers: Numbers): Need {
  const n = numbers as Known;
  const { carries, carriesSlow } = instanceOf(numbers);
  const perSecond = loginsPerMinute / 60;
  const instances = Math.max(n.alwaysReady, Math.ceil(perSecond / carries));
  const instancesSlow = Math.max(n.alwaysReady, Math.ceil(perSecond / carriesSlow));
  const shared = (count: number) => (count * n.sharedTokens) / n.tokenSeconds;
  const otherCalls = n.heldPerLogin + n.currentPerLogin + n.logoutPerLogin;
  return {
    loginsPerMinute,
    perSecond,
    instances,
    instancesSlow,
    signatures: shared(instances) + perSecond / n.loginsPerCustomerAndYear,
    signaturesAlways: shared(instances) + perSecond * n.fetchedPerLogin,
    herd: (instancesSlow * n.sharedTokens) / 10,
    tableOperations:
      perSecond * (n.fetchedPerLogin * n.tableOperationsPerFetched + otherCalls * n.tableOperationsPerOther),
  };
}

/** The cost of a million logins, each with its look-ups. */
export function costOfAMillion(numbers: Numbers): { lines: Cost[]; known: number } {
  const n = numbers as Known;
  const million = 1_000_000;
  const calls = n.fetchedPerLogin + n.heldPerLogin + n.currentPerLogin + n.logoutPerLogin;
  const gbSeconds = (million / instanceOf(numbers).carries) * n.instanceGb;
  const need = needOf(60, numbers);
  const operations = need.tableOperations * million;
  const bytes = n.telemetryBytesPerLogin + calls * n.hostRowsPerCall * n.hostRowBytes;
  const gb = (bytes * n.billedShare * million) / 1e9;
  // At the middle load: the shared tokens' share of a login falls with the load of an instance.
  const middle = needOf(10_000, numbers);
  const signatures = (middle.signatures / middle.perSecond) * million;
  const lines: Cost[] = [
    { line: 'Functions, time on demand', quantity: `${whole(gbSeconds)} GB-s`, dollars: gbSeconds * n.gbSecond },
    { line: 'Functions, executions', quantity: `${calls} million`, dollars: calls * n.millionCalls },
    {
      line: 'Table Storage',
      quantity: `${whole(operations)} operations`,
      dollars: (operations / 10_000) * n.tenThousandTableOperations,
    },
    { line: 'Logs', quantity: `${gb.toFixed(1)} GB`, dollars: gb * n.logGb },
    {
      line: 'Key Vault',
      quantity: `${whole(signatures)} signatures`,
      dollars: n.tenThousandSignatures === undefined ? undefined : (signatures / 10_000) * n.tenThousandSignatures,
    },
  ];
  const known = lines.reduce((sum, { dollars = 0 }) => sum + dollars, 0);
  return { lines, known };
}

/** The table operations of the sweep in a day. A page of a scan is one operation. */
export type Sweep = {
  consentRows: number;
  /** For one walk, which takes one day. */
  consentPages: number;
  sessionRows: number;
  /** For one walk, which takes one run. */
  sessionPages: number;
  sessionPagesADay: number;
  removals: number;
  /** Reads and writes of the positions. */
  positions: number;
  operations: number;
  dollarsAMonth: number;
  /** How long a page may take, milliseconds, if a walk is to end in a day (`consents`) or in a run (`sessions`). */
  consentPageMs: number;
  sessionPageMs: number;
};

/** The sweep's own cost: `consents` walked once a day, `sessions` at each run. */
export function sweepOf(numbers: Numbers): Sweep {
  const n = numbers as Known;
  const loginsADay = (n.sweptConsents * n.loginsPerCustomerAndYear) / 365;
  const consentRows = n.sweptConsents * (n.loginsPerCustomerAndYear * n.fetchedPerLogin + n.rowsBesidesLookUps);
  const sessionRows = (loginsADay * n.rowsPerSession * n.sessionHours) / 24;
  const consentPages = Math.ceil(consentRows / n.rowsPerPage);
  const sessionPages = Math.ceil(sessionRows / n.rowsPerPage);
  const sessionPagesADay = sessionPages * n.sweepRunsPerDay;
  // In a steady state as many rows are deleted as written: a consent's after a year, a session's after its hours.
  const removals = consentRows / 365 + loginsADay * n.rowsPerSession;
  // At each run both tables' positions are read and written.
  const positions = 4 * n.sweepRunsPerDay + (consentPages + sessionPagesADay) / n.pagesPerSave;
  const operations = consentPages + sessionPagesADay + removals + positions;
  return {
    consentRows,
    consentPages,
    sessionRows,
    sessionPages,
    sessionPagesADay,
    removals,
    positions,
    operations,
    dollarsAMonth: (30 * operations * n.tenThousandTableOperations) / 10_000,
    consentPageMs: (n.sweepShareSeconds * n.sweepRunsPerDay * 1000) / consentPages,
    sessionPageMs: (n.sweepShareSeconds * 1000) / sessionPages,
  };
}

/** A whole number with blanks between thousands, as the documents write it. */
export function whole(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(?:\d{3})+$)/g, ' ');
}
