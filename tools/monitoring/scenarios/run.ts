import { readFileSync } from 'node:fs';
import { events } from '../../../shared/telemetry/events.ts';
import { metrics } from '../../../shared/telemetry/metrics.ts';
import { tablesOf, wholeQuery } from '../check-query.ts';
import { type Database, openDatabase, type Row } from '../engine/database.ts';
import { type Translated, translate } from '../engine/translate.ts';
import { resourceGraphTables, workspaceTables } from '../tables.ts';
import { scenarios } from './scenarios.ts';
import { Story } from './story.ts';

/** A rule of alerts.json: the parts that are needed to run it. */
export type AlertRule = {
  id: string;
  query: string;
  title: string;
  severity: number;
  window: string;
  values: Readonly<Record<string, string>>;
};

/** The rules as they are deployed. */
export const alertRules = (): AlertRule[] =>
  JSON.parse(readFileSync('infra/monitoring/alerts.json', 'utf8')) as AlertRule[];

/** A scenario with its rows in tables. */
export type Played = {
  /** The rows that a query returns, over a window of this many minutes. */
  ask(query: string, minutes: number, values?: Readonly<Record<string, string>>): Promise<Row[]>;
  /** As `ask`, for the complete text of a query that is not in infra/. */
  run(text: string, minutes: number): Promise<Row[]>;
  /** The alerts that fire, by id, with their rows. */
  fired(): Promise<Record<string, Row[]>>;
  /** The rows of every panel before the reader chooses a time: over the panel's own hours, or over the last four. */
  panels(): Promise<Record<string, Row[]>>;
  close(): void;
};

/** Minutes of a period (`PT15M`, `P1D`). */
export function minutesOf(period: string): number {
  const [, days = 0, hours = 0, minutes = 0] = /^P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?$/.exec(period) ?? [];
  return Number(days) * 1440 + Number(hours) * 60 + Number(minutes);
}

const translated = new Map<string, Translated>();

function translationOf(query: string, values: Readonly<Record<string, string>>): Translated {
  const { alertKind, ...others } = values;
  const text = wholeQuery(query, { metrics, events }, others);
  const known = translated.get(text) ?? translate(text, tablesOf(query));
  translated.set(text, known);
  // Twenty rules differ only in this text. The query is parsed once, and the text is put in afterwards.
  return alertKind === undefined ? known : { ...known, sql: known.sql.replaceAll("'alertKind'", alertKind) };
}

/** The default time at which a scenario is evaluated: a Monday morning, between two full minutes. */
const usually = '2026-11-23T09:07:31Z';

/** Puts a scenario's rows into tables of their own. */
export async function play(name: string): Promise<Played> {
  const scenario = scenarios[name];
  if (scenario === undefined) throw new Error(`No scenario ${name}: ${Object.keys(scenarios).join(', ')}`);
  const story = new Story(Date.parse(scenario.at ?? usually));
  scenario.record(story);
  const stored = story.rows();
  const kinds = new Set(
    (stored.get('AppEvents') ?? []).map(({ Properties }) => `'${(Properties as Record<string, string>).alert}'`),
  );
  const database: Database = await openDatabase({ ...workspaceTables, ...resourceGraphTables });
  for (const [table, rows] of stored) await database.insert(table, rows);
  const ask: Played['ask'] = (query, minutes, values = {}) =>
    database.run(translationOf(query, { ...scenario.values, ...values }), {
      now: story.now,
      from: story.now - minutes * 60_000,
    });
  const fired: Played['fired'] = async () => {
    const result: Record<string, Row[]> = {};
    for (const rule of alertRules()) {
      // Saves twenty queries in most scenarios: there can be no row for a kind that is not in the story.
      if (rule.values.alertKind !== undefined && !kinds.has(rule.values.alertKind)) continue;
      const rows = await ask(rule.query, minutesOf(rule.window), rule.values);
      if (rows.length > 0) result[rule.id] = rows;
    }
    return result;
  };
  return {
    ask,
    run: (text, minutes) =>
      database.run(translate(text, workspaceTables), { now: story.now, from: story.now - minutes * 60_000 }),
    fired,
    async panels() {
      await database.insert('alertsmanagementresources', openAlerts(Object.keys(await fired()), story.now));
      const result: Record<string, Row[]> = {};
      for (const { name: panel, hours } of panelsOf()) result[panel] = await ask(panel, (hours || 4) * 60);
      return result;
    },
    close: database.close,
  };
}

/** Panels, with the hours that they look back. 0: the time that the reader chose. */
export const panelsOf = (): { name: string; hours: number; visual: string }[] =>
  (
    JSON.parse(readFileSync('infra/monitoring/panels.json', 'utf8')) as {
      panels: { name: string; hours: number; visual: string }[];
    }[]
  ).flatMap(({ panels }) => panels);

/** Alerts that are open, as Azure Resource Graph lists them. */
const openAlerts = (ids: readonly string[], now: number) =>
  alertRules()
    .filter(({ id }) => ids.includes(id))
    .map(({ id, severity }) => ({
      name: `alert-${id}`,
      type: 'microsoft.alertsmanagement/alerts',
      properties: {
        essentials: {
          monitorCondition: 'Fired',
          // The workspace belongs to the bank, in another resource group.
          targetResourceGroup: 'rg-logs',
          alertRule: `/subscriptions/x/resourcegroups/resourcegroupname/providers/microsoft.insights/scheduledqueryrules/${id}`,
          severity: `Sev${severity}`,
          startDateTime: new Date(now).toISOString(),
          alertState: 'New',
        },
      },
    }));
