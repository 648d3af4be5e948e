// The translation of Kusto into SQL, compared with examples worked out by hand from Microsoft's reference of the language.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../../tools/monitoring/engine/database.ts';
import { translate } from '../../../tools/monitoring/engine/translate.ts';

const tables = {
  T: 'TimeGenerated: datetime, name: string, n: long, x: real, ok: bool, bag: dynamic',
  U: 'name: string, weight: long',
};
const now = Date.parse('2026-03-02T12:07:31Z');
const minute = 60_000;
const at = (minutes: number): number => now - minutes * minute;

let database: Database;
beforeAll(async () => {
  database = await openDatabase(tables);
  await database.insert('T', [
    { TimeGenerated: at(1), name: 'a', n: 1, x: 1.5, ok: true, bag: { kind: 'red', list: ['p', 'q'], deep: { v: 7 } } },
    { TimeGenerated: at(2), name: 'b', n: 2, x: 2.5, ok: false, bag: { kind: 'blue', list: [] } },
    { TimeGenerated: at(7), name: 'a', n: 3, bag: { number: '12', real: 2.25, 'no.dots': 'x' } },
    { TimeGenerated: at(8), name: '', x: 4.5, ok: true },
    // These rows are not seen: older than the window, or not arrived yet.
    { TimeGenerated: at(90), name: 'old', n: 100 },
    { TimeGenerated: at(3), name: 'late', n: 100, ingestedAt: now + 1 },
  ]);
  await database.insert('U', [
    { name: 'a', weight: 10 },
    { name: 'z', weight: 20 },
  ]);
});
afterAll(() => database.close());

const answer = async (query: string) =>
  (await database.run(translate(query, tables), { now, from: at(60) })).map((row) => Object.values(row));
const iso = (text: string): string => new Date(text).toISOString();

/** An expression over one row, and its value. */
const values: [expression: string, value: unknown][] = [
  ['1 + 2 * 3', 7],
  ['7 / 2', 3],
  ['-7 / 2', -3],
  ['7 / 2.0', 3.5],
  ['7 / 0', null],
  ['1.0 * 1 / 3 > 0.333', true],
  ['datetime(2026-03-02 12:00) - datetime(2026-03-02 11:30) == 30m', true],
  ['(datetime(2026-03-02 12:00) - datetime(2026-03-02 11:15)) / 1h', 0.75],
  ['datetime(2026-03-02 12:00) + 1.5h', iso('2026-03-02T13:30:00Z')],
  ['2 * 1m == 120s', true],
  ['now()', iso('2026-03-02T12:07:31Z')],
  ['ago(1d)', iso('2026-03-01T12:07:31Z')],
  ['bin(datetime(2026-03-02 12:07:31), 5m)', iso('2026-03-02T12:05:00Z')],
  ['bin(datetime(2026-03-02 12:07:31), 1d)', iso('2026-03-02T00:00:00Z')],
  // Weeks begin on the weekday of 0001-01-01, a Monday.
  ['bin(datetime(2026-03-04), 7d)', iso('2026-03-02T00:00:00Z')],
  ['bin(17, 5)', 15],
  ['bin(-1, 5)', -5],
  ['bin(4.7, 0.5)', 4.5],
  ["datetime_diff('minute', datetime(2026-03-02 12:01:00), datetime(2026-03-02 12:00:59))", 1],
  ["datetime_diff('hour', datetime(2026-03-02 12:00), datetime(2026-03-03 12:00))", -24],
  ["datetime_diff('minute', now(), datetime(null))", null],
  ["iff(1 == 1, 'yes', 'no')", 'yes'],
  ["iff(bool(null), 'yes', 'no')", 'no'],
  ["case(false, 'one', bool(null), 'two', 'three')", 'three'],
  ['int(null) == 1', false],
  ['int(null) != 1', true],
  ['isnull(int(null) == int(null))', true],
  ['isnull(int(null) < 1)', true],
  ["'A' == 'a'", false],
  ["'A' =~ 'a'", true],
  ["'A' !~ 'a'", false],
  ["'b' in ('a', 'b')", true],
  ["'B' in ('a', 'b')", false],
  ["'c' !in ('a', 'b')", true],
  ["'KeySign' startswith 'key'", true],
  ["'KeySign' endswith 'SIGN'", true],
  ["'KeySign' !endswith 'sign'", false],
  ["'status = OverQuota.' has 'overquota'", true],
  ["'OverQuotas' has 'OverQuota'", false],
  ["'x/app-package/y' has 'app-package'", true],
  ["coalesce('', 'second')", 'second'],
  ['coalesce(int(null), 4)', 4],
  ["isempty('')", true],
  ["isnotempty('x')", true],
  ['isnull(real(null))', true],
  ["strcat('a', 1, 2.0, 2.5, true)", 'a122.5true'],
  ["strcat('x', tostring(int(null)), 'y')", 'xy'],
  ["tostring(dynamic(['a', 1]))", '["a",1]'],
  ["tostring(dynamic('a'))", 'a'],
  ["strcat_array(dynamic(['a', 'b']), ', ')", 'a, b'],
  ["strcat_array(dynamic([]), ', ')", ''],
  ["tostring(split('a/b/c', '/')[-1])", 'c'],
  ["tostring(split('a/b/c', '/')[0])", 'a'],
  ["tostring(split('a/b/c', '/')[9])", ''],
  ["toint('12')", 12],
  ["toint('twelve')", null],
  ['tolong(2.9)', 2],
  ["todatetime('2026-03-02T12:00:00Z')", iso('2026-03-02T12:00:00Z')],
  ["todatetime('never')", null],
  ['round(2.345, 2)', 2.35],
  ['round(7.5)', 8],
  ['max_of(1, 3, 2)', 3],
  ['min_of(2.5, 1.5)', 1.5],
  ["tolower('Å')", 'å'],
  ["tostring(bag_pack('a', 1, 'b', 'x').b)", 'x'],
  ['todouble(pack_array(1, 2.5)[1])', 2.5],
  ['toscalar(T | summarize sum(n))', 6],
];

