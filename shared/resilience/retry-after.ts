const time = '(?<time>(?:[01]\\d|2[0-3]):[0-5]\\d:(?:[0-5]\\d|60))';
const month = '(?<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
/** The three date forms of RFC 9110 §5.6.7: IMF-fixdate, RFC 850, asctime. */
const httpForms = [
  new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\\d{2}) ${month} (?<year>\\d{4}) ${time} GMT$`),
  new RegExp(`^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\\d{2})-${month}-(?<year>\\d{2}) ${time} GMT$`),
  new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${month} (?<day>[ \\d]\\d) ${time} (?<year>\\d{4})$`),
];

/**
 * A date of an HTTP header, ms since 1970; `undefined` for anything else. With a year of two digits it is at most 50 years
 * ahead.
 */
export function httpDate(text: string | undefined, nowMs: number): number | undefined {
  const found = httpForms.map((form) => form.exec(text ?? '')?.groups).find((groups) => groups !== undefined);
  if (found === undefined) return undefined;
  const inYear = (year: number): number | undefined => {
    // A leap second is the first of the next minute to us.
    const at = Date.parse(`${found.day} ${found.month} ${year} ${found.time?.replace(/60$/, '59')} GMT`);
    // Without this the 31st of November would be the 1st of December.
    if (new Date(at).getUTCDate() !== Number(found.day)) return undefined;
    return found.time?.endsWith('60') ? at + 1000 : at;
  };
  const year = Number(found.year);
  if (found.year?.length !== 2) return inYear(year);
  const latest = new Date(nowMs);
  const century = latest.getUTCFullYear() - (latest.getUTCFullYear() % 100);
  const at = inYear(century + year);
  const isTooFar = at !== undefined && at > latest.setUTCFullYear(latest.getUTCFullYear() + 50);
  return isTooFar ? inYear(century - 100 + year) : at;
}

/**
 * The delay a `Retry-After` header asks for, in milliseconds: delta-seconds or a date in any of its three forms; of several headers, joined
 * by a comma, the longest. A date that has passed is 0; an invalid value is `undefined`. `nowMs`: by the sender's clock. A very long delay
 * is returned as it is: the deadline judges it.
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  // The comma inside a date is before the day of the month.
  const delays = (value ?? '').split(/,(?! \d\d[ -][A-Z])/).map((one) => delayMs(one.trim(), nowMs));
  const found = delays.filter((one) => one !== undefined);
  return found.length === 0 ? undefined : Math.max(...found);
}

function delayMs(text: string, nowMs: number): number | undefined {
  if (/^\d+$/.test(text)) return Math.min(Number(text), 10_000_000) * 1000;
  const at = httpDate(text, nowMs);
  return at === undefined ? undefined : Math.max(0, at - nowMs);
}
