// The sweep in virtual time: what it removes, how far it gets in a run, and what it does when something fails.
import { beforeEach, describe, expect, test } from 'vitest';
import { unavailable } from '../../../shared/resilience/upstream-problems.ts';
import { purgeExpired } from '../../../shared/storage/purge.ts';
import type { Row, Table, Values } from '../../../shared/storage/tables.ts';
import { memoryTable } from '../support/memory-table.ts';
import { recordedTelemetry } from '../support/recorder.ts';
import { VirtualTime } from '../support/virtual-time.ts';

const minute = 60_000;
const hour = 60 * minute;
const down = unavailable('tables', 'status-503', 0);

let time: VirtualTime;
let telemetry: ReturnType<typeof recordedTelemetry>;
let sessions: ReturnType<typeof memoryTable>;
let consents: ReturnType<typeof memoryTable>;
let eraseLeft: ((partitionKey: string) => Promise<unknown>) | undefined;

beforeEach(() => {
  time = new VirtualTime();
  telemetry = recordedTelemetry();
  sessions = memoryTable(time, { rowsScannedPerPage: 10 });
  consents = memoryTable(time, { rowsScannedPerPage: 10 });
  eraseLeft = async () => {};
});

const eraseLeftOf = (row: Row) => {
  const erase = eraseLeft;
  return erase && (() => erase(row.partitionKey));
};
const run = () => time.run(purgeExpired({ sessions, consents }, { time, telemetry, eraseLeft: eraseLeftOf }));
const counted = (key: string) => telemetry.counts().get(key);

/** Writes `count` rows that were due `agoMs` ago (negative: due later), in the order of their keys. */
async function fill(table: Table, count: number, agoMs: number, values: Values = {}, prefix = 'row'): Promise<void> {
  for (let index = 0; index < count; index++) {
    const partitionKey = `${prefix}-${String(index).padStart(4, '0')}`;
    const purgeAt = new Date(time.now() - agoMs).toISOString();
    await table.write([{ partitionKey, rowKey: 'r', values: { purgeAt, ...values }, etag: null }], undefined as never);
  }
}
const left = (table: ReturnType<typeof memoryTable>) =>
  [...table.rows.keys()].filter((key) => key !== 'sweep|sweep').sort();
/** The sweep's own row. */
const progress = (table: ReturnType<typeof memoryTable>) =>
  JSON.parse(String(table.rows.get('sweep|sweep')?.values.doc ?? 'null'));
/** Calls `act` before each operation of one kind, with the number of earlier ones. */
function ahead(table: ReturnType<typeof memoryTable>, operation: string, act: (nth: number) => unknown) {
  let nth = 0;
  table.hooks.before = async (asked) => {
    if (asked === operation) await act(nth++);
  };
}