describe('expressions', () => {
  let found: unknown[] = [];
  beforeAll(async () => {
    // All expressions are in one query, because parsing is slow.
    const [row = []] = await answer(
      `print ${values.map(([expression], index) => `v${index} = ${expression}`).join(', ')}`,
    );
    found = row;
  });
  test.each(values.map(([expression, value], index) => [expression, value, index] as const))(
    '%s',
    (_, value, index) => {
      expect(found[index]).toEqual(value);
    },
  );
});

/** Queries over the rows above. */
const queries: [query: string, rows: unknown[][]][] = [
  ['T | count', [[4]]],
  ['T | where n > 1 | project n | order by n asc', [[2], [3]]],
  ['T | where n != 1 | project n | order by n asc', [[null], [2], [3]]],
  ['T | where ok | count', [[2]]],
  ['T | where not(ok) | count', [[1]]],
  ['T | where ok == false or isnull(ok) | count', [[2]]],
  ['T | order by n desc | project n', [[3], [2], [1], [null]]],
  ['T | order by n | project n', [[3], [2], [1], [null]]],
  ['T | top 1 by x | project name', [['']]],
  [
    "T | where name == 'a' | extend n = n * 10, m = n | order by n asc | project n, m",
    [
      [10, 1],
      [30, 3],
    ],
  ],
  ['T | extend hue = tostring(bag.kind) | where isnotempty(hue) | order by hue asc | project hue', [['blue'], ['red']]],
  ["T | where isnotempty(tostring(bag['no.dots'])) | project n", [[3]]],
  ['T | where name == "a" and n == 1 | project v = tolong(bag.deep.v)', [[7]]],
  [
    "T | where n == 3 | project a = todouble(bag.number), b = todouble(bag['real']), c = todouble(bag.nothing)",
    [[12, 2.25, null]],
  ],
  // Aggregates ignore null. Over no rows a count and a sum are 0, and the others are null.
  ['T | summarize count(), sum(x), min(x), max(x), avg(n), dcount(name)', [[4, 8.5, 1.5, 4.5, 2, 3]]],
  ['T | where n > 99 | summarize count(), sum(n), max(n), dcount(name), percentile(x, 95)', [[0, 0, null, 0, null]]],
  ['T | where n > 99 | summarize count() by name', []],
  ["T | summarize countif(ok), sumif(n, name == 'a'), maxif(n, name == 'b'), dcountif(name, n > 0)", [[2, 4, 2, 2]]],
  [
    'T | summarize c = count(), s = sum(n) by name | order by name asc',
    [
      ['', 1, 0],
      ['a', 2, 4],
      ['b', 1, 2],
    ],
  ],
  [
    'T | summarize count() by bin(TimeGenerated, 5m) | order by TimeGenerated asc',
    [
      [iso('2026-03-02T11:55:00Z'), 1],
      [iso('2026-03-02T12:00:00Z'), 1],
      [iso('2026-03-02T12:05:00Z'), 2],
    ],
  ],
  ['T | summarize by_name = sum(x) / count() by name | where name == "b"', [['b', 2.5]]],
  ['T | summarize arg_max(TimeGenerated, n, x) by name | where name == "a" | project n, x', [[1, 1.5]]],
  ['T | summarize arg_min(n, name)', [[1, 'a']]],
  ['T | summarize make_set(name) | project strcat_array(set_name, "+")', [['+a+b']]],
  ['T | summarize s = make_set_if(name, n == 9) | project array_length(s)', [[0]]],
  // Nearest rank: of 1 to 20 the 95th percentile is the 19th, and of three values the 50th is the second.
  ['range20 | summarize percentile(v, 95), percentile(v, 50)', [[19, 10]]],
  ['T | summarize percentiles(x, 50, 95)', [[2.5, 4.5]]],
  // 1 counts nine times and 100 once, so nine tenths of the values are 1.
  ['datatable(v: real, w: long) [1.0, 9, 100.0, 1] | summarize percentilesw(v, w, 50, 90, 95)', [[1, 1, 100]]],
  ['T | where n == 1 | mv-expand one = bag.list | project tostring(one)', [['p'], ['q']]],
  ['T | where n == 2 | mv-expand one = bag.list | project tostring(one)', [['']]],
  ['T | where name == "" | mv-expand one = bag.list | project isnull(one)', [[true]]],
  [
    "T | where n == 1 | mv-expand w = dynamic(['ours', 'theirs']) to typeof(string) | project w, n",
    [
      ['ours', 1],
      ['theirs', 1],
    ],
  ],
  ['T | where n == 1 | mv-expand w = pack_array(0.5, 1.0) to typeof(real) | project w', [[0.5], [1]]],
  [
    'U | join kind=leftouter (T | summarize n = sum(n) by name) on name | order by name asc',
    [
      ['a', 10, 'a', 4],
      ['z', 20, '', null],
    ],
  ],
  ['U | join kind=inner (T | where n == 1) on name | project weight, n', [[10, 1]]],
  [
    'U | join kind=fullouter (T | where n == 2 | project name, n) on name | order by weight asc | project name, name1, weight, n',
    [
      ['', 'b', null, 2],
      ['a', '', 10, null],
      ['z', '', 20, null],
    ],
  ],
  [
    'U | union (T | where n == 1 | project name, n) | order by name asc, n asc | project name, weight, n',
    [
      ['a', 10, null],
      ['a', null, 1],
      ['z', 20, null],
    ],
  ],
  ['union (T | project name), (U | project name) | count', [[6]]],
  [
    "datatable(name: string, v: real) ['p', 1.0, 'q', 2.0] | order by v desc",
    [
      ['q', 2],
      ['p', 1],
    ],
  ],
  ['let least = 2; let big = T | where n >= least | project n; big | summarize sum(n)', [[5]]],
  // A column hides a scalar variable of the same name.
  ["let name = 'b'; T | where name == 'a' | count", [[2]]],
];

