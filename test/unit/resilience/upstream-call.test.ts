import { describe, expect, test } from 'vitest';
import { ProblemError } from '../../../shared/problems.ts';
import type { Attempt } from '../../../shared/resilience/attempt.ts';
import { Deadline, DeadlineExceeded } from '../../../shared/resilience/deadline.ts';
import type { RetriedCall } from '../../../shared/resilience/retry.ts';
import { createUpstreamCall } from '../../../shared/resilience/upstream-call.ts';
import { problemOf } from '../support/problems.ts';
import { recordedTelemetry } from '../support/recorder.ts';
import { VirtualTime } from '../support/virtual-time.ts';
import { common } from './policy-world.ts';

describe('a deadline', () => {
  test('returns the result of the work, and leaves no timer', async () => {
    const time = new VirtualTime();
    expect(await time.run(Deadline.after(time, 100).bound(async () => 'done'))).toBe('done');
    await time.pass(0);
    expect(time.pending).toBe(0);
  });

  test('aborts the work and rejects at the time, not before', async () => {
    const time = new VirtualTime();
    let signal: AbortSignal | undefined;
    const bound = Deadline.after(time, 100).bound((given) => {
      signal = given;
      return new Promise<never>(() => {});
    });
    bound.catch(() => {});
    await time.pass(99);
    expect(signal?.aborted).toBe(false);
    await time.pass(1);
    expect(signal?.reason).toBeInstanceOf(DeadlineExceeded);
    await expect(bound).rejects.toBeInstanceOf(DeadlineExceeded);
  });

  test('starts no attempt when there is no time left', async () => {
    const time = new VirtualTime();
    const deadline = Deadline.after(time, 100);
    await time.pass(100);
    let begun = false;
    const late = deadline.bound(async () => {
      begun = true;
    });
    await expect(late).rejects.toBeInstanceOf(DeadlineExceeded);
    expect(begun).toBe(false);
  });

  test('throws what the work throws', async () => {
    const time = new VirtualTime();
    await expect(Deadline.after(time, 100).bound(async () => Promise.reject(new Error('own')))).rejects.toThrow('own');
  });

  test('work that fails after its time is ignored and leaves no unhandled rejection', async () => {
    const time = new VirtualTime();
    const unhandled: unknown[] = [];
    const listen = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', listen);
    const bound = Deadline.after(time, 10).bound(async () => {
      await time.sleep(50);
      throw new Error('late');
    });
    await expect(time.run(bound)).rejects.toBeInstanceOf(DeadlineExceeded);
    await time.pass(100);
    process.off('unhandledRejection', listen);
    expect(unhandled).toEqual([]);
  });

  test('shrinks to 0, and atMost can only shorten it', async () => {
    const time = new VirtualTime();
    const deadline = Deadline.after(time, 100);
    await time.pass(40);
    expect(deadline.remainingMs()).toBe(60);
    expect(deadline.atMost(10).remainingMs()).toBe(10);
    expect(deadline.atMost(1000).remainingMs()).toBe(60);
    await time.pass(100);
    expect(deadline.remainingMs()).toBe(0);
  });
});

const numbers = { tryMs: 1000, totalMs: 5000, maxAttempts: 3, concurrency: 4, queue: 64 };

function setUp(changes: Partial<typeof numbers> = {}) {
  const time = new VirtualTime();
  const telemetry = recordedTelemetry();
  const policy = createUpstreamCall('lanekassen', { ...numbers, ...changes }, common, { time, telemetry });
  const began: number[] = [];
  /** Runs attempts with the listed results; the last result is repeated. */
  const run = (call: RetriedCall, ends: (Attempt<string> | 'hangs')[], deadlineMs = 60_000, most?: number) =>
    time.run(
      policy.run(
        call,
        Deadline.after(time, deadlineMs),
        async ({ number, signal }) => {
          began.push(time.monotonic());
          const end = ends[Math.min(number, ends.length) - 1];
          if (end !== 'hangs' && end !== undefined) return end;
          await time.sleep(1e9, signal);
          throw new Error('unreachable');
        },
        most === undefined ? {} : { maxAttempts: most },
      ),
    );
  return { time, telemetry, run, began };
}

const reset: Attempt<string> = { outcome: 'connection', fault: 'ECONNRESET' };
const ok: Attempt<string> = { value: 'ok' };