describe('the sweep', () => {
  test('removes rows past their time and no others; sessions come first', async () => {
    await fill(sessions, 25, 1);
    await fill(sessions, 3, -1, {}, 'later');
    await fill(consents, 12, 1);
    await consents.write([{ partitionKey: 'bank', rowKey: 'bank', values: {}, etag: null }], undefined as never);
    const order: string[] = [];
    sessions.hooks.before = async () => void order.push('sessions');
    consents.hooks.before = async () => void order.push('consents');
    expect(await run()).toEqual({ sessions: 25, consents: 12 });
    expect(left(sessions)).toEqual(['later-0000|r', 'later-0001|r', 'later-0002|r']);
    expect(left(consents)).toEqual(['bank|bank']);
    expect(order.lastIndexOf('sessions')).toBeLessThan(order.indexOf('consents'));
    expect([counted('purged table=sessions'), counted('purged table=consents')]).toEqual([25, 12]);
    expect(counted('purgeRun table=sessions result=complete')).toBe(1);
    expect(counted('purgeRun table=consents result=complete')).toBe(1);
    expect(telemetry.of('purge-failed')).toEqual([]);
    expect(telemetry.of('purge-expired')).toMatchObject([{ sessions: 25, consents: 12 }]);
  });

  test('keeps a row that was written since it was listed', async () => {
    await fill(sessions, 1, 1);
    ahead(sessions, 'remove', () => sessions.corrupt({ partitionKey: 'row-0000', rowKey: 'r' }, { purgeAt: '2099' }));
    expect(await run()).toMatchObject({ sessions: 0 });
    expect(left(sessions)).toHaveLength(1);
    expect(telemetry.of('purge-failed')).toEqual([]);
  });

  test.each(['', '1970-13-45', ' '])(
    'keeps a row whose instant cannot be read (%j), and reports it',
    async (purgeAt) => {
      await fill(sessions, 3, 1);
      sessions.corrupt({ partitionKey: 'row-0001', rowKey: 'r' }, { purgeAt });
      expect(await run()).toMatchObject({ sessions: 2 });
      expect(left(sessions)).toEqual(['row-0001|r']);
      expect(telemetry.of('purge-failed')).toMatchObject([{ table: 'sessions', left: 1, fault: 'row-unreadable' }]);
    },
  );

  test('counts rows long past their time: an hour for sessions, two days for consents', async () => {
    await fill(sessions, 2, hour - minute);
    await fill(consents, 2, 47 * hour);
    await run();
    expect([counted('rowsOverdue table=sessions'), counted('rowsOverdue table=consents')]).toEqual([0, 0]);
    await fill(sessions, 2, hour + minute);
    await fill(consents, 3, 49 * hour);
    await time.pass(24 * hour);
    await run();
    expect([counted('rowsOverdue table=sessions'), counted('rowsOverdue table=consents')]).toEqual([2, 3]);
  });

  test('passes on a person with something left to erase, and keeps the row until its own time', async () => {
    const past = new Date(time.now() - 1).toISOString();
    await fill(consents, 2, -hour, { eraseAt: past }, 'person');
    await fill(consents, 1, 1, { eraseAt: past }, 'over');
    await fill(consents, 1, 1);
    await fill(consents, 1, -hour, { eraseAt: new Date(time.now() + minute).toISOString() }, 'soon');
    const handed: string[] = [];
    eraseLeft = async (partitionKey) => void handed.push(partitionKey);
    expect(await run()).toMatchObject({ consents: 2 });
    expect(handed.sort()).toEqual(['person-0000', 'person-0001']);
    expect(left(consents)).toEqual(['person-0000|r', 'person-0001|r', 'soon-0000|r']);
  });

  test('leaves a row with something to erase, of a bank that is not served any more, until its own time, without an alert', async () => {
    const past = new Date(time.now() - 49 * hour).toISOString();
    await fill(consents, 1, -hour, { eraseAt: past }, 'person');
    eraseLeft = undefined;
    expect(await run()).toMatchObject({ consents: 0 });
    expect(left(consents)).toEqual(['person-0000|r']);
    expect(telemetry.of('purge-failed')).toEqual([]);
    expect(counted('rowsOverdue table=consents')).toBe(0);
    await time.pass(24 * hour);
    expect(await run()).toMatchObject({ consents: 1 });
  });
});

test('a row of a bank that is not served any more waits for its own time: it is not late, and nothing is reported', async () => {
  const eraseAt = new Date(time.now() - 60 * hour).toISOString();
  await fill(consents, 1, -hour, { eraseAt }, 'waits');
  await fill(consents, 1, 1, { eraseAt }, 'over');
  const { sessions: sweptSessions, ...swept } = await time.run(
    purgeExpired({ sessions, consents }, { time, telemetry, eraseLeft: () => undefined }),
  );
  expect({ sweptSessions, swept }).toEqual({ sweptSessions: 0, swept: { consents: 1 } });
  expect(left(consents)).toEqual(['waits-0000|r']);
  expect(telemetry.of('purge-failed')).toEqual([]);
  expect(counted('rowsOverdue table=consents')).toBe(0);
});

