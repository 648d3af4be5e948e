import type { LogLevel } from './core-types.ts';

const levels: readonly LogLevel[] = ['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none'];

/** Where the host and the app write: one call, one line. */
export type HostLog = {
  /** Writes `message` as it was given: to stdout up to `information`, to stderr from `warning`. */
  line(level: LogLevel, message: string): void;
};

/** A log on this process's stdout and stderr that leaves out what is below `lowest`, as the real host does by host.json. */
export function consoleLog(lowest: LogLevel): HostLog {
  const threshold = levels.indexOf(lowest);
  return {
    line(level, message) {
      const rank = levels.indexOf(level);
      if (rank < threshold || level === 'none') return;
      (rank >= levels.indexOf('warning') ? process.stderr : process.stdout).write(`${message}\n`);
    },
  };
}

/** Reads a level name of host.json (`Information`); what is not a level reads as `information`. */
export function levelNamed(name: unknown): LogLevel {
  const wanted = typeof name === 'string' ? name.toLowerCase() : '';
  return levels.find((level) => level === wanted) ?? 'information';
}

/** An error as the log shows it: with its stack if it has one. */
export function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error);
}
