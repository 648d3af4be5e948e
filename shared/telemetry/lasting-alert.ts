/** Well within the quarter of an hour in which the alerts' rules look, milliseconds. */
const everyMs = 5 * 60_000;

/**
 * Alerts on a fault at once, and again when it occurs five minutes later or more: a fault that is reported only once looks fixed as soon
 * as the rule's window has passed. Calls, and timers that run each minute, report a fault that lasts. `now`: a monotonic clock,
 * milliseconds. The returned function is given what alerts.
 */
export function createLastingAlert(now: () => number): (alert: () => void) => void {
  let reportedAt = Number.NEGATIVE_INFINITY;
  return (alert) => {
    if (now() - reportedAt < everyMs) return;
    reportedAt = now();
    alert();
  };
}
