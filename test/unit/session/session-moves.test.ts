// The session machine, walked: every state × every move, by the table, by the pure move and by the store that writes.
import { describe, expect, test } from 'vitest';
import { Deadline } from '../../../shared/resilience/deadline.ts';
import {
  moved,
  type Session,
  type SessionEvent,
  type SessionMove,
  type SessionState,
  sessionMoves,
} from '../../../shared/session/session.ts';
import { createSessionStore } from '../../../shared/session/session-store.ts';
import { memoryTable } from '../support/memory-table.ts';
import { plantSession } from '../support/plant-session.ts';
import { VirtualTime } from '../support/virtual-time.ts';

const sealed = { salt: 'a', nonce: 'b', box: 'c' };
const sessions: { [S in SessionState]: Extract<Session, { state: S }> } = {
  absent: { state: 'absent' },
  leased: { state: 'leased', owner: 'p', leaseId: 'mine' },
  failed: { state: 'failed', owner: 'p', code: 'upstream-busy', retryAfterSeconds: 3 },
  held: { state: 'held', owner: 'p', sealed, expiresAt: 5 },
  ended: { state: 'ended', owner: 'p' },
};
const moves: { [E in SessionEvent]: SessionMove & { event: E } } = {
  lease: { event: 'lease', owner: 'p', leaseId: 'mine' },
  'take-over': { event: 'take-over', owner: 'p', leaseId: 'another' },
  renew: { event: 'renew', leaseId: 'mine' },
  hold: { event: 'hold', leaseId: 'mine', sealed, expiresAt: 7 },
  fail: { event: 'fail', leaseId: 'mine', code: 'upstream-busy' },
  logout: { event: 'logout', owner: 'q' },
  erase: { event: 'erase' },
};
/** Written out once more, by hand: whoever changes the table must mean it. */
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

function store() {
  const time = new VirtualTime();
  const table = memoryTable(time);
  return { table, store: createSessionStore(table), deadline: Deadline.after(time, 1e9) };
}

describe('the session machine', () => {
  test('the hand-written picture and the table have the same events and states', () => {
    expect(Object.keys(sessionMoves).sort()).toEqual([...events].sort());
    expect(rows.map(([event]) => event)).toEqual(events);
    for (const [, ...row] of rows) expect(row).toHaveLength(states.length);
  });

  test.each(cells)('$event from $state', async ({ event, state }) => {
    const to = expectedOf(event, state);
    expect(sessionMoves[event][state]).toBe(to);
    expect(moved(sessions[state], moves[event])?.state).toBe(to);
    // The store writes what the table allows, and nothing else.
    const { table, store: it, deadline } = store();
    plantSession(table, 's', sessions[state]);
    const before = JSON.stringify([...table.rows]);
    const from = await it.read('s', deadline);
    const after = await it.move('s', from, moves[event], 9, deadline);
    expect(after?.session.state).toBe(to);
    if (to === undefined) expect(JSON.stringify([...table.rows])).toBe(before);
    else expect((await it.read('s', deadline)).session).toEqual(after?.session);
    // Nor does it write when the row is not any more what was read.
    if (to !== undefined && state !== 'absent') {
      plantSession(table, 't', sessions[state]);
      expect(await it.move('t', { ...from, etag: '"stale"' }, moves[event], 9, deadline)).toBeUndefined();
      expect((await it.read('t', deadline)).session).toEqual(sessions[state]);
    }
  });

  test.each(['renew', 'hold', 'fail'] as const)('%s by who has lost the lease to another', (event) => {
    expect(moved({ ...sessions.leased, leaseId: 'of another' }, moves[event])).toBeUndefined();
  });

  test('the owner stays through every move but a new lease; a logout names one only where nobody was known', () => {
    for (const { event, state } of cells) {
      const next = moved(sessions[state], moves[event]);
      if (next === undefined || next.state === 'absent') continue;
      expect([event, state, next.owner]).toEqual([event, state, event === 'logout' && state === 'absent' ? 'q' : 'p']);
    }
  });

  test('what has ended or failed carries nothing of what was held', () => {
    for (const event of ['logout', 'fail'] as const)
      for (const state of states)
        expect(JSON.stringify(moved(sessions[state], moves[event]) ?? '')).not.toContain('box');
  });
});