describe('a single row that fails', () => {
  test('is counted and reported if it cannot be removed; all others are removed, and the scan ends', async () => {
    await fill(consents, 30, 1);
    consents.hooks.before = async (operation, partitionKey) => {
      if (operation === 'remove' && partitionKey === 'row-0004') throw down;
    };
    expect(await run()).toMatchObject({ consents: 29 });
    expect(left(consents)).toEqual(['row-0004|r']);
    expect(telemetry.of('purge-failed')).toMatchObject([{ table: 'consents', left: 1, fault: 'tables-status-503' }]);
    expect(counted('purgeRun table=consents result=complete')).toBe(1);
    expect(progress(consents)).toMatchObject({ v: 1, walkedAt: time.now() });
  });

  test('is counted if its erasure fails or never ends; the scan continues', async () => {
    const eraseAt = new Date(time.now() - 1).toISOString();
    await fill(consents, 3, -hour, { eraseAt }, 'person');
    await fill(consents, 20, 1);
    eraseLeft = async (partitionKey) => {
      if (partitionKey === 'person-0000') throw down;
      if (partitionKey === 'person-0001') await new Promise(() => {});
    };
    expect(await run()).toMatchObject({ consents: 20 });
    expect(telemetry.of('purge-failed')).toMatchObject([{ table: 'consents', left: 2 }]);
    expect(progress(consents).walkedAt).toBe(time.now());
    // The run waited for a row no longer than a row may take.
    expect(time.monotonic()).toBeLessThanOrEqual(10_000);
  });

  test('removals run eight at a time', async () => {
    sessions = memoryTable(time);
    await fill(sessions, 40, 1);
    let running = 0;
    let most = 0;
    ahead(sessions, 'remove', async () => {
      most = Math.max(most, ++running);
      await time.sleep(100);
      running -= 1;
    });
    await run();
    expect([most, left(sessions).length, time.monotonic()]).toEqual([8, 0, 500]);
  });
});

