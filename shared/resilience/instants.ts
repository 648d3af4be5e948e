const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const month = `(?<month>${months.join('|')})`;
const time = '(?<hour>\\d{2}):(?<minute>\\d{2}):(?<second>\\d{2})';
/** The three date forms of RFC 9110 §5.6.7: IMF-fixdate, RFC 850, asctime. */
const httpForms = [
  new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\\d{2}) ${month} (?<year>\\d{4}) ${time} GMT$`),
  new RegExp(`^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\\d{2})-${month}-(?<year>\\d{2}) ${time} GMT$`),
  new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${month} (?<day>[ \\d]\\d) ${time} (?<year>\\d{4})$`),
];
const isoForm =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})T(?<hour>\d{2}):(?<minute>\d{2}):(?<second>\d{2})(?<fraction>\.\d+)?(?<zone>Z|[+-]\d{2}:\d{2})?$/i;

/** Fields of a date. A second of 60 is a leap second, and the first of the next minute to us. */
type Fields = { year: number; month: number; day: number; hour: number; minute: number; second: number };

/** The instant, ms since 1970, in UTC; `undefined` for a date or a time that does not exist (`Date.parse` makes it another one). */
function instantOf({ year, month: number, day, hour, minute, second }: Fields): number | undefined {
  const midnight = new Date(Date.UTC(2000, number - 1, day));
  midnight.setUTCFullYear(year, number - 1, day);
  if (midnight.getUTCMonth() !== number - 1 || midnight.getUTCDate() !== day) return undefined;
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  return midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1000;
}

const numbersIn = (groups: Readonly<Record<string, string | undefined>>): Fields => ({
  year: Number(groups.year),
  month: months.includes(groups.month ?? '') ? months.indexOf(groups.month ?? '') + 1 : Number(groups.month),
  day: Number(groups.day),
  hour: Number(groups.hour),
  minute: Number(groups.minute),
  second: Number(groups.second),
});

/**
 * A date of an HTTP header, ms since 1970; `undefined` for anything else. With a year of two digits it is at most 50 years
 * ahead.
 */
export function httpDate(text: string | undefined, nowMs: number): number | undefined {
  const groups = httpForms.map((form) => form.exec(text ?? '')?.groups).find((found) => found !== undefined);
  if (groups === undefined) return undefined;
  const fields = numbersIn(groups);
  if (groups.year?.length !== 2) return instantOf(fields);
  const today = new Date(nowMs);
  const century = Math.floor(today.getUTCFullYear() / 100) * 100;
  const at = instantOf({ ...fields, year: century + fields.year });
  const isTooFar = at !== undefined && at > today.setUTCFullYear(today.getUTCFullYear() + 50);
  return isTooFar ? instantOf({ ...fields, year: century - 100 + fields.year }) : at;
}

/** An instant in ISO 8601, ms since 1970, a fraction of any length; without a zone in UTC. `undefined` for anything else. */
export function isoInstant(text: string): number | undefined {
  const groups = isoForm.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const [, sign = '+', hours = '0', minutes = '0'] = /^([+-])(\d{2}):(\d{2})$/.exec(groups.zone ?? '') ?? [];
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const at = instantOf(numbersIn(groups));
  const aheadMs = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
  return at === undefined ? undefined : at + Math.floor(Number(groups.fraction ?? 0) * 1000) - aheadMs;
}
