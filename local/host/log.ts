import type { LogLevel } from '@azure/functions';

/** The severities of a log line, lowest first; `none` is never written. */
export const levels: readonly LogLevel[] = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none'];

/** Where the host and the app write: each call writes one line. */
export type HostLog = {
  /** Writes `message` unchanged: to stdout up to `information`, to stderr from `warning`. */
  line(level: LogLevel, message: string): void;
};

/**
 * A log on this process's stdout and stderr. Lines below `lowest` are left out, as in the real host with host.json. A write to a pipe
 * blocks until the other end has read it, but in the real host no function waits for its log. So the lines of one turn of the event loop go
 * to stdout at its end, in one write. Errors are written at once, after the earlier lines.
 */
export function consoleLog(lowest: LogLevel): HostLog {
  const threshold = levels.indexOf(lowest);
  let waiting = '';
  const flush = () => {
    if (waiting === '') return;
    process.stdout.write(waiting);
    waiting = '';
  };
  process.once('exit', flush);
  return {
    line(level, message) {
      const rank = levels.indexOf(level);
      if (rank < threshold || level === 'none') return;
      if (rank >= levels.indexOf('warning')) {
        flush();
        process.stderr.write(`${message}\n`);
        return;
      }
      if (waiting === '') setImmediate(flush);
      waiting += `${message}\n`;
    },
  };
}

/** An error as shown in the log: with its stack if it has one. */
export function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error);
}
