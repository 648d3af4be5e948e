import type { Telemetry } from './telemetry.ts';

/** Where an error came from, at most eight frames. Its message may quote data and stays out. `undefined`: it has none. */
export function framesOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line));
  return frames?.slice(0, 8).join(' | ');
}

/**
 * Handlers of what nothing else caught, for `process.on`. Each reports a defect as a line of ours, redacted, and as the alert `internal-error`. Without these Node
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
}) {
  const report = (fault: string, error: unknown) => {
    const fields = { fault, cause: error instanceof Error ? error.name : typeof error, frames: framesOf(error) };
    ports.telemetry.log('error', 'defect', fields);
    ports.reportOften(() => ports.telemetry.alert('internal-error', 'A defect: report the frames.', fields));
  };
  return {
    /** `unhandledRejection`. */
    rejected: (reason: unknown) => report('unhandled-rejection', reason),
    /** `uncaughtException`. */
    thrown(error: unknown) {
      report('uncaught-exception', error);
      ports.end();
    },
  };
}
