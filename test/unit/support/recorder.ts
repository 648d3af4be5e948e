// Telemetry as the program writes it, kept for a test to read.
import { createTelemetry } from '../../../shared/telemetry/telemetry.ts';

/** Real telemetry whose lines are kept. */
export function recordedTelemetry() {
  const lines: string[] = [];
  const telemetry = createTelemetry((_level, line) => void lines.push(line));
  return Object.assign(telemetry, {
    lines,
    /** The lines of one event, parsed. */
    of: (event: string) =>
      lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line.event === event),
  });
}