test.each(queries)('%s', async (query, rows) => {
  const range20 = `let range20 = datatable(v: long) [${Array.from({ length: 20 }, (_, index) => index + 1)}];`;
  expect(await answer(query.startsWith('range20') ? range20 + query : query)).toEqual(rows);
});

test.each([
  ['an operator', 'T | sample 3'],
  ['a function', 'T | extend y = sqrt(x)'],
  ['an aggregate', 'T | summarize stdev(x)'],
  ['a kind of join', 'T | join kind=leftanti (U) on name'],
  ['a join on more than columns', 'T | join kind=inner (U) on $left.name == $right.name'],
  ['dynamic that is compared', "T | where bag.kind == 'red'"],
  ['an instant as text', 'T | extend s = tostring(TimeGenerated)'],
  ['an operator of expressions', "T | where name matches regex 'a.*'"],
])('a query that is not translated fails: %s', (_, query) => {
  expect(() => translate(query, tables)).toThrow(/not translated/);
});

test('the order of groups is only the one that a query asks for', async () => {
  const query = 'range i from 1 to 3 step 1';
  expect(() => translate(query, tables)).toThrow(/not translated/);
  const words = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const groups = await answer(`datatable(w: string) ['${words.join("','")}'] | summarize count() by w`);
  expect(groups.map(([word]) => word)).not.toEqual(words);
  expect(groups.map(([word]) => word).toSorted()).toEqual(words);
});

test('a row without the column is refused', async () => {
  await expect(database.insert('U', [{ nmae: 'a' }])).rejects.toThrow('U has no column nmae');
});
