import type { LogLevel } from '@azure/functions';

/** The severities of a log line, lowest first; `none` is never written. */
export const levels: readonly LogLevel[] = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none'];

/** Where the host and the app write: one call, one line. */
export type HostLog = {
  /** Writes `message` unchanged: to stdout up to `information`, to stderr from `warning`. */
  line(level: LogLevel, message: string): void;
};

/**
 * A log on this process's stdout and stderr that leaves out what is below `lowest`, as the real host does by host.json.
 * A write to a pipe blocks until the other end has read, and no function waits for its log in the real host: what one turn
 * of the event loop has to say to stdout goes out at its end, in one write. Errors go at once, after what came before.
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

/** An error as the log shows it: with its stack if it has one. */
export function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error);
}
