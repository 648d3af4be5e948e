import { AsyncLocalStorage } from 'node:async_hooks';
import type { InvocationContext } from '@azure/functions';
import type { CallShares } from './call-shares.ts';

/** What belongs to one invocation wherever the code is: its log, and the request id that every line carries. */
export type RequestContext = {
  invocation: InvocationContext;
  requestId?: string;
  /** The call is answered. Work that continues is no part of the invocation, whose log accepts no more lines. */
  answered?: boolean;
  /** Organisation number of the bank that it is for, from when that has been proven; of a refused call, the bank that its token names. */
  bank?: string;
  /** Whose time it takes. In here and not in a store of its own, of which each would cost every await a little. */
  shares?: CallShares | undefined;
};

/** Carries the invocation through awaits, so that a log line deep inside lands under its own request. */
export const requestContext = new AsyncLocalStorage<RequestContext>();

/**
 * From here on the invocation is for this bank, by its organisation number: in telemetry, and in the lines before upstreams. A call whose
 * token is refused calls no upstream any more, and only counts for the bank.
 */
export function forBank(organisationNumber: string): void {
  const context = requestContext.getStore();
  if (context !== undefined) context.bank = organisationNumber;
}

/** Runs work for one bank, beside work for other banks in the same invocation. */
export function asBank<T>(organisationNumber: string, work: () => T): T {
  const context = requestContext.getStore();
  if (context === undefined) return work();
  // It inherits, so that what is learnt of the invocation later (`answered`) holds here too. What takes time here is no part of a call.
  const changes = { bank: organisationNumber, shares: undefined };
  const own = Object.assign(Object.create(context) as RequestContext, changes);
  return requestContext.run(own, work);
}

/** Organisation number of the bank that this runs for; `undefined` before that has been proven, and for work of all banks. */
export function bankOfInvocation(): string | undefined {
  return requestContext.getStore()?.bank;
}