describe('how far a run gets', () => {
  test('each table uses at most its share while all pages are empty, and the next run continues from there', async () => {
    // 40 pages without a due row, six seconds each. A share of two minutes ends with the 20th, which is read again.
    await fill(sessions, 400, -hour);
    await fill(consents, 5, 1);
    const slow = () => time.sleep(6000);
    ahead(sessions, 'duePage', slow);
    await run();
    expect(time.monotonic()).toBe(2 * minute);
    expect(progress(sessions)).toEqual({ v: 1, position: 'after row-0189|r' });
    expect(counted('purgeRun table=sessions result=unfinished')).toBe(1);
    expect(left(consents)).toEqual([]);
    // The next run does not reach the rows of the first run's pages, but those after them.
    sessions.corrupt({ partitionKey: 'row-0000', rowKey: 'r' }, { purgeAt: new Date(time.now() - 1).toISOString() });
    sessions.corrupt({ partitionKey: 'row-0399', rowKey: 'r' }, { purgeAt: new Date(time.now() - 1).toISOString() });
    await run();
    expect(progress(sessions).position).toBe('after row-0379|r');
    expect(sessions.rows.has('row-0000|r')).toBe(true);
    expect(await run()).toMatchObject({ sessions: 1 });
    expect(progress(sessions)).toEqual({ v: 1, walkedAt: time.now() });
    expect(counted('purgeRun table=sessions result=complete')).toBe(1);
    expect(await run()).toMatchObject({ sessions: 1 });
  });

  test('an endless scan of one table leaves the other table its share', async () => {
    let pages = 0;
    sessions.duePage = async () => {
      await time.sleep(50);
      pages += 1;
      return { rows: [], next: `after ${pages}` };
    };
    await fill(consents, 12, 1);
    expect(await run()).toEqual({ sessions: 0, consents: 12 });
    // No page is begun with less than a tenth of a second left.
    expect([pages, time.monotonic()]).toEqual([2399, 2 * minute - 50]);
  });

  test('sessions are scanned in each run, consents once a day', async () => {
    const pages = { sessions: 0, consents: 0 };
    ahead(sessions, 'duePage', () => void pages.sessions++);
    ahead(consents, 'duePage', () => void pages.consents++);
    for (let runs = 0; runs < (23 * hour) / (5 * minute); runs++) {
      await run();
      await time.pass(5 * minute);
    }
    expect(pages).toEqual({ sessions: 276, consents: 1 });
    await run();
    expect(pages).toEqual({ sessions: 277, consents: 2 });
    expect(counted('purgeRun table=consents result=complete')).toBe(277);
  });

  test('an unfinished scan of consents continues in the next run', async () => {
    await run();
    await time.pass(24 * hour);
    await fill(consents, 400, 1);
    ahead(consents, 'duePage', () => time.sleep(6000));
    expect(await run()).toMatchObject({ consents: 190 });
    // The scan is not behind, because the last complete one ended a day ago.
    expect(counted('purgeRun table=consents result=complete')).toBe(2);
    expect(await run()).toMatchObject({ consents: 190 });
    expect(await run()).toMatchObject({ consents: 20 });
    expect(progress(consents)).toEqual({ v: 1, walkedAt: time.now() });
    expect(left(consents)).toEqual([]);
  });

  test('a scan whose stored end is in the future does not delay the next scan', async () => {
    await run();
    const doc = JSON.stringify({ v: 1, walkedAt: time.now() + 24 * hour });
    consents.corrupt({ partitionKey: 'sweep', rowKey: 'sweep' }, { doc });
    await fill(consents, 1, 1);
    expect(await run()).toMatchObject({ consents: 1 });
  });

  test('the position is saved after every 20 pages and at the end', async () => {
    await fill(sessions, 450, -hour);
    const saved: unknown[] = [];
    sessions.hooks.after = async (operation) => {
      if (operation === 'insert' || operation === 'replace') saved.push(progress(sessions).position);
    };
    await run();
    expect(saved).toEqual(['after row-0199|r', 'after row-0399|r', undefined]);
  });

  test('a page that takes a whole share is skipped, so the rows after it are reached', async () => {
    await fill(sessions, 10, 1);
    await fill(sessions, 10, 1, {}, 'second');
    let pages = 0;
    sessions.hooks.before = async (operation, partitionKey) => {
      if (operation === 'duePage') pages += 1;
      if (operation === 'remove' && partitionKey.startsWith('row')) await time.sleep(3 * minute);
    };
    await run();
    expect(pages).toBe(1);
    await run();
    expect(left(sessions).filter((key) => key.startsWith('second'))).toEqual([]);
  });

  test('a page or a removal that the end of the share cuts off is not a failure: the next run does it', async () => {
    await fill(sessions, 20, 1);
    await fill(consents, 20, 1);
    let isSlow = true;
    // A second page that does not arrive in time.
    ahead(sessions, 'duePage', async (nth) => {
      if (nth !== 1) return;
      await time.sleep(119_000);
      throw down;
    });
    // Removals on a second page that do not end in time.
    consents.hooks.before = async (operation, partitionKey) => {
      if (operation === 'duePage' && isSlow) await time.sleep(58_000);
      if (operation !== 'remove' || partitionKey < 'row-0010' || !isSlow) return;
      await time.sleep(4000);
      throw down;
    };
    expect(await run()).toEqual({ sessions: 10, consents: 10 });
    expect(telemetry.of('purge-failed')).toEqual([]);
    expect([progress(sessions), progress(consents)]).toEqual(Array(2).fill({ v: 1, position: 'after row-0009|r' }));
    isSlow = false;
    expect(await run()).toEqual({ sessions: 10, consents: 10 });
  });
});

