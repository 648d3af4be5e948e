/** What one change did; `ms` from the change to the new host serving. */
export type Restart = { ok: true; ms: number } | { ok: false; why: string };

/**
 * Collects changes and runs `work`, which rebuilds and restarts, one run at a time. A change during a run causes one more run after it. Several
 * changes within `settleMs` (an editor that saves all files) cause one run. An error of `work` is reported, and the next change is awaited.
 */
export function createRestarts(options: { work(): Promise<void>; report(restart: Restart): void; settleMs?: number }): {
  changed(): void;
  idle(): Promise<void>;
} {
  const { work, report, settleMs = 30 } = options;
  let changedAt: number | undefined;
  let running: Promise<void> | undefined;

  const run = async () => {
    while (changedAt !== undefined) {
      const since = changedAt;
      await new Promise((resolve) => setTimeout(resolve, settleMs));
      changedAt = undefined;
      try {
        await work();
        report({ ok: true, ms: Math.round(performance.now() - since) });
      } catch (error) {
        report({ ok: false, why: error instanceof Error ? error.message : String(error) });
      }
    }
    running = undefined;
  };

  return {
    changed() {
      changedAt ??= performance.now();
      running ??= run();
    },
    /** Resolves when no work is in progress. */
    idle: async () => running,
  };
}
