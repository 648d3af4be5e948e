import type { TableClient } from '@azure/data-tables';

/**
 * Steps of the SDK that do nothing for a call of ours and cost each one a turn, and why. What makes a request a request of
 * Table Storage (serialising, credential, client request id, user agent) stays.
 */
const unused = [
  // Ours retry, and the SDK's were set to none already.
  'defaultRetryPolicy',
  // Table Storage redirects no one; our credential is for one host.
  'redirectPolicy',
  // Rows are smaller than what compressing them costs; our transport unfolds what comes compressed all the same.
  'decompressResponsePolicy',
  // Neither forms nor files are sent; a batch is made as text before it gets here.
  'formDataPolicy',
  'multipartPolicy',
  // Our transport has a pool of its own, and passes on the platform's signals unchanged.
  'proxyPolicy',
  'wrapAbortSignalLikePolicy',
  // Switched on from outside it would write URLs, and with them person keys.
  'logPolicy',
] as const;

/** Takes from a table client's pipeline what this program does not use. */
export function pareDown(pipeline: TableClient['pipeline']): void {
  for (const name of unused) pipeline.removePolicy({ name });
}
