import * as z from 'zod';
import { invalidReply } from '../upstream/reply.ts';

/** One event of the feed (docs/contracts/altinn-consent.md §10). Event types in lower case. */
export type AltinnEvent = { consentId: string; type: string };

/**
 * A page of the feed. `next`: where the next page begins, given whenever the page is full; the last page has none. A `next`
 * that cannot be used and an event that cannot be read are a fault, which is thrown after the page's other events have been processed.
 */
export type AltinnEventPage = { events: AltinnEvent[]; next: { position: string } | { fault: string } | undefined };

/** Where a reading begins. `createdAfter` (milliseconds since 1970) bounds the organisation's history. */
export type FeedStart = { position: string | undefined; createdAfter: number | undefined };

/** The event types to ask for: all that change a consent. In lower case, because Altinn's database fails on another spelling. */
export const followedTypes = ['accepted', 'rejected', 'revoked', 'deleted'] as const;

const schema = z.object({ links: z.object({ next: z.string().nullish() }).nullish(), data: z.array(z.unknown()) });
const eventSchema = z.object({ consentRequestId: z.guid(), eventType: z.string() });

/** The feed's address. The filters are sent each time. Only the position is taken from Altinn's own link. */
export function eventsUrl(endpoint: string, { position, createdAfter }: FeedStart): string {
  const query = new URLSearchParams(followedTypes.map((type): [string, string] => ['eventType', type]));
  if (createdAfter !== undefined) query.set('createdAfter', new Date(createdAfter).toISOString());
  if (position !== undefined) query.set('continuationToken', position);
  return `${endpoint}/events?${query}`;
}

/**
 * Reads a page. Throws `upstream-invalid-reply`. Altinn builds the link from an inner request, so its host, scheme and form
 * say nothing: only its token is taken, and our own address of Altinn is asked.
 */
export function parseEventPage(body: Record<string, unknown>): AltinnEventPage {
  const result = schema.safeParse(body);
  if (!result.success) throw invalidReply('altinn', 'events-schema');
  const { links, data } = result.data;
  const read = data.map((one) => eventSchema.safeParse(one).data);
  const events = read
    .filter((event) => event !== undefined)
    .map(({ consentRequestId, eventType }) => ({
      consentId: consentRequestId.toLowerCase(),
      type: eventType.toLowerCase(),
    }));
  if (events.length < data.length) return { events, next: { fault: 'altinn-events-schema' } };
  return { events, next: links?.next ? nextOf(links.next) : undefined };
}

function nextOf(link: string): AltinnEventPage['next'] {
  const query = link.slice(link.indexOf('?') + 1).split('#')[0];
  const next = new URLSearchParams(query).get('continuationToken')?.replaceAll(' ', '+') ?? '';
  return /^[A-Za-z0-9+/_=-]{1,256}$/.test(next) ? { position: next } : { fault: 'altinn-events-next-token' };
}
