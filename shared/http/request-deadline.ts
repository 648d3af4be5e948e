import { ProblemError } from '../problems.ts';
import { Deadline, DeadlineExceeded } from '../resilience/deadline.ts';
import type { Time } from '../resilience/time.ts';

/** The handler's deadline is this much earlier than the caller's, milliseconds: time to write the answer. */
const answerMs = 250;

/** Answers a request within `maxMs`: `work` gets a little less time, so that it can still answer when its own time runs out. */
export async function withinRequest<T>(
  time: Time,
  maxMs: number,
  work: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const whole = Deadline.after(time, maxMs);
  const deadline = whole.atMost(Math.max(0, whole.remainingMs() - answerMs));
  try {
    return await whole.within(() => work(deadline));
  } catch (cause) {
    if (!(cause instanceof DeadlineExceeded)) throw cause;
    throw new ProblemError('upstream-unavailable', {
      fault: 'request-deadline',
      failure: { party: undefined, kind: 'slow' },
      retryAfterSeconds: 5,
      cause,
    });
  }
}
