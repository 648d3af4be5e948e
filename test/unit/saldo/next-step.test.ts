// What a look-up does next, decided from the session's row: every state × what the row holds × its age × how it was seen. Pure.
import { describe, expect, test } from 'vitest';
import type { ProblemCode } from '../../../shared/problem-catalogue.ts';
import { type NextStep, nextStep } from '../../../shared/saldo/next-step.ts';
import type { SessionRow, SessionState } from '../../../shared/session/session.ts';
import { anyKey } from '../support/any-key.ts';

const owner = anyKey('p'.repeat(43));
const leaseMs = 2000;
const purgeAt = 0;
const failed = (code: ProblemCode): SessionRow => ({ state: 'failed', owner, code, retryAfterSeconds: 9, purgeAt });
const rows = {
  absent: undefined,
  'failed by an outage': failed('upstream-busy'),
  'failed by the consent': failed('consent-revoked'),
  leased: { state: 'leased', owner, leaseId: 'l', purgeAt },
  held: { state: 'held', owner, sealed: { salt: '', nonce: '', box: '' }, expiresAt: 0, purgeAt },
  ended: { state: 'ended', owner, purgeAt },
} satisfies Record<string, SessionRow | undefined>;
type RowName = keyof typeof rows;

const refuse: NextStep = { do: 'refuse' };
const show: NextStep = { do: 'show' };
const wait: NextStep = { do: 'wait' };
const lead: NextStep = { do: 'lead', isTakeOver: false };
const takeOver: NextStep = { do: 'lead', isTakeOver: true };
const share = (code: ProblemCode): NextStep => ({
  do: 'share-failure',
  code,
  failure: undefined,
  retryAfterSeconds: 9,
});

/** Ages by the Table service's clock around each bound. `NaN`: the service did not send one. */
const ages = [-500, 0, 1999, 2000, 3000, 3001, 60_000, Number.NaN];
/** How long the row was unchanged, around its bound. */
const sames = [0, 1999, 2000, 2001, 60_000];

/** The expected steps, worked out by hand from docs/architecture.md and not by the program. */
function expected(row: RowName, seen: { opens: boolean; ageMs: number; sameForMs: number; waited: boolean }): NextStep {
  if (row === 'ended') return refuse;
  if (row === 'absent') return lead;
  if (row === 'held') return seen.opens ? show : lead;
  if (row === 'leased') {
    const isDead = [3001, 60_000].includes(seen.ageMs) || [2001, 60_000].includes(seen.sameForMs);
    return isDead ? takeOver : wait;
  }
  const isFresh = [-500, 0, 1999].includes(seen.ageMs);
  if (row === 'failed by an outage') return isFresh ? share('upstream-busy') : lead;
  return isFresh && seen.waited ? share('consent-revoked') : lead;
}

const cells = (Object.keys(rows) as RowName[]).flatMap((row) =>
  [true, false].flatMap((opens) =>
    ages.flatMap((ageMs) =>
      sames.flatMap((sameForMs) => [true, false].map((waited) => ({ row, opens, ageMs, sameForMs, waited }))),
    ),
  ),
);

test('the rows cover every state', () => {
  const states: Record<SessionState, true> = { absent: true, leased: true, failed: true, held: true, ended: true };
  expect(new Set(Object.values(rows).map((row) => row?.state ?? 'absent'))).toEqual(new Set(Object.keys(states)));
});

test(`every one of ${cells.length} combinations leads to the expected step`, () => {
  for (const { row, ...seen } of cells)
    expect([row, seen, nextStep(rows[row], { ...seen, leaseMs })]).toEqual([row, seen, expected(row, seen)]);
});

describe('the rules', () => {
  const seen = { opens: false, ageMs: 0, sameForMs: 0, waited: false, leaseMs };

  test('a session that ended is refused, whatever the row held before', () => {
    for (const opens of [true, false]) expect(nextStep(rows.ended, { ...seen, opens })).toEqual(refuse);
  });

  test('an answer that cannot be opened is fetched again; an answer that can is shown however old the row is', () => {
    expect(nextStep(rows.held, seen)).toEqual(lead);
    expect(nextStep(rows.held, { ...seen, opens: true, ageMs: 3_599_000, sameForMs: 60_000 })).toEqual(show);
  });

  test('a failure is shared for two seconds; a failure about the consent only with callers that waited for it', () => {
    expect(nextStep(failed('upstream-unavailable'), { ...seen, ageMs: 1999 })).toEqual(share('upstream-unavailable'));
    expect(nextStep(failed('upstream-unavailable'), { ...seen, ageMs: 2000 })).toEqual(lead);
    for (const code of ['consent-required', 'consent-refused', 'consent-unverifiable'] as const) {
      expect(nextStep(failed(code), seen)).toEqual(lead);
      expect(nextStep(failed(code), { ...seen, waited: true })).toEqual(share(code));
    }
    const without: SessionRow = { state: 'failed', owner, code: 'not-a-customer', purgeAt };
    expect(nextStep(without, seen)).toMatchObject({ code: 'not-a-customer', retryAfterSeconds: undefined });
  });

  test('a lease is taken over when either clock shows that it has ended; the clock of whole seconds needs one second more', () => {
    expect(nextStep(rows.leased, { ...seen, ageMs: leaseMs + 1000 })).toEqual(wait);
    expect(nextStep(rows.leased, { ...seen, ageMs: leaseMs + 1001 })).toEqual(takeOver);
    expect(nextStep(rows.leased, { ...seen, sameForMs: leaseMs })).toEqual(wait);
    expect(nextStep(rows.leased, { ...seen, sameForMs: leaseMs + 1 })).toEqual(takeOver);
  });
});
