import { httpDate } from '../resilience/retry-after.ts';
import type { Time } from '../resilience/time.ts';
import { createLastingAlert } from '../telemetry/lasting-alert.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';

/** Maskinporten refuses an assertion whose `iat` is this far ahead of its clock, milliseconds (docs/contracts/maskinporten.md §2). */
export const clockToleranceMs = 10_000;

/** Operators get an alert from this drift on, milliseconds: half of what Maskinporten accepts, so before tokens are refused. */
const warnFromMs = 5000;

/**
 * How far our clock is ahead of the sender's (negative: behind), by the `Date` header of an answer that was asked for at
 * `sentAt` and came at `receivedAt`, milliseconds. `Date` has whole seconds: its middle is compared with the middle of
 * the exchange, and what both leave open counts as no drift. `undefined` without a readable header.
 */
export function clockAheadMs(date: string | undefined, sentAt: number, receivedAt: number): number | undefined {
  const theirs = httpDate(date, receivedAt);
  if (theirs === undefined) return undefined;
  const ahead = (sentAt + receivedAt) / 2 - (theirs + 500);
  const open = (receivedAt - sentAt) / 2 + 500;
  return Math.sign(ahead) * Math.max(0, Math.abs(ahead) - open);
}

/**
 * Watches the clock by Maskinporten's answers. `observe` looks at one; the instants are of our wall clock. It warns of a drift when it is
 * seen, and again while it lasts.
 */
export function createClockWatch({ time, telemetry }: { time: Time; telemetry: Telemetry }) {
  const alertOnce = createLastingAlert(() => time.monotonic());
  return {
    observe(date: string | undefined, sentAt: number, receivedAt: number): void {
      const ahead = clockAheadMs(date, sentAt, receivedAt);
      if (ahead === undefined || Math.abs(ahead) < warnFromMs) return;
      const direction = ahead > 0 ? 'ahead' : 'behind';
      telemetry.count('clockDrift', { direction });
      alertOnce(() =>
        telemetry.alert(
          'clock-drift',
          "Our clock and Maskinporten's differ; from 10 s on every token is refused. Synchronise the clock of the host.",
          { direction, reason: direction, seconds: Math.round(Math.abs(ahead) / 1000) },
        ),
      );
    },
  };
}
