// The only way in which documents are read and changed: every change is decided on the present row.

import { beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import { Documents, maxDocumentCharacters } from '../../../shared/storage/documents.ts';
import { memoryTable } from '../support/memory-table.ts';
import { faultOf, problemOf } from '../support/problems.ts';
import { recordedTelemetry } from '../support/recorder.ts';
import { VirtualTime } from '../support/virtual-time.ts';

type Count = { n: number; note?: string | undefined; until?: number | undefined };
const schema = z.strictObject({ v: z.literal(1), n: z.int(), note: z.string().optional(), until: z.int().optional() });

let time: VirtualTime;
let telemetry: ReturnType<typeof recordedTelemetry>;
let table: ReturnType<typeof memoryTable>;
let documents: Documents<Count>;
let deadline: Deadline;

beforeEach(() => {
  time = new VirtualTime();
  telemetry = recordedTelemetry();
  table = memoryTable(time);
  deadline = Deadline.after(time, 60_000);
  documents = new Documents<Count>(
    {
      kind: 'person',
      parse: (json) => {
        const { data } = schema.safeParse(json);
        return data && { n: data.n, note: data.note, until: data.until };
      },
      due: ({ until }) => ({ purgeAt: until }),
    },
    { table, time, telemetry },
  );
});

const keys = { partitionKey: 'p', rowKey: 'person' };
const stored = () => table.rows.get('p|person')?.values;
const put = (values: Record<string, string | boolean>) => table.write([{ ...keys, values }], deadline);
const add = (by = 1) =>
  documents.change('p', deadline, ({ doc }) => ({ result: doc?.n, next: { n: (doc?.n ?? 0) + by } }));

describe('a change of a document', () => {
  test('inserts, replaces and removes, and returns the result with the document after it', async () => {
    expect(await add(3)).toMatchObject({ result: undefined, at: { doc: { n: 3 } } });
    const { result, at } = await add(4);
    expect([result, at.doc, at.etag]).toEqual([3, { n: 7 }, table.rows.get('p|person')?.etag]);
    const removed = await documents.change('p', deadline, () => ({ result: 'gone', next: null }));
    expect(removed).toEqual({ result: 'gone', at: { doc: undefined, etag: undefined, ageMs: 0 } });
    expect(table.rows.size).toBe(0);
    expect((await documents.read('p', deadline)).doc).toBeUndefined();
  });

  test('writes the version of its schema, and the instants that the sweep reads', async () => {
    const until = Date.UTC(2026, 11, 24, 12);
    await documents.change('p', deadline, () => ({ result: 0, next: { n: 1, until } }));
    expect(stored()).toEqual({ doc: `{"v":1,"n":1,"until":${until}}`, purgeAt: '2026-12-24T12:00:00.000Z' });
    await add();
    expect(Object.keys(stored() ?? {})).toEqual(['doc']);
  });

  test('without a next document writes nothing', async () => {
    await add();
    const calls = table.calls();
    expect((await documents.change('p', deadline, ({ doc }) => ({ result: doc?.n }))).result).toBe(1);
    expect(table.calls() - calls).toBe(1);
  });

  test('that loses its race is decided again on the new row, so no change is lost', async () => {
    const changes = Array.from({ length: 12 }, () => add());
    const results = await time.run(Promise.all(changes));
    expect(stored()?.doc).toBe('{"v":1,"n":12}');
    // Each found another number before it, so each was decided on a state of its own.
    expect(new Set(results.map(({ result }) => result)).size).toBe(12);
  });

  test.each(['insert', 'replace', 'remove'] as const)(
    'that loses an %s to another instance begins again',
    async (operation) => {
      if (operation !== 'insert') await add();
      let raced = false;
      table.hooks.before = async (asked) => {
        if (asked !== operation || raced) return;
        raced = true;
        await put({ doc: '{"v":1,"n":40}' });
      };
      const seen: (number | undefined)[] = [];
      await time.run(
        documents.change('p', deadline, ({ doc }) => {
          seen.push(doc?.n);
          return { result: 0, next: operation === 'remove' && doc?.n !== 40 ? null : { n: (doc?.n ?? 0) + 1 } };
        }),
      );
      expect(seen).toEqual([operation === 'insert' ? undefined : 1, 40]);
      expect(stored()?.doc).toBe('{"v":1,"n":41}');
    },
  );

  test('of a row that another instance has removed inserts it', async () => {
    await add(5);
    table.hooks.before = async (operation) => {
      if (operation === 'replace') table.rows.delete('p|person');
    };
    expect((await time.run(add())).at.doc).toEqual({ n: 1 });
  });

  test('of a row that was read before needs no read, except after a lost race', async () => {
    await add();
    const seen = await documents.read('p', deadline);
    const operations: string[] = [];
    table.hooks.before = async (operation) => void operations.push(operation);
    const change = () =>
      documents.change('p', deadline, ({ doc }) => ({ result: 0, next: { n: (doc?.n ?? 0) + 1 } }), { seen });
    await change();
    expect(operations).toEqual(['replace']);
    // The read row is out of date by now.
    await time.run(change());
    expect(operations.slice(1)).toEqual(['replace', 'read', 'replace']);
    expect(stored()?.doc).toBe('{"v":1,"n":3}');
  });

  test('writes the rows beside it in the same transaction: all or none', async () => {
    const log = (rowKey: string) => ({ partitionKey: 'p', rowKey, values: { event: 'x' }, etag: null });
    const change = (rowKey: string) =>
      documents.change('p', deadline, ({ doc }) => ({
        result: 0,
        next: { n: (doc?.n ?? 0) + 1 },
        beside: [log(rowKey)],
      }));
    await change('log-1');
    expect([...table.rows.keys()]).toEqual(['p|person', 'p|log-1']);
    // The ETag of the row beside it does not match, so the document is not written either.
    expect(await faultOf(() => time.run(change('log-1')))).toBe('upstream-unavailable person-contended');
    expect(stored()?.doc).toBe('{"v":1,"n":1}');
  });

  test('that loses every race ends in upstream-unavailable, not in a loop', async () => {
    table.hooks.before = async (operation) => {
      if (operation === 'insert' || operation === 'replace') await put({ doc: `{"v":1,"n":${table.calls()}}` });
    };
    let rounds = 0;
    const change = documents.change('p', deadline, () => {
      rounds += 1;
      return { result: 0, next: { n: 0 } };
    });
    const problem = await problemOf(() => time.run(change));
    expect([problem.code, problem.fault]).toEqual(['upstream-unavailable', 'person-contended']);
    expect(rounds).toBe(20);
  });

  test('whose answer is lost is reported, and the repetition decides on the stored row', async () => {
    await add();
    table.trouble('after', 2);
    expect(await faultOf(() => add())).toBe('upstream-unavailable tables-injected-after');
    expect((await add()).result).toBe(2);
    table.trouble('before', 2);
    expect(await faultOf(() => add())).toBe('upstream-unavailable tables-injected-before');
    expect((await add()).result).toBe(3);
  });
});

describe('a row that cannot be read', () => {
  test.each([
    ['a newer version', { doc: '{"v":2,"n":1}' }],
    ['a wrong type', { doc: '{"v":1,"n":"one"}' }],
    ['a property that is missing', { doc: '{"v":1}' }],
    ['broken JSON', { doc: '{"v":1,' }],
    ['null', { doc: 'null' }],
    ['no text', { doc: true }],
    ['no document', { other: 'x' }],
  ])('%s is reported and does not count as absent', async (_what, values) => {
    await put(values);
    const change = add();
    expect(await faultOf(() => documents.read('p', deadline))).toBe('upstream-unavailable row-unreadable-person');
    expect(await faultOf(() => change)).toBe('upstream-unavailable row-unreadable-person');
    expect(stored()).toEqual(values);
    expect(telemetry.of('row-unreadable')).toMatchObject([{ alert: true, kind: 'person' }, { kind: 'person' }]);
  });

  test('returns its text, and can be replaced or removed, only for a caller that asks for it', async () => {
    const even = { evenUnreadable: true };
    await put({ doc: '{"v":2,"secret":1}' });
    expect(await documents.read('p', deadline, even)).toMatchObject({
      doc: undefined,
      unreadable: '{"v":2,"secret":1}',
    });
    await documents.change(
      'p',
      deadline,
      ({ unreadable }) => ({ result: 0, next: { n: unreadable?.length ?? 0 } }),
      even,
    );
    expect(stored()?.doc).toBe('{"v":1,"n":18}');
    await put({ doc: 'damaged' });
    await documents.change('p', deadline, () => ({ result: 0, next: null }), even);
    expect(table.rows.size).toBe(0);
  });

  test('is in no log line', async () => {
    await put({ doc: 'scrambled-01017012345' });
    await problemOf(() => documents.read('p', deadline));
    expect(telemetry.lines.join('\n')).not.toContain('scrambled');
  });
});

describe('the size of a document', () => {
  // The rest of the document: `{"v":1,"n":1,"note":""}`
  const noteOf = (characters: number) => 'å'.repeat(characters - 23);
  const write = (note: string) => documents.change('p', deadline, () => ({ result: 0, next: { n: 1, note } }));

  test('may be as large as a property of Table Storage', async () => {
    await write(noteOf(maxDocumentCharacters));
    expect(String(stored()?.doc)).toHaveLength(maxDocumentCharacters);
  });

  test('is refused before anything is written if it is one character larger', async () => {
    await add();
    expect(await faultOf(() => write(noteOf(maxDocumentCharacters + 1)))).toBe('internal row-too-large-person');
    expect(stored()?.doc).toBe('{"v":1,"n":1}');
  });
});

test('the age of a row is measured by the clock of the Table service', async () => {
  await add();
  await time.pass(7000);
  expect(await documents.read('p', deadline)).toMatchObject({ ageMs: 7000 });
});
