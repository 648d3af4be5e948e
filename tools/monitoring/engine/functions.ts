import type { SyntaxNode } from '../kusto.ts';
import { NotTranslated } from './scope.ts';

/** An argument: its SQL and its Kusto type. */
export type Argument = { sql: string; type: string; node: SyntaxNode };

/** Placeholder for the instant of the run in the SQL. */
export const nowMark = '$NOW$';

/** Microseconds from year 1, where Kusto's bins begin, to 1970. */
const year1 = 62_135_596_800_000_000;

/** A value as text, as Kusto writes it: null is the empty text, and a whole number has no decimals. */
export function asText({ sql, type, node }: Argument): string {
  switch (type) {
    case 'string':
      return sql;
    case 'long':
    case 'int':
    case 'bool':
      return `coalesce(CAST(${sql} AS VARCHAR), '')`;
    case 'real':
      return `coalesce(regexp_replace(CAST(${sql} AS VARCHAR), '\\.0$', ''), '')`;
    case 'dynamic':
      return `coalesce(json_extract_string(${sql}, '$'), '')`;
    default:
      throw new NotTranslated(`${type} as text`, node);
  }
}

/** A value as part of a bag or an array. */
function asJson({ sql, type, node }: Argument): string {
  if (!['string', 'long', 'int', 'real', 'bool', 'dynamic'].includes(type))
    throw new NotTranslated(`${type} in a bag`, node);
  return sql;
}

const asNumber = ({ sql, type, node }: Argument, to: string): string => {
  if (type === 'dynamic') return `TRY_CAST(json_extract_string(${sql}, '$') AS ${to})`;
  if (!['string', 'long', 'int', 'real', 'bool'].includes(type)) throw new NotTranslated(`${type} as a number`, node);
  // Rounds towards 0 as Kusto does. SQL would round to the nearest.
  return type === 'real' && to === 'BIGINT' ? `CAST(trunc(${sql}) AS BIGINT)` : `TRY_CAST(${sql} AS ${to})`;
};

const isEmpty = ({ sql, type }: Argument): string => (type === 'string' ? `${sql} = ''` : `${sql} IS NULL`);

/** The multiple of `step` at or below `value`. */
function bin(value: Argument, step: Argument): string {
  const from = value.type === 'datetime' ? year1 : 0;
  const floor = `floor(CAST((${value.sql}) + ${from} AS DOUBLE) / (${step.sql}))`;
  if (value.type === 'real' || step.type === 'real') return `${floor} * (${step.sql})`;
  return `CAST(CAST(${floor} AS BIGINT) * (${step.sql}) - ${from} AS BIGINT)`;
}

/** The units from the second to the first instant, as Kusto counts them: the borders of units between the two. */
function dateDiff(unit: string | undefined, a: Argument, b: Argument, node: SyntaxNode): string {
  const sizes: Readonly<Record<string, number>> = { day: 86_400e6, hour: 3600e6, minute: 60e6, second: 1e6 };
  const size = unit === undefined ? undefined : sizes[unit];
  if (size === undefined) throw new NotTranslated('datetime_diff of that unit', node);
  return `CAST(floor(CAST(${a.sql} AS DOUBLE) / ${size}) - floor(CAST(${b.sql} AS DOUBLE) / ${size}) AS BIGINT)`;
}

type Translate = (args: readonly Argument[], node: SyntaxNode) => string;
const at = (args: readonly Argument[], index: number): Argument => args[index] as Argument;
const sqlOf = (args: readonly Argument[]): string => args.map(({ sql }) => sql).join(', ');

/** Scalar functions, by name. */
export const functions: Readonly<Record<string, Translate>> = {
  iff: (args) => `CASE WHEN ${at(args, 0).sql} THEN ${at(args, 1).sql} ELSE ${at(args, 2).sql} END`,
  case(args) {
    const pairs = Array.from({ length: (args.length - 1) / 2 }, (_, pair) => pair * 2);
    const cases = pairs.map((pair) => `WHEN ${at(args, pair).sql} THEN ${at(args, pair + 1).sql}`);
    return `CASE ${cases.join(' ')} ELSE ${at(args, args.length - 1).sql} END`;
  },
  coalesce: (args) =>
    at(args, 0).type === 'string'
      ? `coalesce(${args.map(({ sql }) => `nullif(${sql}, '')`).join(', ')}, '')`
      : `coalesce(${sqlOf(args)})`,
  isempty: (args) => `(${isEmpty(at(args, 0))})`,
  isnotempty: (args) => `NOT (${isEmpty(at(args, 0))})`,
  isnull: (args) => (at(args, 0).type === 'string' ? 'false' : `(${at(args, 0).sql} IS NULL)`),
  isnotnull: (args) => (at(args, 0).type === 'string' ? 'true' : `(${at(args, 0).sql} IS NOT NULL)`),
  not: (args) => `NOT (${at(args, 0).sql})`,
  tostring: (args) => asText(at(args, 0)),
  tolower: (args) => `lower(${asText(at(args, 0))})`,
  toint: (args) => asNumber(at(args, 0), 'BIGINT'),
  tolong: (args) => asNumber(at(args, 0), 'BIGINT'),
  todatetime: (args) => `epoch_us(TRY_CAST(${asText(at(args, 0))} AS TIMESTAMP))`,
  todouble: (args) => asNumber(at(args, 0), 'DOUBLE'),
  strcat: (args) => `concat(${args.map(asText).join(', ')})`,
  strcat_array: (args) =>
    `coalesce(array_to_string(list_transform(json_extract(${at(args, 0).sql}, '$[*]'), lambda one: json_extract_string(one, '$')), ${at(args, 1).sql}), '')`,
  split: (args) => `to_json(string_split(${at(args, 0).sql}, ${at(args, 1).sql}))`,
  pack_array: (args) => `json_array(${args.map(asJson).join(', ')})`,
  bag_pack: (args) => `json_object(${args.map(asJson).join(', ')})`,
  array_length: (args) => `CAST(json_array_length(${at(args, 0).sql}) AS BIGINT)`,
  round: (args) => `round(CAST(${at(args, 0).sql} AS DOUBLE), CAST(${args[1]?.sql ?? 0} AS INTEGER))`,
  max_of: (args) => `greatest(${sqlOf(args)})`,
  min_of: (args) => `least(${sqlOf(args)})`,
  now: () => nowMark,
  ago: (args) => `(${nowMark} - (${at(args, 0).sql}))`,
  bin: (args) => bin(at(args, 0), at(args, 1)),
  datetime_diff: (args, node) => dateDiff(/^'(\w+)'$/.exec(at(args, 0).sql)?.[1], at(args, 1), at(args, 2), node),
};
