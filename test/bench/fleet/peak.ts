// One login peak against one fleet, and its result.
import { SeededTime } from '../../unit/support/seeded-time.ts';
import { createFleet, type PolicyName, type SlowUpstream } from './policies.ts';
import { modelOf, ScalingServer } from './scaling-server.ts';

/** The result of one run. Times in milliseconds. */
export type PeakResult = {
  slow: SlowUpstream;
  logins: number;
  policy: PolicyName;
  seed: number;
  instances: number;
  retryAfterSeconds: number | undefined;
  success: number;
  p50Ms: number;
  p99Ms: number;
  callsPerLogin: number;
  /** Calls in the busiest ten seconds divided by logins in the busiest ten seconds. */
  peakAmplification: number;
  /** From the first failed look-up to the last one. */
  recoveryMs: number;
  /** Calls in the busiest ten seconds; each call to Maskinporten needs a signature. */
  mostCallsIn10s: number;
  /** Whether the model refused a call. */
  overloaded: boolean;
};

const spanMs = 600_000;

/** Instances for a peak: its rate, if each login takes its whole eight seconds, and 16 run at once on an instance. */
export function instancesFor(logins: number): number {
  return Math.max(1, Math.ceil(((logins / (spanMs / 1000)) * 8) / 16));
}

/** Runs a peak: logins spread at random over ten minutes, beginning at once, as on Monday at eight. */
export async function runPeak(
  slow: SlowUpstream,
  logins: number,
  policy: PolicyName,
  seed: number,
): Promise<PeakResult> {
  const time = new SeededTime(seed * 7919 + 1);
  const model = modelOf(seed);
  const server = new ScalingServer(time, model);
  const instances = instancesFor(logins);
  const fleet = createFleet(policy, instances, slow, time, server);
  // The same logins for every policy, from a random sequence of their own.
  const arrivals = new SeededTime(seed * 104729 + 13);
  const loginsBySecond: number[] = [];
  const waits: number[] = [];
  let firstFailure: number | undefined;
  let lastFailure = 0;

  const visit = async (session: number, at: number) => {
    for (let ask = 0; ask < 3; ask++) {
      // The platform spreads requests over instances.
      const instance = fleet[Math.floor(time.random() * instances)];
      const answer = await instance?.ask(session);
      if (answer?.ok) {
        waits.push(time.monotonic() - at);
        return;
      }
      lastFailure = time.monotonic();
      firstFailure ??= lastFailure;
      if (ask < 2) await time.sleep((answer?.retryAfterSeconds ?? 5) * 1000);
    }
  };
  for (let session = 0; session < logins; session++) {
    const at = arrivals.random() * spanMs;
    loginsBySecond[Math.floor(at / 1000)] = (loginsBySecond[Math.floor(at / 1000)] ?? 0) + 1;
    time.schedule(at, () => void visit(session, at));
  }
  await time.run();
  waits.sort((one, other) => one - other);
  const at = (share: number) => Math.round(waits[Math.min(waits.length - 1, Math.floor(waits.length * share))] ?? 0);
  const mostCalls = busiest(server.callsBySecond);
  return {
    slow,
    logins,
    policy,
    seed,
    instances,
    retryAfterSeconds: model.retryAfterSeconds,
    success: waits.length / logins,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    callsPerLogin: server.calls / logins,
    peakAmplification: mostCalls / busiest(loginsBySecond),
    recoveryMs: firstFailure === undefined ? 0 : Math.round(lastFailure - firstFailure),
    mostCallsIn10s: mostCalls,
    overloaded: server.refused > 0,
  };
}

function busiest(bySecond: readonly (number | undefined)[]): number {
  let most = 0;
  let sum = 0;
  for (let second = 0; second < bySecond.length; second++) {
    sum += bySecond[second] ?? 0;
    sum -= second >= 10 ? (bySecond[second - 10] ?? 0) : 0;
    most = Math.max(most, sum);
  }
  return most;
}
