// The feed of changes: docs/contracts/altinn-consent.md §10 (ConsentRepository.cs of Altinn/altinn-authorization-tmp).
import { z } from 'zod';
import { type ConsentRequest, type Micros, toOffsetTime } from './consent-request.ts';
import { instant, requestId } from './create-body.ts';
import { frameworkAnswer, problemAnswer, type ValidationFault } from './problems.ts';

/** The age at which an event is shown. */
const lagMs = 5 * 60_000;

const filterTypes = ['rejected', 'accepted', 'revoked', 'deleted', 'used'];

/** An opaque position: base64 of the 16 bytes of the last event's id. */
function tokenOf(eventId: string): string {
  return Buffer.from(eventId.replaceAll('-', ''), 'hex').toString('base64');
}

/** Base64 of 16 bytes. They may point at nothing; an empty text is no position. */
const isToken = (token: string) => token === '' || /^[A-Za-z0-9+/]{22}==$/.test(token);

/** Parameters that are bound before Altinn's own rules, so the framework refuses those that cannot be bound. */
const bound = z.object({ createdAfter: instant, createdBefore: instant, consentRequestId: requestId }).partial();

/**
 * One page for the organisation `to` (URN), oldest first. There is a `next` whenever the page is full, so the last page can be empty.
 * `next` contains the filters.
 */
export function eventsAnswer(
  requests: readonly ConsentRequest[],
  to: string,
  query: URLSearchParams,
  now: Micros,
  feedUrl: string,
  pageSize: number,
): Response {
  const asked = bound.safeParse(Object.fromEntries([...query].filter(([, value]) => value !== '')));
  if (!asked.success) {
    const names = asked.error.issues.map(({ path }) => String(path[0]));
    return frameworkAnswer(
      Object.fromEntries(names.map((name) => [name, [`The value '${query.get(name)}' is not valid.`]])),
    );
  }
  const { createdAfter: after, createdBefore: before, consentRequestId: about } = asked.data;
  const types = query.getAll('eventType');
  const token = query.get('continuationToken');

  const faults: ValidationFault[] = [];
  if (after !== undefined && before !== undefined && after >= before)
    faults.push({ code: 'AM.VLD-00051', path: '$QUERY/createdAfter' });
  if (types.some((type) => !filterTypes.includes(type.toLowerCase())))
    faults.push({ code: 'AM.VLD-00052', path: '$QUERY/eventType' });
  if (token !== null && !isToken(token)) faults.push({ code: 'AM.VLD-00053', path: '$QUERY/continuationToken' });
  if (faults.length > 0) return problemAnswer([{ code: 'STD-00000', faults }]);
  // The check above ignores case, the cast in the database does not.
  if (types.some((type) => type !== type.toLowerCase())) return new Response(null, { status: 500 });

  const all = requests
    .filter((request) => request.to === to)
    .flatMap((request) => request.events.map((event) => ({ ...event, requestId: request.id })))
    .sort((a, b) => a.created - b.created);
  const start = token === null ? 0 : all.findIndex((event) => tokenOf(event.id) === token) + 1;
  const page = all
    .slice(start)
    .filter(
      (event) =>
        event.created + lagMs * 1000 < now &&
        (types.length === 0 || types.includes(event.type.toLowerCase())) &&
        (after === undefined || event.created >= after) &&
        (before === undefined || event.created < before) &&
        (about === undefined || event.requestId === about),
    )
    .slice(0, pageSize);

  const last = page.at(-1);
  let next: string | null = null;
  if (last && page.length === pageSize) {
    const carried = new URLSearchParams(query);
    carried.delete('pageSize');
    carried.set('continuationToken', tokenOf(last.id));
    next = `${feedUrl}?${carried}`;
  }
  return Response.json({
    links: { next },
    data: page.map(({ requestId, type, created }) => ({
      consentRequestId: requestId,
      eventType: type,
      changedDate: toOffsetTime(created),
    })),
  });
}
