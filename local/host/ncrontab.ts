// NCRONTAB, the schedules of Functions timers (github.com/atifaziz/NCrontab), read by croner in UTC. If NCrontab accepts more or less than
// croner, the expression is rewritten or refused first.
import { Cron } from 'croner';

/** A schedule that has been read. */
export type Schedule = {
  /** The first occurrence after `at` (ms since 1970), `undefined` if none ever comes. */
  nextAfter(at: number): number | undefined;
};

const months = 'january february march april may june july august september october november december'.split(' ');
const weekdays = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');

/** A field in croner's form: names, also shortened ones, become numbers. A reversed range is put in order. */
function plainField(text: string, names: readonly string[], first: number): string {
  const number = (part: string) => {
    const index = names.findIndex((name) => name.startsWith(part.toLowerCase()));
    return index < 0 ? part : String(index + first);
  };
  return text
    .replaceAll(/[a-z]+/gi, number)
    .replaceAll(/(\d+)-(\d+)/g, (range, from, to) => (Number(from) > Number(to) ? `${to}-${from}` : range));
}

/** Reads an expression of six or five fields. Throws `RangeError` that says what is wrong. */
export function parseSchedule(expression: string): Schedule {
  const fields = expression.trim().split(/\s+/);
  if (fields.length === 5) fields.unshift('0');
  if (fields.length !== 6) throw new RangeError('A schedule has six fields (second first) or five.');
  const plain = fields.map((text, i) => plainField(text, i === 4 ? months : i === 5 ? weekdays : [], i === 4 ? 1 : 0));
  // croner accepts more characters (L, W, #, ?, +), and 7 for Sunday.
  if (!plain.every((text) => /^[\d*,/-]+$/.test(text)) || /\b7\b/.test(plain[5]?.replace(/\/\d+/g, '') ?? ''))
    throw new RangeError(`"${expression}" is no NCRONTAB expression.`);
  try {
    const cron = new Cron(plain.join(' '), { timezone: 'UTC', domAndDow: true, sloppyRanges: true });
    return { nextAfter: (at) => cron.nextRun(new Date(at))?.getTime() };
  } catch (error) {
    throw new RangeError(error instanceof Error ? error.message : 'The schedule cannot be read.');
  }
}
