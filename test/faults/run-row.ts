// Runs one row of the fault suite and holds it against what must come of it.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { FaultWorld, Outcome, UpstreamName } from './fault-world.ts';
import { type Expected, type FaultRow, isTheCall } from './rows.ts';

/** What a row came to, for the table in `docs/faults.md`. */
export type RowResult = {
  upstream: string;
  fault: string;
  answer: string;
  attempts: number;
  held: string;
  stop: string;
};

/** Switches the fault on, looks up once, switches it off, and asserts. Gives the line for the table. */
export async function runRow(
  world: FaultWorld,
  upstream: Exclude<UpstreamName, 'identity'>,
  row: FaultRow,
): Promise<RowResult> {
  const faults = world.faults(upstream);
  let outcome: Outcome;
  if (row.wire === 'refused') await faults.refuse(true);
  else faults.set(row.wire, { matches: isTheCall[upstream] });
  try {
    outcome = await world.lookUp(upstream);
  } finally {
    if (row.wire === 'refused') await faults.refuse(false);
    else faults.clear();
  }
  const result = assertOutcome(upstream, row.fault, outcome, row.expected);
  // A 429 with a delay has opened the breaker; the suite's settings close it after a second.
  if (row.fault.startsWith('429, Retry')) await sleep(1300);
  return result;
}

/** Holds an outcome against what is expected. */
export function assertOutcome(upstream: UpstreamName, fault: string, outcome: Outcome, expected: Expected): RowResult {
  const { reply, attempts, requests, held } = outcome;
  const sent = requests.filter(({ method, path }) => isTheCall[upstream](method, path));
  const failed = attempts.filter(({ outcome: word }) => word !== 'ok');
  // Where nothing can arrive, our own account of it counts.
  const count = fault === 'refused' ? failed.length : sent.length;
  const seen = {
    status: reply.status,
    ...(expected.code === undefined ? {} : { code: reply.body.code }),
    attempts: count,
    held,
  };
  expect(seen, `${upstream}: ${fault}`).toEqual({
    status: expected.status,
    ...(expected.code === undefined ? {} : { code: expected.code }),
    attempts: expected.attempts,
    held: expected.held,
  });
  const retryAfter = reply.headers.get('retry-after');
  if (expected.retryAfter) {
    expect(Number(retryAfter)).toBeGreaterThanOrEqual(expected.retryAfter[0]);
    expect(Number(retryAfter)).toBeLessThanOrEqual(expected.retryAfter[1]);
    expect(reply.body.retryAfterSeconds).toBe(Number(retryAfter));
  } else expect(retryAfter).toBeNull();
  const [first, second] = sent;
  if (expected.gapMs !== undefined && first && second) {
    expect(second.at - first.at).toBeGreaterThanOrEqual(expected.gapMs);
    // Jitter adds a fifth at most; a second's slack for a busy machine.
    expect(second.at - first.at).toBeLessThanOrEqual(expected.gapMs * 1.2 + 1000);
  }
  // What the operators see: each attempt once, the last with its reason.
  const last = failed.at(-1);
  if (expected.last) expect(last, `${upstream}: ${fault}`).toMatchObject(expected.last);
  return {
    upstream,
    fault,
    answer: `${reply.status} ${String(reply.body.code ?? 'saldo')}`,
    attempts: count,
    held: held === 1 ? 'saldo' : 'nothing',
    stop: last ? `${last.outcome}, ${last.stop ?? 'retried'}` : 'ok',
  };
}