describe('a page that fails', () => {
  test('is requested again after a pause, twice', async () => {
    await fill(sessions, 25, 1);
    ahead(sessions, 'duePage', (nth) => {
      if (nth === 1 || nth === 2) throw down;
    });
    expect(await run()).toMatchObject({ sessions: 25 });
    expect(time.slept).toEqual([2000, 4000]);
    expect(counted('purgeRun table=sessions result=complete')).toBe(1);
    expect(telemetry.of('purge-failed')).toEqual([]);
  });

  test('three times ends the run with an alert, and the next run continues from that page', async () => {
    await fill(sessions, 40, 1);
    await fill(consents, 1, 1);
    let fails = true;
    ahead(sessions, 'duePage', (nth) => {
      if (fails && nth >= 2) throw down;
    });
    expect(await run()).toEqual({ sessions: 20, consents: 1 });
    expect(counted('purgeRun table=sessions result=failed')).toBe(1);
    expect(telemetry.of('purge-failed')).toMatchObject([{ table: 'sessions', fault: 'tables-status-503' }]);
    expect(progress(sessions)).toEqual({ v: 1, position: 'after row-0019|r' });
    fails = false;
    await fill(sessions, 1, 1, {}, 'earlier');
    expect(await run()).toMatchObject({ sessions: 20 });
    expect(left(sessions)).toEqual(['earlier-0000|r']);
  });

  test('in every run does not keep the sweep from the pages before it', async () => {
    await fill(sessions, 40, 1);
    sessions.hooks.before = async (operation) => {
      if (operation === 'duePage' && !left(sessions).includes('row-0009|r') && left(sessions).includes('row-0010|r'))
        throw down;
    };
    await run();
    expect(left(sessions)).toHaveLength(30);
    await run();
    // The run removed nothing, so the next one begins again from the start.
    expect(progress(sessions)).toEqual({ v: 1 });
    await fill(sessions, 10, 1);
    expect(await run()).toMatchObject({ sessions: 10 });
  });

  test('of a table that does not answer at all is reported, and the other table is swept', async () => {
    await fill(consents, 3, 1);
    sessions.hooks.before = async () => {
      throw down;
    };
    expect(await run()).toEqual({ sessions: 0, consents: 3 });
    expect(counted('purgeRun table=sessions result=failed')).toBe(1);
    expect(counted('purgeRun table=consents result=complete')).toBe(1);
  });
});

describe('a stored position', () => {
  test.each([
    ['of a newer version', JSON.stringify({ v: 2, position: 'after row-0019|r' })],
    ['no JSON', '{"v":1,"position":"after r'],
    ['of wrong types', JSON.stringify({ v: 1, position: 7, walkedAt: 'yesterday' })],
    ['of another shape', '[]'],
  ])('that cannot be read (%s) is replaced, and the scan begins at the start', async (_what, doc) => {
    await fill(consents, 25, 1);
    const row = { partitionKey: 'sweep', rowKey: 'sweep', values: { doc } };
    await consents.write([{ ...row, etag: null }], undefined as never);
    expect(await run()).toMatchObject({ consents: 25 });
    expect(progress(consents)).toEqual({ v: 1, walkedAt: time.now() });
  });

  test('that the service no longer accepts is dropped, and the scan begins at the start', async () => {
    await fill(consents, 25, 1);
    const row = {
      partitionKey: 'sweep',
      rowKey: 'sweep',
      values: { doc: JSON.stringify({ v: 1, position: 'stale' }) },
    };
    await consents.write([{ ...row, etag: null }], undefined as never);
    expect(await run()).toMatchObject({ consents: 25 });
    expect(counted('purgeRun table=consents result=complete')).toBe(1);
  });

  test('that the service refuses each time does not lead to a loop', async () => {
    await fill(sessions, 25, 1);
    let pages = 0;
    const { duePage } = sessions;
    sessions.duePage = async (at, position, deadline) => {
      pages += 1;
      return position === undefined ? duePage(at, position, deadline) : undefined;
    };
    // A first page, its position refused; once more from the start, and its position refused again.
    expect(await run()).toMatchObject({ sessions: 20 });
    expect(pages).toBe(4);
    expect(counted('purgeRun table=sessions result=failed')).toBe(1);
    expect(progress(sessions)).toEqual({ v: 1, position: expect.any(String) });
  });

  test('two runs at once lose no row, and both end', async () => {
    await fill(sessions, 60, 1);
    ahead(sessions, 'duePage', () => time.sleep(100));
    const ports = { time, telemetry, eraseLeft: eraseLeftOf };
    const both = [purgeExpired({ sessions, consents }, ports), purgeExpired({ sessions, consents }, ports)];
    await time.run(Promise.all(both));
    expect(left(sessions)).toEqual([]);
    expect(telemetry.of('purge-failed')).toEqual([]);
  });
});
