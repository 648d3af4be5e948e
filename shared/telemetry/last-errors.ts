import type { Telemetry } from './telemetry.ts';

/** Where an error came from, at most eight frames. Its message may quote data and stays out. `undefined`: it has none. */
export function framesOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line));
  return frames?.slice(0, 8).join(' | ');
}

/** Handlers of what nothing else caught, for `process.on`. */
export type LastErrors = {
  /** `unhandledRejection`. */
  rejected(reason: unknown): void;
  /** `uncaughtException`. */
  thrown(error: unknown): void;
};

/**
 * Reports a defect that nothing of ours caught as a line of ours, redacted, and as the alert `internal-error`. Without these Node
 * writes the whole error, message included, where the host sends it to Application Insights as it is. `reportOften` bounds how often
 * the alert is sent.
 *
 * After a rejection the process continues: no call waits for that promise, and an end would answer every call in flight with an empty
 * 500. After an exception out of a callback nothing is certain, so the process ends, and the platform starts a new one.
 */
export function createLastErrors(ports: {
  telemetry: Pick<Telemetry, 'alert' | 'log'>;
  reportOften: (report: () => void) => void;
  end: () => void;
}): LastErrors {
  const report = (fault: string, error: unknown) => {
    const fields = { fault, cause: error instanceof Error ? error.name : typeof error, frames: framesOf(error) };
    ports.telemetry.log('error', 'defect', fields);
    ports.reportOften(() => ports.telemetry.alert('internal-error', 'A defect: report the frames.', fields));
  };
  return {
    rejected: (reason) => report('unhandled-rejection', reason),
    thrown(error) {
      report('uncaught-exception', error);
      ports.end();
    },
  };
}
