// NCRONTAB as Azure Functions' timers read it (the .NET library NCrontab, github.com/atifaziz/NCrontab): fields
// {second} {minute} {hour} {day} {month} {day of week}; with five fields the second is 0. A day must satisfy both its fields.

/** A schedule, ready to be asked. */
export type Schedule = {
  /** The first occurrence after `at` (both in ms since 1970, UTC), or `undefined` if the schedule never comes (30 February). */
  nextAfter(at: number): number | undefined;
};

type Field = { name: string; min: number; max: number; words: readonly string[] };

const fields: readonly Field[] = [
  { name: 'second', min: 0, max: 59, words: [] },
  { name: 'minute', min: 0, max: 59, words: [] },
  { name: 'hour', min: 0, max: 23, words: [] },
  { name: 'day', min: 1, max: 31, words: [] },
  {
    name: 'month',
    min: 1,
    max: 12,
    words: 'january february march april may june july august september october november december'.split(' '),
  },
  { name: 'day of week', min: 0, max: 6, words: 'sunday monday tuesday wednesday thursday friday saturday'.split(' ') },
];

function readNumber(text: string, field: Field): number {
  const byName = /^[a-z]+$/i.test(text) ? field.words.findIndex((word) => word.startsWith(text.toLowerCase())) : -1;
  const value = byName >= 0 ? byName + field.min : /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= field.min && value <= field.max)) {
    throw new RangeError(`"${text}" is no ${field.name} (${field.min} to ${field.max}).`);
  }
  return value;
}

function readPart(part: string, field: Field): number[] {
  const [range = '', step, ...rest] = part.split('/');
  const every = step === undefined ? 1 : /^\d{1,2}$/.test(step) ? Number(step) : 0;
  if (every < 1 || rest.length > 0) throw new RangeError(`"${part}" has no step that a ${field.name} can take.`);
  const [from = '', to, ...more] = range.split('-');
  if (more.length > 0) throw new RangeError(`"${part}" is no range of the field ${field.name}.`);
  let first = range === '*' ? field.min : readNumber(from, field);
  // `5/15` is "from 5 on, every 15"; `5` alone is just 5.
  let last =
    range === '*' ? field.max : to !== undefined ? readNumber(to, field) : step !== undefined ? field.max : first;
  // NCrontab takes a range the wrong way round as the same range.
  if (last < first) [first, last] = [last, first];
  const values: number[] = [];
  for (let value = first; value <= last; value += every) values.push(value);
  return values;
}

function readField(text: string, field: Field): ReadonlySet<number> {
  return new Set(text.split(',').flatMap((part) => readPart(part, field)));
}

/** Reads an expression of six or five fields. Throws `RangeError` saying which field is wrong. */
export function parseSchedule(expression: string): Schedule {
  const texts = expression.trim().split(/\s+/);
  if (texts.length === 5) texts.unshift('0');
  if (texts.length !== 6) throw new RangeError('A schedule has six fields (second first) or five.');
  const [seconds, minutes, hours, days, months, weekdays] = fields.map((field, i) => readField(texts[i] ?? '', field));
  if (!seconds || !minutes || !hours || !days || !months || !weekdays) throw new RangeError('A field is missing.');

  return {
    nextAfter(at) {
      const time = new Date(Math.floor(at / 1000) * 1000 + 1000);
      // Leap days on a given weekday come at most 40 years apart (over 2100); what has not come by then never comes.
      const lastYear = time.getUTCFullYear() + 41;
      while (time.getUTCFullYear() <= lastYear) {
        // Each mismatch jumps to the start of the next larger unit, so a year costs at most some hundred steps.
        if (!months.has(time.getUTCMonth() + 1)) {
          time.setUTCMonth(time.getUTCMonth() + 1, 1);
          time.setUTCHours(0, 0, 0);
        } else if (!days.has(time.getUTCDate()) || !weekdays.has(time.getUTCDay())) {
          time.setUTCDate(time.getUTCDate() + 1);
          time.setUTCHours(0, 0, 0);
        } else if (!hours.has(time.getUTCHours())) {
          time.setUTCHours(time.getUTCHours() + 1, 0, 0);
        } else if (!minutes.has(time.getUTCMinutes())) {
          time.setUTCMinutes(time.getUTCMinutes() + 1, 0);
        } else if (!seconds.has(time.getUTCSeconds())) {
          time.setUTCSeconds(time.getUTCSeconds() + 1);
        } else {
          return time.getTime();
        }
      }
      return undefined;
    },
  };
}
