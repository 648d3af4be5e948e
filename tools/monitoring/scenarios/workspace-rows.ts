// Turns recorded rounds into rows of a workspace, as Application Insights does with what the exporter sends. It also makes the rows of the host,
// the vault and storage that belong to them, because our exporter does not send those.
import type { StoredRow } from '../engine/database.ts';
import type { RecordedRow } from './recording.ts';

/** The ids that the queries use (`check-query.ts`). */
export const ids = { component: 'component', vault: 'vault', site: 'site', app: 'appPrincipal' } as const;

/** A row and the table that it belongs to. */
export type TableRow = { table: string; row: StoredRow };

/** Where and when a round happens: the instance, its first moment (milliseconds since 1970), and for which bank's customers. */
export type Place = { at: number; instance: string; bank?: string | undefined };

let traces = 0;
/** A trace id for each event. Each gets its own, because no query connects events by it. */
const trace = (): string => (++traces).toString(16).padStart(32, '0');

const application = (place: Place, at: number) => ({
  TimeGenerated: at,
  _ResourceId: ids.component,
  AppRoleName: 'func-studielan',
  AppRoleInstance: place.instance,
  ItemCount: 1,
});

/** One recorded row. */
export function telemetryRow({ name, at, dimensions, measurements, metric }: RecordedRow, place: Place): TableRow {
  const Properties = place.bank === undefined ? dimensions : { ...dimensions, bank: place.bank };
  const common = { ...application(place, place.at + at * 1000), Name: name, Properties };
  return metric
    ? {
        table: 'AppMetrics',
        row: { ...common, Sum: metric.sum, ItemCount: metric.count, Min: metric.min, Max: metric.max },
      }
    : { table: 'AppEvents', row: { ...common, OperationId: trace(), Measurements: measurements } };
}

/** A request as the host writes it. Timers have no status: their code is 0, and `Success` says how they ended. */
export function hostRow(place: Place, name: string, code: number, ms: number, success = code < 400): TableRow {
  const row = { ...application(place, place.at), OperationId: trace(), Name: name, ResultCode: String(code) };
  return { table: 'AppRequests', row: { ...row, Success: success, DurationMs: ms, OperationName: name } };
}

/** The host's requests for the calls that the worker has answered, and for its timers. */
export function hostRows(rows: readonly RecordedRow[], place: Place): TableRow[] {
  return rows.flatMap(({ name, at, dimensions, metric }) => {
    const there = { ...place, at: place.at + at * 1000 };
    const times = (call: () => TableRow) => Array.from({ length: Math.round(metric?.sum ?? 0) }, call);
    switch (name) {
      case 'requestAnswered':
        return times(() => hostRow(there, dimensions.operation ?? '', Number(dimensions.status), 40));
      case 'feedRun':
        return times(() => hostRow(there, 'sync-consent-events', 0, 300));
      case 'purgeRun':
        return dimensions.table === 'consents'
          ? times(() => hostRow(there, 'purge-expired', 0, 500, dimensions.result !== 'failed'))
          : [];
      default:
        return [];
    }
  });
}

/** The vault's log row of a call, by default a call of the app. */
export function vaultRow(at: number, operation: string, status: number, oid: string | undefined = ids.app): TableRow {
  const row = { TimeGenerated: at, _ResourceId: ids.vault, OperationName: operation, HttpStatusCode: status };
  const Identity = oid === undefined ? {} : { claim: { oid } };
  return { table: 'AZKVAuditLogs', row: { ...row, Identity, ResultSignature: status < 400 ? 'OK' : 'Forbidden' } };
}

/** The vault's log rows for the worker's signatures and refused calls. */
export function vaultRows(rows: readonly RecordedRow[], place: Place): TableRow[] {
  return rows.flatMap(({ name, at, dimensions, metric }) => {
    const moment = place.at + at * 1000;
    if (name === 'signature') return Array.from({ length: metric?.sum ?? 0 }, () => vaultRow(moment, 'KeySign', 200));
    return name === 'upstreamAttempt' && dimensions.upstream === 'key-vault' && dimensions.outcome === 'final'
      ? [vaultRow(moment, 'KeySign', 403)]
      : [];
  });
}
