// The feed of changes: docs/contracts/altinn-consent.md §10 (ConsentRepository.cs of Altinn/altinn-authorization-tmp).

import type { ConsentRequest } from './consent-request.ts';
import { frameworkAnswer, type Problem, problemAnswer, type ValidationFault } from './problems.ts';
import { fromOffsetTime, type Micros, toOffsetTime } from './times.ts';

/** Page size (Altinn: 100) and how old, in ms, an event must be to be shown (Altinn: 5 minutes). */
export type FeedOptions = { pageSize: number; lagMs: number };

const filterTypes = ['rejected', 'accepted', 'revoked', 'deleted', 'used'];

/** An opaque position: base64 of the 16 bytes of the last event's id. */
function tokenOf(eventId: string): string {
  return Buffer.from(eventId.replaceAll('-', ''), 'hex').toString('base64');
}

function instantOf(query: URLSearchParams, name: string): Micros | undefined {
  return fromOffsetTime(query.get(name) ?? '');
}

/** Base64 of 16 bytes; what they point at does not matter, and an empty one is none. */
function isToken(token: string): boolean {
  return token === '' || (/^[A-Za-z0-9+/]{22}==$/.test(token) && Buffer.from(token, 'base64').length === 16);
}

function faultsOf(query: URLSearchParams): ValidationFault[] {
  const faults: ValidationFault[] = [];
  const after = instantOf(query, 'createdAfter');
  const before = instantOf(query, 'createdBefore');
  if (after !== undefined && before !== undefined && after >= before) {
    faults.push({ code: 'AM.VLD-00051', path: '$QUERY/createdAfter' });
  }
  if (query.getAll('eventType').some((type) => !filterTypes.includes(type.toLowerCase()))) {
    faults.push({ code: 'AM.VLD-00052', path: '$QUERY/eventType' });
  }
  const token = query.get('continuationToken');
  if (token !== null && !isToken(token)) {
    faults.push({ code: 'AM.VLD-00053', path: '$QUERY/continuationToken' });
  }
  return faults;
}

/**
 * One page for the organisation `to` (URN), oldest first. `next` is given whenever the page is full, so the last page can
 * be empty; filters are carried in it.
 */
export function eventsAnswer(
  requests: readonly ConsentRequest[],
  to: string,
  query: URLSearchParams,
  now: Micros,
  feedUrl: string,
  options: FeedOptions,
): Response {
  const all = requests
    .filter((request) => request.to === to)
    .flatMap((request) => request.events.map((event) => ({ ...event, requestId: request.id })))
    .sort((a, b) => a.created - b.created);
  // What is no date does not reach Altinn's own rules: the framework cannot bind it.
  const unbound = ['createdAfter', 'createdBefore'].filter(
    (name) => query.get(name) && instantOf(query, name) === undefined,
  );
  if (unbound.length > 0)
    return frameworkAnswer(
      Object.fromEntries(unbound.map((name) => [name, [`The value '${query.get(name)}' is not valid.`]])),
    );
  const faults = faultsOf(query);
  if (faults.length > 0) return problemAnswer([{ code: 'STD-00000', faults } satisfies Problem]);
  const types = query.getAll('eventType');
  // The check above ignores case, the cast in the database does not.
  if (types.some((type) => type !== type.toLowerCase())) return new Response(null, { status: 500 });

  const after = instantOf(query, 'createdAfter');
  const before = instantOf(query, 'createdBefore');
  const requestId = query.get('consentRequestId')?.toLowerCase();
  const token = query.get('continuationToken');
  const start = token === null ? 0 : all.findIndex((event) => tokenOf(event.id) === token) + 1;
  const page = all
    .slice(start)
    .filter((event) => event.created + options.lagMs * 1000 < now)
    .filter((event) => types.length === 0 || types.includes(event.type.toLowerCase()))
    .filter((event) => after === undefined || event.created >= after)
    .filter((event) => before === undefined || event.created < before)
    .filter((event) => requestId === undefined || event.requestId === requestId)
    .slice(0, options.pageSize);

  const last = page.at(-1);
  let next: string | null = null;
  if (last && page.length === options.pageSize) {
    const carried = new URLSearchParams(query);
    carried.delete('pageSize');
    carried.set('continuationToken', tokenOf(last.id));
    next = `${feedUrl}?${carried}`;
  }
  return Response.json({
    links: { next },
    data: page.map((event) => ({
      consentRequestId: event.requestId,
      eventType: event.type,
      changedDate: toOffsetTime(event.created),
    })),
  });
}
