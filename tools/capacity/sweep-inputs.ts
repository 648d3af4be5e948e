/** One number that the computation uses. `value: undefined`: there is no source for it, and figures that need it are not computed. */
export type Input = { value: number | undefined; unit: string; what: string; source: string };

/** The rows that the sweep reads. */
export const sweepInputs = {
  sweptConsents: {
    value: 5_000_000,
    unit: '1',
    what: 'consents in force',
    source: 'assumed: more than all who have a loan',
  },
  rowsBesidesLookUps: {
    value: 4,
    unit: '1',
    what: 'rows a consent beside one for each fetched look-up of a year: person, consent id, and its log',
    source: 'read in the code: shared/consent; the log is kept for CONSENT_LOG_RETENTION_DAYS',
  },
  rowsPerSession: {
    value: 2,
    unit: '1',
    what: 'rows of a login session: its own, and its subject’s',
    source: 'read in the code: shared/session',
  },
  sessionHours: {
    value: 24,
    unit: 'h',
    what: 'how long these rows are kept',
    source: 'SESSION_ENDED_HOURS by default, because every session is ended',
  },
  rowsPerPage: {
    value: 1000,
    unit: '1',
    what: 'rows that one page of a scan goes through, at least',
    source:
      'assumed: a page ends at 1 000 rows found or after 5 s (Microsoft, Query timeout and pagination), so it may be more',
  },
  sweepRunsPerDay: {
    value: 288,
    unit: '1',
    what: 'runs of the sweep',
    source: 'PURGE_EXPIRED_SCHEDULE: every five minutes',
  },
  sweepShareSeconds: {
    value: 120,
    unit: 's',
    what: 'share of each table in a run of the sweep',
    source: 'shared/storage/purge.ts, and a test compares this with it',
  },
  pagesPerSave: {
    value: 20,
    unit: '1',
    what: 'pages between two writes of the position',
    source: 'shared/storage/sweep-walk.ts, and a test compares this with it',
  },
} as const satisfies Record<string, Input>;
