// The compared policies. Each says what one instance does with one request; the last is the program's own code.
import { Deadline } from '../../../shared/resilience/deadline.ts';
import type { SeededTime } from '../../unit/support/seeded-time.ts';
import { createOurFleet } from './our-fleet.ts';
import type { ScalingServer, ServerAnswer } from './scaling-server.ts';

/** A caller's answer: the saldo, or the time after which to try again. */
export type CallerAnswer = { ok: true } | { ok: false; retryAfterSeconds: number };

/** One instance of the app. `bank`: the customer's bank, if there are several; only the program's own policy uses it. */
export type Instance = { ask(session: number, bank?: string): Promise<CallerAnswer> };

/** Which upstream is the slow one. */
export type SlowUpstream = 'lanekassen' | 'maskinporten';

const requestMs = 8000;

/** The delay for the caller if nothing else is known: 5–30 s, as in the program (`docs/contracts/interface.md` §3). */
const comeBack = (time: SeededTime, answer?: ServerAnswer): CallerAnswer => ({
  ok: false,
  retryAfterSeconds:
    answer?.retryAfterMs === undefined ? Math.ceil(5 + 25 * time.random()) : Math.ceil(answer.retryAfterMs / 1000),
});

type Rule = (refusals: number, answer: ServerAnswer, time: SeededTime) => number | undefined;

/** A retry rule alone, limited by the request's eight seconds: the delay before the next attempt, or none. */
function withRule(time: SeededTime, server: ScalingServer, rule: Rule): Instance {
  return {
    async ask() {
      try {
        return await Deadline.after(time, requestMs).bound(async (signal): Promise<CallerAnswer> => {
          for (let refusals = 1; ; refusals++) {
            const answer = await server.call(signal);
            if (answer.status === 200) return { ok: true };
            const delayMs = rule(refusals, answer, time);
            if (delayMs === undefined) return comeBack(time, answer);
            await time.sleep(delayMs, signal);
          }
        });
      } catch {
        return comeBack(time);
      }
    },
  };
}

/** Retry rules of other libraries, from their sources at the versions in package-lock.json. */
export const rules: Record<'none' | 'naive' | 'undici' | 'azure-sdk', Rule> = {
  none: () => undefined,
  /** Three attempts without delay. */
  naive: (refusals) => (refusals < 3 ? 0 : undefined),
  /**
   * undici 7.30.2, lib/handler/retry-handler.js, defaults: five retries on 429 and 5xx, 500 ms doubled up to 30 s, no jitter; `Retry-After`
   * is kept up to 30 s.
   */
  undici: (refusals, { retryAfterMs }) => {
    if (refusals > 5) return undefined;
    return Math.min(retryAfterMs ?? 500 * 2 ** (refusals - 1), 30_000);
  },
  /**
   * @azure/core-rest-pipeline on @typespec/ts-http-runtime, retryStrategies/*.js, defaults: three retries; a 429 only with `Retry-After`,
   * which is kept without a limit.
   */
  'azure-sdk': (refusals, { retryAfterMs }) => (refusals > 3 ? undefined : retryAfterMs),
};

/** The names of the policies, the program's own last. */
export const policyNames = ['none', 'naive', 'undici', 'azure-sdk', 'ours'] as const;
export type PolicyName = (typeof policyNames)[number];

/** A fleet of `count` instances under a policy. */
export function createFleet(
  name: PolicyName,
  count: number,
  slow: SlowUpstream,
  time: SeededTime,
  server: ScalingServer,
): Instance[] {
  if (name === 'ours') return createOurFleet(count, slow, time, server);
  return Array.from({ length: count }, () => withRule(time, server, rules[name]));
}
