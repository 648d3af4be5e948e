import { afterEach, beforeEach, expect, it } from 'vitest';
import { organisation } from './altinn-stub-issuer.ts';
import { type AltinnWorld, json, otherBank, startAltinnWorld } from './altinn-world.ts';

let world: AltinnWorld;
beforeEach(async () => {
  world = await startAltinnWorld({ eventsPageSize: 3 });
});
afterEach(() => world.close());

type Page = {
  links: { next: string | null };
  data: { consentRequestId: string; eventType: string; changedDate: string }[];
};

async function page(path: string): Promise<Page> {
  const answer = await world.get(path);
  expect(answer.status).toBe(200);
  return (await json(answer)) as Page;
}
const types = ({ data }: Page) => data.map(({ eventType }) => eventType);

it('the feed shows events five minutes after they occur, oldest first, to the receiver only', async () => {
  const id = await world.create();
  world.altinn.control.approve(id);
  world.advance(299_999);
  expect((await page('events')).data).toEqual([]);
  world.advance(2);
  const { data, links } = await page('events');
  expect(data.map(({ consentRequestId, eventType }) => [consentRequestId, eventType])).toEqual([
    [id, 'Created'],
    [id, 'Accepted'],
  ]);
  expect(data[1]?.changedDate).toMatch(/^2026-11-23T08:00:00\.\d{6}\+00:00$/);
  expect(links.next).toBeNull();
  const theirs = await world.get('events', await world.token({ consumer: organisation(otherBank) }));
  expect(await json(theirs)).toEqual({ links: { next: null }, data: [] });
  expect((await world.get('events', await world.token({ scope: 'x' }))).status).toBe(403);
});

it('the feed links to a next page after every full page, so the last one can be empty, and keeps the filters in the link', async () => {
  for (let count = 0; count < 6; count += 1) {
    const id = await world.create();
    world.altinn.control.approve(id);
    world.advance(1000);
  }
  world.advance(300_001);
  const seen: string[][] = [];
  let next: string | null = 'events?eventType=accepted&pageSize=50';
  while (next !== null && seen.length < 9) {
    const current: Page = await page(next);
    seen.push(types(current));
    next = current.links.next;
    if (next !== null) expect(next).toMatch(/^http.*eventType=accepted.*continuationToken=/);
  }
  const full = ['Accepted', 'Accepted', 'Accepted'];
  expect(seen).toEqual([full, full, []]);
});

it('the feed filters by type, time and request', async () => {
  const first = await world.create();
  world.altinn.control.approve(first);
  world.advance(60_000);
  const second = await world.create();
  world.altinn.control.reject(second);
  world.altinn.control.revoke(first);
  world.advance(400_000);
  expect(types(await page('events?eventType=revoked&eventType=rejected'))).toEqual(['Rejected', 'Revoked']);
  expect(types(await page(`events?consentRequestId=${first}`))).toEqual(['Created', 'Accepted', 'Revoked']);
  const minute = encodeURIComponent('2026-11-23T08:01:00Z');
  expect(types(await page(`events?createdBefore=${minute}`))).toEqual(['Created', 'Accepted']);
  expect(types(await page(`events?createdAfter=${minute}`))).toEqual(['Created', 'Rejected', 'Revoked']);
});

it.each([
  ['createdAfter=2026-11-23T08:00:00Z&createdBefore=2026-11-23T08:00:00Z', 400, 'AM.VLD-00051', '$QUERY/createdAfter'],
  ['eventType=created', 400, 'AM.VLD-00052', '$QUERY/eventType'],
  ['eventType=accepted&eventType=x', 400, 'AM.VLD-00052', '$QUERY/eventType'],
  ['continuationToken=AAAA', 400, 'AM.VLD-00053', '$QUERY/continuationToken'],
])('the feed refuses %s', async (query, status, code, path) => {
  const answer = await world.get(`events?${query}`);
  expect(answer.status).toBe(status);
  expect(await json(answer)).toMatchObject({ code: 'STD-00000', validationErrors: [{ code, paths: [path] }] });
});

it('the feed refuses a text that is no instant as its framework does', async () => {
  const answer = await world.get('events?createdAfter=yesterday');
  expect([answer.status, (await json(answer)).errors]).toEqual([
    400,
    { createdAfter: ["The value 'yesterday' is not valid."] },
  ]);
});

it('the feed fails on a type that is not in lower case, as the database behind it does', async () => {
  expect((await world.get('events?eventType=Revoked')).status).toBe(500);
});
