import type { Time } from './time.ts';

/** The numbers of a retry budget (`docs/contracts/resilience.md` §5.3). */
export type BudgetNumbers = {
  /** What a bucket holds when full. */
  tokens: number;
  /** What a success puts back. */
  perSuccess: number;
  /** One retry in this time, milliseconds, is allowed with the bucket empty: a quiet instance must be able to recover. */
  floorMs: number;
};

/**
 * How many retries an upstream is given, over all callers of this process: a bucket for each share (a bank).
 * It is gRPC's token bucket (grpc/proposal A6, "Throttling Retry Attempts and Hedged RPCs"): a failure takes one token, a
 * success gives a tenth back, and there are no retries while the bucket is half empty or less. So retries stay below a
 * tenth of the successes, and a dead upstream gets five of them from each share and then one each `floorMs` from all: what
 * fails for one bank takes no retry from another, and many banks add no more than one. Full buckets are not kept.
 */
export function createRetryBudget(numbers: BudgetNumbers, time: Time) {
  const buckets = new Map<string, number>();
  let lastFloorAt = Number.NEGATIVE_INFINITY;
  const held = (share: string) => buckets.get(share) ?? numbers.tokens;
  const isHalfFull = (share: string) => held(share) > numbers.tokens / 2;
  return {
    /** Whether a retry may be made now. Asking takes nothing; `spend` does. */
    allows: (share: string) => isHalfFull(share) || time.monotonic() - lastFloorAt >= numbers.floorMs,
    spend(share: string): void {
      if (!isHalfFull(share)) lastFloorAt = time.monotonic();
    },
    succeeded(share: string): void {
      const tokens = held(share) + numbers.perSuccess;
      if (tokens < numbers.tokens) buckets.set(share, tokens);
      else buckets.delete(share);
    },
    /** A failure of the kind that is tried again, the last of a series included. */
    failed: (share: string) => void buckets.set(share, Math.max(0, held(share) - 1)),
    /** What a share's bucket holds; without a share: the emptiest one. */
    tokens: (share?: string) => (share === undefined ? Math.min(numbers.tokens, ...buckets.values()) : held(share)),
  };
}
