import type { ProblemError } from '../problems.ts';
import type { CallShares } from '../telemetry/call-shares.ts';
import { type Operation, oneOf, statuses } from '../telemetry/dimensions.ts';
import type { Failure } from '../telemetry/failure.ts';
import { framesOf } from '../telemetry/last-errors.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';

/** A call that has been answered. `problem`: what it was answered with, where it was one. */
export type AnsweredCall = {
  operation: Operation;
  requestId: string;
  status: number;
  problem: ProblemError | undefined;
  /** The login session, once it was read. */
  login: LoginOfCall | undefined;
  shares: CallShares;
  durationMs: number;
};

/** Reports each answered call: its metrics, its events and its log line. */
export function createRequestReport(telemetry: Telemetry): (call: AnsweredCall) => void {
  /** What this process has answered: its first call, and its first look-up, are the cold ones. */
  const answered = { calls: 0, lookups: 0 };
  const firstAnswers = createFirstAnswers();

  const reportLookup = ({ problem, login, shares, durationMs }: AnsweredCall) => {
    const coldStart = answered.lookups++ === 0 ? 'true' : 'false';
    const { party: failed, kind }: Failure = problem?.failure ?? { party: 'none', kind: 'none' };
    // The party that took the time, if known. After a wait for another instance's look-up it counts as Lånekassen.
    const party = failed ?? shares.slowest() ?? 'lanekassen';
    const counted = firstAnswers.counts(login, party !== 'none') ? 'true' : 'false';
    const outcome = problem?.code ?? 'none';
    const { source } = shares;
    telemetry.event('saldoLookup', { outcome, party, kind, counted, source, coldStart }, shares.sum(durationMs));
  };

  return (call) => {
    const { operation, requestId, status, problem } = call;
    const code = problem?.code ?? 'none';
    const durationMs = Math.round(call.durationMs);
    if (problem) logProblem(telemetry, operation, requestId, problem);
    telemetry.count('requestAnswered', { operation, status: oneOf(statuses, String(status), 'other'), code });
    if (operation === 'get-saldo') reportLookup(call);
    if (answered.calls++ === 0)
      telemetry.event('coldStart', { operation }, { durationMs, sinceStartMs: Math.round(performance.now()) });
    telemetry.log('info', 'request', { operation, status, code, requestId, durationMs });
  };
}

function logProblem(telemetry: Telemetry, operation: string, requestId: string, problem: ProblemError): void {
  const cause = problem.cause instanceof Error ? problem.cause.name : undefined;
  const fields = { operation, requestId, code: problem.code, status: problem.status, fault: problem.fault, cause };
  if (problem.status === 401)
    telemetry.count('personTokenRefused', {
      fault: problem.code === 'session-ended' ? problem.code : (problem.refusal ?? 'other'),
    });
  if (problem.code === 'internal') {
    telemetry.alert('internal-error', 'A defect: report the frames.', { ...fields, frames: framesOf(problem.cause) });
  } else telemetry.log(problem.status >= 500 ? 'warning' : 'info', 'problem', fields);
}

/** What is known of a call's login session: its keyed name, and what its row said when the call came. */
export type LoginOfCall = { names: { sessionKey: string }; stored: { doc?: { state: string } | undefined } };

/**
 * Distinguishes the first answer of a login session from its reloads. Availability counts customers and not their reloads, and no name of
 * a session leaves the process. So the app itself marks the
 * answers that count. The session's row shows a failure and a held saldo to every instance; for other answers this process remembers the
 * latest sessions, `most` of them at the most (default: 10 000).
 */
export function createFirstAnswers(most = 10_000) {
  const latest = new Map<string, boolean>();
  const ofRow: Readonly<Record<string, boolean>> = { failed: true, held: false };
  return {
    /** Whether an answer counts: the first of its kind, good or failed, in its session. A call without a session always counts. */
    counts(login: LoginOfCall | undefined, failed: boolean): boolean {
      if (login === undefined) return true;
      const name = login.names.sessionKey;
      const before = latest.get(name) ?? ofRow[login.stored.doc?.state ?? ''];
      latest.delete(name);
      latest.set(name, failed);
      const [oldest] = latest.keys();
      if (latest.size > most && oldest !== undefined) latest.delete(oldest);
      return before !== failed;
    },
  };
}
