import { z } from 'zod';

/** A row of an answer, by column. */
export type LogRow = Readonly<Record<string, string | number | boolean | null>>;

/** Runs a Kusto query in a workspace, over a span of time (two instants of ISO 8601 with a slash between). */
export type AskLogs = (query: string, timespan: string) => Promise<LogRow[]>;

const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const answerSchema = z.object({
  tables: z.array(z.object({ columns: z.array(z.object({ name: z.string() })), rows: z.array(z.array(cell)) })).min(1),
  /** Set if the answer is incomplete (`PartialError`). */
  error: z.object({ code: z.string() }).optional(),
});

/** The address of Azure Monitor, and the scope of its tokens. */
export const logAnalytics = 'https://api.loganalytics.azure.com';

/**
 * A workspace of Log Analytics, by its customerId or its resource id (https://learn.microsoft.com/rest/api/logsquery/query). Throws RangeError that says what
 * to do; an answer that is not whole is an error too, since a report of half a month looks like one of a whole.
 */
export function askWorkspace(workspaceId: string, token: () => Promise<string>, address = logAnalytics): AskLogs {
  return async (query, timespan) => {
    const path = workspaceId.startsWith('/') ? workspaceId : `/workspaces/${encodeURIComponent(workspaceId)}`;
    const response = await fetch(`${address}/v1${path}/query`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query, timespan }),
      // The service ends a query after three minutes, unless the call allows more.
      signal: AbortSignal.timeout(200_000),
    });
    if (response.status === 401 || response.status === 403)
      throw new RangeError(
        `Log Analytics answered ${response.status}: you need Log Analytics Reader on the workspace.`,
      );
    if (response.status === 404)
      throw new RangeError('Log Analytics answered 404: there is no such workspace (--workspace).');
    if (!response.ok) throw new RangeError(`Log Analytics answered ${response.status}. Ask again later.`);
    const answer = answerSchema.safeParse(await response.json());
    if (!answer.success) throw new RangeError('Log Analytics answered something that is no table.');
    if (answer.data.error)
      throw new RangeError(`Log Analytics did not answer in full (${answer.data.error.code}). Ask again later.`);
    const [{ columns, rows } = { columns: [], rows: [] }] = answer.data.tables;
    return rows.map((cells) => Object.fromEntries(columns.map(({ name }, index) => [name, cells[index] ?? null])));
  };
}