describe('a policy', () => {
  test('returns the first valid answer, after waits with full jitter', async () => {
    const { run, began, telemetry } = setUp();
    expect(await run('maskinporten', [reset, reset, ok])).toBe('ok');
    expect(began).toEqual([0, 100, 300]);
    expect(
      telemetry.of('upstream-attempt').map(({ attempt, outcome, delayMs }) => [attempt, outcome, delayMs]),
    ).toEqual([
      [1, 'connection', 100],
      [2, 'connection', 200],
      [3, 'ok', undefined],
    ]);
  });

  test('makes no more attempts than its number, or than the caller allows', async () => {
    for (const [most, expected] of [
      [undefined, 3],
      [2, 2],
      [1, 1],
      [0, 1],
      [9, 3],
    ] as const) {
      const { run, began } = setUp();
      const problem = await problemOf(() => run('maskinporten', [reset], 60_000, most));
      expect(problem.code).toBe('upstream-unavailable');
      expect(began).toHaveLength(expected);
    }
  });

  test('cuts an attempt off at tryMs; the last attempt gets the time that is left', async () => {
    const { run, began, time } = setUp({ maxAttempts: 2 });
    const problem = await problemOf(() => run('maskinporten', ['hangs']));
    expect(problem).toMatchObject({ code: 'upstream-unavailable', fault: 'lanekassen-timeout' });
    expect(began).toEqual([0, 1100]);
    expect(time.monotonic()).toBe(5000);
  });

  test("ends everything at the caller's deadline", async () => {
    const { run, time, began } = setUp();
    await problemOf(() => run('maskinporten', ['hangs'], 1500));
    expect(time.monotonic()).toBeLessThanOrEqual(1500);
    expect(began).toHaveLength(2);
  });

  test('calls Lånekassen once more after a time-out, not twice', async () => {
    const { run, began } = setUp();
    await problemOf(() => run('lanekassen', ['hangs']));
    expect(began).toHaveLength(2);
  });

  test('ends at once on a problem, returned or thrown; any other error is thrown as it is', async () => {
    const given = setUp();
    const problem = new ProblemError('configuration', { fault: 'x' });
    expect(await problemOf(() => given.run('maskinporten', [{ problem }]))).toBe(problem);
    expect(given.began).toHaveLength(1);
    const { time, telemetry } = setUp();
    const policy = createUpstreamCall('lanekassen', numbers, common, { time, telemetry });
    const throwing = (error: Error) =>
      policy.run('maskinporten', Deadline.after(time, 100), async () => Promise.reject(error));
    expect(await problemOf(() => throwing(problem))).toBe(problem);
    await expect(throwing(new TypeError('defect'))).rejects.toBeInstanceOf(TypeError);
  });

  test('retries a 429 exactly once if its delay fits, after the delay', async () => {
    const { run, began } = setUp();
    expect(await run('lanekassen', [{ outcome: 'throttled', retryAfterMs: 2000, fault: 'status-429' }, ok])).toBe('ok');
    expect(began).toEqual([0, 2200]);
  });

  test('answers busy with the rest of the delay if a 429 has a delay longer than the remaining time, or no delay', async () => {
    const { run, began } = setUp();
    const far = await problemOf(() =>
      run('lanekassen', [{ outcome: 'throttled', retryAfterMs: 9000, fault: 'status-429' }]),
    );
    expect(far.code).toBe('upstream-busy');
    expect(far.retryAfterSeconds).toBeGreaterThanOrEqual(9);
    expect(began).toHaveLength(1);
    // Another instance: this one's breaker is open for those nine seconds.
    const other = setUp();
    const none = await problemOf(() => other.run('lanekassen', [{ outcome: 'throttled', fault: 'status-429' }]));
    expect(none.code).toBe('upstream-busy');
    expect(none.retryAfterSeconds).toBeGreaterThanOrEqual(5);
    expect(none.retryAfterSeconds).toBeLessThanOrEqual(30);
    expect(other.began).toHaveLength(1);
  });

  test('sends a Retry-After of 5 to 30 seconds, with any random value', async () => {
    for (const chance of [0, 0.999]) {
      const { run, time } = setUp();
      time.chance = chance;
      const problem = await problemOf(() => run('maskinporten', [reset]));
      expect(problem.retryAfterSeconds).toBeGreaterThanOrEqual(5);
      expect(problem.retryAfterSeconds).toBeLessThanOrEqual(30);
    }
  });
});
