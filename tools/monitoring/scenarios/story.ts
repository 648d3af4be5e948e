import { type RecordedRow, recordedRounds } from './recording.ts';
import { hostRows, ids, type Place, type TableRow, telemetryRow, vaultRows } from './workspace-rows.ts';

const minute = 60_000;

/** When a round is repeated: from and until how many minutes ago, how often, on which instances in turn, and for which bank's customers. */
export type Span = { from: number; until?: number; every?: number; instances?: readonly string[]; bank?: string };

/** How a round is used. */
export type Use = {
  /** Keeps only the rows for which this is true. */
  keep?: (row: RecordedRow) => boolean;
  /** Leaves out the rows of the host and the vault, so that only those of the worker are left. */
  workerOnly?: boolean;
};

let recorded: Map<string, RecordedRow[]> | undefined;

const isGauge = ({ name }: RecordedRow): boolean => ['breakerOpen', 'retryBudget'].includes(name);

/** Describes what happened, minute by minute, in rows. Minutes count backwards from the time of the query. */
export class Story {
  readonly now: number;
  #rows: TableRow[] = [];

  constructor(now: number) {
    this.now = now;
  }

  /** The time this many minutes ago, in milliseconds since 1970. */
  ago(minutes: number): number {
    return this.now - minutes * minute;
  }

  add(...rows: readonly TableRow[]): this {
    this.#rows.push(...rows);
    return this;
  }

  /** Repeats a recorded round. */
  round(name: string, { from, until = 0, every = 1, instances = ['one', 'two'], bank }: Span, use: Use = {}): this {
    recorded ??= recordedRounds();
    const rows = recorded.get(name)?.filter(use.keep ?? (() => true));
    if (rows === undefined) throw new Error(`No round ${name} was recorded.`);
    for (let ago = from, turn = 0; ago > until; ago -= every, turn++) {
      const place: Place = { at: this.ago(ago), instance: instances[turn % instances.length] ?? '', bank };
      this.add(...rows.map((row) => telemetryRow(row, place)));
      if (!use.workerOnly) this.add(...hostRows(rows, place), ...vaultRows(rows, place));
    }
    return this;
  }

  /** Instances without work: they send only their gauges, every minute. */
  idle(span: Span): this {
    for (const instance of span.instances ?? ['one', 'two'])
      this.round('logins', { ...span, instances: [instance] }, { keep: isGauge });
    return this;
  }

  /** An event or a counter of the vocabulary that no round causes. */
  row(row: Omit<RecordedRow, 'at'>, minutesAgo: number, instance = 'one'): this {
    return this.add(telemetryRow({ ...row, at: 0 }, { at: this.ago(minutesAgo), instance }));
  }

  /** A counter of the vocabulary, with its value in one minute. */
  count(name: string, sum: number, dimensions: Record<string, string>, minutesAgo: number, instance?: string): this {
    return this.row({ name, dimensions, metric: { sum, count: 1, min: sum, max: sum } }, minutesAgo, instance);
  }

  /** Removes or changes rows of the story. */
  change(to: (row: TableRow) => TableRow | undefined): this {
    this.#rows = this.#rows.map(to).filter((row) => row !== undefined);
    return this;
  }

  /** Removes the rows of the last minutes from these tables. */
  silence(minutes: number, isSilent: (row: TableRow) => boolean): this {
    return this.change((one) => (Number(one.row.TimeGenerated) > this.ago(minutes) && isSilent(one) ? undefined : one));
  }

  rows(): ReadonlyMap<string, TableRow['row'][]> {
    return new Map(
      Object.entries(Object.groupBy(this.#rows, ({ table }) => table)).map(([table, rows]) => [
        table,
        (rows ?? []).map(({ row }) => row).filter(({ TimeGenerated = 0 }) => Number(TimeGenerated) <= this.now),
      ]),
    );
  }
}

/** What Azure itself counts: a week of log volume, of always-ready instances and of executions. */
function platform(story: Story): Story {
  for (let day = 6; day >= 0; day--) {
    const TimeGenerated = story.ago(day * 1440 + 30);
    for (const [DataType, Quantity] of [['AppRequests', 900] as const, ['AppEvents', 600] as const])
      story.add({ table: 'Usage', row: { TimeGenerated, DataType, IsBillable: true, Quantity } });
    for (const [MetricName, Total] of [
      ['AlwaysReadyUnits', 345_600 * 1_024_000],
      ['OnDemandFunctionExecutionUnits', 20_000 * 1_024_000],
      ['AlwaysReadyFunctionExecutionCount', 2100],
      ['OnDemandFunctionExecutionCount', 700],
    ] as const)
      story.add({ table: 'AzureMetrics', row: { TimeGenerated, _ResourceId: ids.site, MetricName, Total } });
  }
  return story;
}

/** An ordinary day without faults: logins, some consents, timers and the web test. */
export function ordinaryDay(
  story: Story,
  options: { instances?: readonly string[]; loginsUntil?: number } = {},
): Story {
  const { instances = ['one', 'two'], loginsUntil = 0 } = options;
  // Kept small: only queries with long windows need rows older than an hour and a quarter.
  const noGauges = { keep: (row: RecordedRow) => !isGauge(row) && row.name !== 'alert' };
  return platform(story)
    .round('logins', { from: 420, until: 75, every: 30, instances }, noGauges)
    .round('logins', { from: 75, until: loginsUntil, every: 3, instances }, noGauges)
    .round('consents', { from: 415, until: loginsUntil, every: 40, instances }, noGauges)
    .idle({ from: 20, instances: [...instances, 'timers'] })
    .idle({ from: 420, until: 20, every: 20, instances: instances.slice(0, 1) })
    .round('timers', { from: 420, until: 75, every: 30, instances: ['timers'] }, noGauges)
    .round('timers', { from: 75, every: 3, instances: ['timers'] }, noGauges)
    .round('probe', { from: 419, until: 75, every: 20, instances }, noGauges)
    .round('probe', { from: 74, every: 5, instances }, noGauges);
}
