// Compares a row's outcome with the expected one: the caller's answer, the attempts and their times, what is stored, and what is logged.
import { expect } from 'vitest';
import { leaks } from '../fixtures/leaks.ts';
import { type Outcome, problemLines } from './fault-world.ts';
import type { AttemptLine } from './log-lines.ts';
import type { Answer, Target } from './targets.ts';

/** The expected outcome of a row. */
export type Expected = {
  answer: Answer;
  attempts: number;
  /** How many attempts failed, if not all did. The last of them begins a series of its own. */
  logged?: number;
  /** Whether the attempts are those that arrived, or those in the log. */
  countedBy: 'wire' | 'log';
  /** Outcome of every attempt, and why no other followed. `undefined`: no attempt failed. */
  outcome: string | undefined;
  /** Outcome of the last attempt, if another limit ends it than the earlier ones. */
  lastOutcome?: string;
  /** Attempts of a first fetch that an earlier pause prevented: they are logged but not sent. */
  keptBack?: number;
  /** Each attempt is a call of its own to the policy, numbered 1, as for values that are kept. */
  eachAlone?: boolean;
  stop: string | undefined;
  /** From and to, milliseconds, between the start of one attempt and the next. A second is added for a busy machine. */
  gaps: readonly (readonly [number, number])[];
  stored: string;
};

/** A row's outcome, for the table in `docs/faults.md`. */
export type RowResult = {
  target: string;
  fault: string;
  answer: string;
  attempts: number;
  gaps: string;
  stored: string;
  logged: string;
};

const slackMs = 1000;
/** Node's timers round down to a millisecond, and a request is seen some time after it was sent. */
const earlyMs = 150;

export function expectOutcome(
  target: Pick<Target, 'name' | 'matches' | 'call'>,
  fault: string,
  outcome: Outcome & { stored: string },
  expected: Expected,
): RowResult {
  const { reply, requests, output, stored } = outcome;
  const sent = requests.filter(({ method, path }) => target.matches(method, path));
  const attempts = outcome.attempts.filter(({ call }) => call === target.call);
  const failed = attempts.filter(({ outcome: word }) => word !== 'ok');
  const count = expected.countedBy === 'log' ? failed.length : sent.length;
  const last = failed.at(-1);
  // One comparison, so a failing row shows everything that happened.
  expect(
    {
      status: reply.status,
      code: expected.answer.code === undefined ? undefined : reply.body.code,
      attempts: count,
      stored,
      outcomes: [...new Set(failed.map(({ outcome: word }) => word))],
      stop: last?.stop,
    },
    `${target.name}: ${fault}\n${JSON.stringify(failed)}\n${JSON.stringify(problemLines(output))}`,
  ).toEqual({
    status: expected.answer.status,
    code: expected.answer.code,
    attempts: expected.attempts,
    stored: expected.stored,
    outcomes:
      expected.outcome === undefined
        ? []
        : [
            expected.outcome,
            ...(expected.lastOutcome === undefined ? [] : [expected.lastOutcome]),
            ...(expected.keptBack === undefined ? [] : ['not-sent']),
          ],
    stop: expected.stop,
  });
  expectRetryAfter(reply, expected.answer);
  expectTimes(sent, expected);
  expectLog(outcome, failed, expected);
  return rowOf(target.name, fault, expected);
}

/** The line of the table for a row that is as expected, because all of it has been compared. */
export function rowOf(target: string, fault: string, expected: Expected): RowResult {
  return {
    target,
    fault,
    answer: `${expected.answer.status} ${expected.answer.code ?? 'saldo'}`,
    attempts: expected.attempts,
    gaps: expected.gaps.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ') || '–',
    stored: expected.stored,
    logged:
      expected.outcome === undefined
        ? 'ok'
        : `${expected.outcome}, ${expected.lastOutcome === undefined ? '' : `then ${expected.lastOutcome}, `}${expected.stop}`,
  };
}

function expectRetryAfter(reply: Outcome['reply'], { retryAfter }: Answer): void {
  const header = reply.headers.get('retry-after');
  // A timer has no caller.
  if ('result' in reply.body) return;
  if (retryAfter === undefined) {
    expect(header).toBeNull();
    return;
  }
  expect(Number(header)).toBeGreaterThanOrEqual(retryAfter[0]);
  expect(Number(header)).toBeLessThanOrEqual(retryAfter[1]);
  expect(reply.body.retryAfterSeconds).toBe(Number(header));
}

function expectTimes(sent: readonly { at: number }[], { gaps, countedBy }: Expected): void {
  if (countedBy === 'log') return;
  for (const [index, [from, to]] of gaps.entries()) {
    const gap = (sent[index + 1]?.at ?? Number.NaN) - (sent[index]?.at ?? Number.NaN);
    expect(gap).toBeGreaterThanOrEqual(from - earlyMs);
    expect(gap).toBeLessThanOrEqual(to + slackMs);
  }
}

/** Checks what operators see: each attempt once and numbered, the problem under the request's own id, and no customer's data. */
function expectLog({ reply, output }: Outcome, failed: readonly AttemptLine[], expected: Expected): void {
  if (expected.outcome !== undefined)
    expect(failed.map(({ attempt }) => attempt)).toEqual(
      Array.from({ length: (expected.logged ?? expected.attempts) + (expected.keptBack ?? 0) }, (_, i) =>
        expected.eachAlone ? 1 : i + 1,
      ),
    );
  // Every attempt except the last was to be followed by another.
  if (expected.eachAlone !== true) expect(failed.slice(0, -1).every(({ stop }) => stop === undefined)).toBe(true);
  if (reply.status >= 400 && !('result' in reply.body))
    expect(problemLines(output)).toContainEqual(
      expect.objectContaining({
        requestId: reply.headers.get('x-request-id'),
        code: reply.body.code,
        status: reply.status,
      }),
    );
  expect(output).not.toMatch(leaks);
}
