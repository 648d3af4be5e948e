import { parseRetryAfter } from './retry-after.ts';

type WithHeaders = { response?: { headers?: { get(name: string): string | undefined } } };

/** The delay, milliseconds, that a refusal met by an Azure SDK asks for; `undefined` when it names none. */
export function retryAfterOf(error: unknown, nowMs: number): number | undefined {
  return parseRetryAfter((error as WithHeaders).response?.headers?.get('retry-after'), nowMs);
}
