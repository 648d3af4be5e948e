import { readFileSync } from 'node:fs';
import { events } from '../../shared/telemetry/events.ts';
import { metrics } from '../../shared/telemetry/metrics.ts';
import { viewsOf, wholeText } from '../monitoring/views.ts';

/** A calendar month in UTC, as instants of ISO 8601; `until` is not part of it. */
export type Month = { name: string; from: string; until: string };

/** The subject of a report: a bank by its organisation number, in the telemetry of one app (resource id of its Application Insights). */
export type Subject = { bank: string; component: string; month: Month };

/** The month of a name like `2026-11`. Throws RangeError for anything else. */
export function monthOf(name: string): Month {
  if (!/^20\d\d-(?:0[1-9]|1[0-2])$/.test(name))
    throw new RangeError('--month must be a year and a month, like 2026-11.');
  const [year = 0, month = 1] = name.split('-').map(Number);
  return { name, from: `${name}-01T00:00:00Z`, until: new Date(Date.UTC(year, month, 1)).toISOString() };
}

/** The Kusto queries of a report, each for the whole month and for each day. */
export function reportQueries({
  bank,
  component,
  month,
}: Subject): Record<'lookups' | 'consents', [all: string, byDay: string]> {
  const whole = (name: string, byDay: boolean) =>
    wholeText(readFileSync(new URL(`${name}.kql`, import.meta.url), 'utf8'), viewsOf({ metrics, events }), {
      component: `'${component.toLowerCase()}'`,
      onlyBank: `'${bank}'`,
      monthStart: `datetime(${month.from})`,
      monthEnd: `datetime(${month.until})`,
      byDay: `${byDay}`,
    });
  const both = (name: string): [string, string] => [whole(name, false), whole(name, true)];
  return { lookups: both('lookups'), consents: both('consents') };
}
