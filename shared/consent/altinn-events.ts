import * as z from 'zod';
import { invalidReply } from '../upstream/reply.ts';

/** One event of the feed (domain/altinn-consent.md §10). Event types in lower case. */
export type AltinnEvent = { consentId: string; type: string };

/** A page of the feed. `next` is the continuation token, given whenever the page is full; the last page has none. */
export type AltinnEventPage = { events: AltinnEvent[]; next: string | undefined };

/** What is asked for: everything that moves a consent. In lower case, or Altinn's database fails on it. */
export const followedTypes = ['accepted', 'rejected', 'revoked', 'deleted'] as const;

const schema = z.object({
  links: z.object({ next: z.string().nullish() }).nullish(),
  data: z.array(z.object({ consentRequestId: z.guid(), eventType: z.string() })),
});

/** The feed's address from a position. The filters are sent each time; of Altinn's own link only the position is taken. */
export function eventsUrl(endpoint: string, position: string | undefined): string {
  const query = new URLSearchParams(followedTypes.map((type): [string, string] => ['eventType', type]));
  if (position !== undefined) query.set('continuationToken', position);
  return `${endpoint}/events?${query}`;
}

/**
 * Reads a page. Throws `upstream-invalid-reply`, also for a `next` that leads to another origin or path, or back to where
 * we are: our token goes nowhere but to Altinn, and a run ends.
 */
export function parseEventPage(
  body: Record<string, unknown>,
  endpoint: string,
  position: string | undefined,
): AltinnEventPage {
  const result = schema.safeParse(body);
  if (!result.success) throw invalidReply('altinn-events-schema');
  const { links, data } = result.data;
  const events = data.map(({ consentRequestId, eventType }) => ({
    consentId: consentRequestId.toLowerCase(),
    type: eventType.toLowerCase(),
  }));
  if (!links?.next) return { events, next: undefined };
  const expected = new URL(`${endpoint}/events`);
  const url = URL.canParse(links.next) ? new URL(links.next) : undefined;
  if (url?.origin !== expected.origin || url.pathname !== expected.pathname || url.username !== '')
    throw invalidReply('altinn-events-next-elsewhere');
  const next = url.searchParams.get('continuationToken') ?? '';
  if (!/^[A-Za-z0-9+/_=-]{1,256}$/.test(next)) throw invalidReply('altinn-events-next-token');
  if (next === position) throw invalidReply('altinn-events-next-stands-still');
  return { events, next };
}
