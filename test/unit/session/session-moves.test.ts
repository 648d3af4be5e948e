// The state machine of a session, every state × every event: by the table, by the pure function and by what is written.
import { describe, expect, test } from 'vitest';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import {
  type SessionEvent,
  type SessionMove,
  type SessionRow,
  type SessionState,
  sessionKind,
  sessionMoves,
  transition,
} from '../../../shared/session/session.ts';
import { type At, Documents } from '../../../shared/storage/documents.ts';
import { anyKey } from '../support/any-key.ts';
import { memoryTable } from '../support/memory-table.ts';
import { plantSession } from '../support/plant-session.ts';
import { recordedTelemetry } from '../support/recorder.ts';
import { VirtualTime } from '../support/virtual-time.ts';

const p = anyKey('p'.repeat(43));
const q = anyKey('q'.repeat(43));
const sealed = { salt: 'a', nonce: 'b', box: 'c' };
const purgeAt = 0;
const sessions: { [S in SessionRow['state']]: Extract<SessionRow, { state: S }> } & { absent: undefined } = {
  absent: undefined,
  leased: { state: 'leased', owner: p, leaseId: 'mine', purgeAt },
  failed: { state: 'failed', owner: p, code: 'upstream-busy', retryAfterSeconds: 3, purgeAt },
  held: { state: 'held', owner: p, sealed, expiresAt: 5, purgeAt },
  ended: { state: 'ended', owner: p, purgeAt },
};
const moves: { [E in SessionEvent]: SessionMove & { event: E } } = {
  lease: { event: 'lease', owner: p, leaseId: 'mine' },
  'take-over': { event: 'take-over', owner: p, leaseId: 'another' },
  renew: { event: 'renew', leaseId: 'mine' },
  hold: { event: 'hold', leaseId: 'mine', sealed, expiresAt: 7 },
  fail: { event: 'fail', leaseId: 'mine', code: 'upstream-busy' },
  logout: { event: 'logout', owner: q },
  erase: { event: 'erase' },
};
/** The expected moves, written by hand a second time. A change of the table must be made here too, so it cannot happen by mistake. */
const expected = `
            absent  leased  failed  held    ended
lease       leased  -       leased  leased  -
take-over   -       leased  -       -       -
renew       -       leased  -       -       -
hold        -       held    -       -       -
fail        -       failed  -       -       -
logout      ended   ended   ended   ended   -
erase       -       absent  absent  absent  -`;

const states = Object.keys(sessions) as SessionState[];
const events = Object.keys(moves) as SessionEvent[];
const cells = events.flatMap((event) => states.map((state) => ({ event, state })));
const rows = expected
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split(/\s+/));
const expectedOf = (event: SessionEvent, state: SessionState) => {
  const cell = rows.find(([name]) => name === event)?.[1 + states.indexOf(state)];
  return cell === '-' ? undefined : cell;
};

function setUp() {
  const time = new VirtualTime();
  const table = memoryTable(time);
  const documents = new Documents(sessionKind, { table, time, telemetry: recordedTelemetry() });
  const deadline = Deadline.after(time, 1e9);
  const move = (key: string, by: SessionMove, seen?: At<SessionRow>) =>
    time.run(
      documents.change(
        key,
        deadline,
        ({ doc }) => ({ result: undefined, next: transition(doc, by, 9) }),
        seen === undefined ? {} : { seen },
      ),
    );
  const state = async (key: string) => (await documents.read(key, deadline)).doc;
  return { table, documents, deadline, move, state };
}

describe('the state machine of a session', () => {
  test("the hand-written table and the program's table have the same events and states", () => {
    expect(Object.keys(sessionMoves).sort()).toEqual([...events].sort());
    expect(rows.map(([event]) => event)).toEqual(events);
    for (const [, ...row] of rows) expect(row).toHaveLength(states.length);
  });

  test.each(cells)('$event from $state', async ({ event, state }) => {
    const to = expectedOf(event, state);
    expect(sessionMoves[event][state]).toBe(to);
    const next = transition(sessions[state], moves[event], 9);
    expect(next === null ? 'absent' : next?.state).toBe(to);
    // Exactly what the table allows is written.
    const { table, documents, deadline, move, state: stateOf } = setUp();
    plantSession(table, 's', sessions[state]);
    const before = JSON.stringify([...table.rows]);
    const seen = await documents.read('s', deadline);
    await move('s', moves[event]);
    expect(await stateOf('s')).toEqual(next === undefined ? sessions[state] : (next ?? undefined));
    expect(next?.purgeAt ?? 9).toBe(9);
    if (to === undefined) expect(JSON.stringify([...table.rows])).toBe(before);
    // If the row has changed since it was seen, the move is decided on the present row: nothing leads out of `ended`.
    plantSession(table, 's', sessions.ended);
    table.corrupt({ partitionKey: 's', rowKey: 'session' }, {});
    await move('s', moves[event], seen);
    expect(await stateOf('s')).toEqual(sessions.ended);
  });

  test.each(['renew', 'hold', 'fail'] as const)(
    '%s is refused for a caller that has lost the lease to another',
    (event) => {
      expect(transition({ ...sessions.leased, leaseId: 'of another' }, moves[event], 9)).toBeUndefined();
    },
  );

  test('every move except a new lease keeps the owner; a logout names one only if none was known', () => {
    for (const { event, state } of cells) {
      const next = transition(sessions[state], moves[event], 9);
      if (!next) continue;
      expect([event, state, next.owner]).toEqual([event, state, event === 'logout' && state === 'absent' ? q : p]);
    }
  });

  test('an ended or failed row contains nothing of the held saldo', () => {
    for (const event of ['logout', 'fail'] as const)
      for (const state of states)
        expect(JSON.stringify(transition(sessions[state], moves[event], 9) ?? '')).not.toContain('box');
  });
});
