// Runs the steps in order and measures their time. The first red step ends the run.
import { ProblemError } from '../../shared/problems.ts';
import { fromProblem } from '../doctor/from-problem.ts';
import { type Blame, blameOf, brokenParty, RedStep } from './contacts.ts';
import type { Answer } from './questions.ts';

/** What a green step found, and its answers to open questions. The text has no secret and no personal data. */
export type Seen = { seen: string; answers?: readonly Answer[] };

/** A step. `about`: how long it usually takes, as text, and whether a person must act. */
export type Step = { id: string; title: string; about: string; run(): Promise<Seen> };

/** A step that was taken. `startedAt`: ISO 8601, UTC. */
export type Taken = {
  id: string;
  title: string;
  startedAt: string;
  seconds: number;
  seen: string;
  answers: readonly Answer[];
  blame?: Blame;
};

/** Runs the steps in order until one is red. `report` is called with a line before each step and after it. */
export async function follow(steps: readonly Step[], report: (line: string) => void): Promise<Taken[]> {
  const taken: Taken[] = [];
  for (const [index, { id, title, about, run }] of steps.entries()) {
    const started = new Date();
    report(`[${started.toISOString().slice(11, 19)}Z] ${index + 1}/${steps.length} ${title} (${about})`);
    const outcome = await run().then(
      ({ seen, answers = [] }) => ({ seen, answers }),
      (error: unknown) => ({ seen: '', answers: [], blame: blameFor(error) }),
    );
    const seconds = Math.round((Date.now() - started.getTime()) / 100) / 10;
    taken.push({ id, title, startedAt: started.toISOString(), seconds, ...outcome });
    if ('blame' in outcome) {
      report(`    RED    after ${seconds} s: ${outcome.blame.says}`);
      break;
    }
    report(`    green  after ${seconds} s: ${outcome.seen}`);
  }
  return taken;
}

/**
 * The blame for an error. An error of the program's own parts gets doctor's cause. For any other error only the name is shown, because its
 * text may quote a value.
 */
function blameFor(error: unknown): Blame {
  if (error instanceof RedStep) return error.blame;
  if (!(error instanceof ProblemError)) return blameOf('check-failed', error instanceof Error ? error.name : undefined);
  const { cause, note } = fromProblem(error);
  return brokenParty(error.fault) ?? blameOf(cause ?? 'check-failed', note);
}
