// Pages of Altinn's event feed. Altinn builds the link to the next page from an inner request.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventsUrl, parseEventPage } from '../../../shared/altinn/events.ts';
import { faultOf } from '../support/problems.ts';

const id = '0194d2c1-7a58-7c2e-9b1f-2f7f3f6f9a10';
const data = [{ consentRequestId: id, eventType: 'Revoked' }];
const nextOf = (next: unknown) => parseEventPage({ data, links: { next } }).next;

describe('the query', () => {
  const endpoint = 'https://platform.altinn.no/consentrequests';
  test.each([
    [
      'everything from a day on',
      { position: undefined, createdAfter: Date.UTC(2026, 10, 23) },
      { createdAfter: '2026-11-23T00:00:00.000Z' },
    ],
    [
      'a place, and the day too',
      { position: 'a+b/c=', createdAfter: 0 },
      { continuationToken: 'a+b/c=', createdAfter: '1970-01-01T00:00:00.000Z' },
    ],
    ['everything', { position: undefined, createdAfter: undefined }, {}],
  ])('%s', (_what, start, expected) => {
    const { searchParams, origin, pathname } = new URL(eventsUrl(endpoint, start));
    expect(`${origin}${pathname}`).toBe(`${endpoint}/events`);
    expect(searchParams.getAll('eventType')).toEqual(['accepted', 'rejected', 'revoked', 'deleted']);
    searchParams.delete('eventType');
    expect(Object.fromEntries(searchParams)).toEqual(expected);
  });
});

describe('the link to the next page', () => {
  test.each([
    'https://platform.altinn.no/accessmanagement/api/v1/enterprise/consentrequests/events?continuationToken=abc',
    'https://platform.altinn.no/x?eventType=accepted&continuationToken=abc&eventType=revoked',
    'http://internal.cluster.local:8080/anything?continuationToken=abc',
    'https://evil.example/?continuationToken=abc#continuationToken=other',
    '//other.host/events?continuationToken=abc',
    '/accessmanagement/events?continuationToken=abc',
    'events?continuationToken=abc',
    '?continuationToken=abc',
  ])('%s: only its token is used', (link) => {
    expect(nextOf(link)).toEqual({ position: 'abc' });
  });

  test('a token keeps its characters, whether they were encoded or not', () => {
    for (const link of ['?continuationToken=a%2Bb%2Fc%3D', '?continuationToken=a+b/c='])
      expect(nextOf(link)).toEqual({ position: 'a+b/c=' });
  });

  test.each([undefined, null, ''])('a page with the next link %j is the last one', (next) => {
    expect(nextOf(next)).toBeUndefined();
    expect(parseEventPage({ data }).next).toBeUndefined();
  });

  test.each([
    ['no token', 'https://platform.altinn.no/events', 'altinn-events-next-token'],
    ['an empty token', '?continuationToken=', 'altinn-events-next-token'],
    ['a token that is too long', `?continuationToken=${'a'.repeat(257)}`, 'altinn-events-next-token'],
    ['a token that is none', '?continuationToken=<script>', 'altinn-events-next-token'],
  ])("%s is a fault, and the page's events are returned all the same", (_what, link, fault) => {
    const page = parseEventPage({ data, links: { next: link } });
    expect(page).toEqual({ events: [{ consentId: id, type: 'revoked' }], next: { fault } });
  });

  test('any input: the parser does not throw', () => {
    fc.assert(
      fc.property(fc.constantFrom('', 'https://x.example/?continuationToken=', '?'), fc.string(), (begins, rest) => {
        const link = `${begins}${rest}`;
        const { events, next } = parseEventPage({ data, links: { next: link } });
        expect(events).toHaveLength(1);
        expect(next === undefined || 'fault' in next || /^[A-Za-z0-9+/_=-]{1,256}$/.test(next.position)).toBe(true);
      }),
    );
  });
});

describe('a page', () => {
  test('events are returned in lower case, whatever casing Altinn sends; none is dropped', () => {
    const { events } = parseEventPage({
      data: [{ consentRequestId: id.toUpperCase(), eventType: 'DELETED' }, ...data, ...data],
    });
    expect(events).toEqual(['deleted', 'revoked', 'revoked'].map((type) => ({ consentId: id, type })));
  });

  test.each([
    ['no data', {}],
    ['data that is no list', { data: {} }],
  ])('%s breaks the contract', async (_what, body) => {
    expect(await faultOf(() => parseEventPage(body))).toBe('upstream-invalid-reply altinn-events-schema');
  });

  test.each([
    ['null', null],
    ['an event without id', { eventType: 'Revoked' }],
    ['an id that is none', { consentRequestId: '1', eventType: 'Revoked' }],
    ['an event without type', { consentRequestId: id }],
  ])('%s among events is a fault, and the other events are returned all the same', (_what, bad) => {
    for (const all of [
      [bad, ...data],
      [...data, bad],
    ])
      expect(parseEventPage({ data: all, links: { next: '?continuationToken=abc' } })).toEqual({
        events: [{ consentId: id, type: 'revoked' }],
        next: { fault: 'altinn-events-schema' },
      });
  });
});
