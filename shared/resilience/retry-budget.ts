import type { Time } from './time.ts';

/** The numbers of a retry budget (`docs/contracts/resilience.md` §5.3). */
export type BudgetNumbers = {
  /** What the bucket holds when full. */
  tokens: number;
  /** What a success puts back. */
  perSuccess: number;
  /** One retry in this time, milliseconds, is allowed with the bucket empty: a quiet instance must be able to recover. */
  floorMs: number;
};

/** How many retries an upstream is given, over all callers of this process. */
export type RetryBudget = {
  /** Whether a retry may be made now. Asking takes nothing; `spend` does. */
  allows(): boolean;
  /** A retry is made. */
  spend(): void;
  succeeded(): void;
  /** A failure of the kind that is tried again, the last of a series included. */
  failed(): void;
  tokens(): number;
};

/**
 * gRPC's token bucket (grpc/proposal A6, "Throttling Retry Attempts and Hedged RPCs"): a failure takes one token, a
 * success gives a tenth back, and there are no retries while the bucket is half empty or less. So retries stay below a
 * tenth of the successes, and a dead upstream gets five of them and then one each `floorMs`.
 */
export function createRetryBudget(numbers: BudgetNumbers, time: Time): RetryBudget {
  let tokens = numbers.tokens;
  let lastFloorAt = Number.NEGATIVE_INFINITY;
  const full = () => tokens > numbers.tokens / 2;
  return {
    allows: () => full() || time.monotonic() - lastFloorAt >= numbers.floorMs,
    spend() {
      if (!full()) lastFloorAt = time.monotonic();
    },
    succeeded() {
      tokens = Math.min(numbers.tokens, tokens + numbers.perSuccess);
    },
    failed() {
      tokens = Math.max(0, tokens - 1);
    },
    tokens: () => tokens,
  };
}
