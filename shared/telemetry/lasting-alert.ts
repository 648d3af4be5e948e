/**
 * Alerts on a fault at once, and again when it occurs `everyMs` later or more: a fault that is reported only once looks fixed as soon
 * as the rule's window has passed. Calls, and timers that run each minute, report a fault that lasts. `now`: a monotonic clock,
 * milliseconds. `everyMs`: by default five minutes, well within the quarter of an hour in which the alert's rule looks. The returned
 * function is given what alerts.
 */
export function createLastingAlert(now: () => number, everyMs = 5 * 60_000): (alert: () => void) => void {
  let reportedAt = Number.NEGATIVE_INFINITY;
  return (alert) => {
    if (now() - reportedAt < everyMs) return;
    reportedAt = now();
    alert();
  };
}
