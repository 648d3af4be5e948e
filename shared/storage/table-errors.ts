/** The HTTP status in an error of the tables SDK; `undefined` when no answer came. */
export function statusOf(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown } | undefined)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}

/** The table itself is not there: no answer about a row. The SDK puts the code in two places (single call, batch). */
export function isMissingTable(error: unknown): boolean {
  const { code, details } = error as { code?: unknown; details?: { odataError?: { code?: unknown } } };
  return code === 'TableNotFound' || details?.odataError?.code === 'TableNotFound';
}

/**
 * An answer about a row that means something to a store. 409: the row exists. 412: it has changed. 404: there is none (on
 * a guarded write: it is gone).
 */
export function isGuard(error: unknown): boolean {
  if (isMissingTable(error)) return false;
  const status = statusOf(error);
  return status === 409 || status === 412 || status === 404;
}
