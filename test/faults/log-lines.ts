// Reads the program's own lines out of a host's output.

/** A line of the program's log. */
export type LogLine = Record<string, unknown> & { event: string };

/** A line about one attempt. */
export type AttemptLine = { upstream: string; call: string; attempt: number; outcome: string; stop?: string };

/** All lines that the program itself wrote. */
export function linesOf(output: string): LogLine[] {
  return output.split('\n').flatMap((line) => {
    const json = line.slice(Math.max(0, line.indexOf('{')));
    if (!json.startsWith('{') || !json.includes('"event"')) return [];
    try {
      return [JSON.parse(json) as LogLine];
    } catch {
      return [];
    }
  });
}

/** Those about attempts. */
export function attemptLines(output: string): AttemptLine[] {
  return linesOf(output).filter(({ event }) => event === 'upstream-attempt') as unknown as AttemptLine[];
}
