// The bank's mobile app: the way through Altinn ends at an app link (docs/front-end.md §6).
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dsopCustomers } from '../../local/simulators/test-customers.ts';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { FrontEnd } from './front-end.ts';

const appLink = 'mybank://studielan/retur';
const page = 'https://nettbank.example/';

describe('a return URL of an app', () => {
  let world: World;
  let frontEnd: FrontEnd;
  beforeAll(async () => {
    // Written as in the document.
    const member = /^"allowedReturnUrls": (.*)$/m.exec(
      readFileSync(new URL('../../docs/front-end.md', import.meta.url), 'utf8'),
    )?.[1];
    const returnUrls = JSON.parse(member ?? '[]') as string[];
    expect(returnUrls).toEqual([page, appLink]);
    world = await startTestWorld({ pages: { origins: [], returnUrls } });
    frontEnd = new FrontEnd(world);
  });
  afterAll(() => world?.close());
  const login = (index: number) => world.bankLogin.control.login(dsopCustomers[index]?.nationalId ?? '');

  test('the callback redirects to the app with the word and nothing else, and the saldo can be fetched', async () => {
    const token = await login(0);
    const asked = await frontEnd.startConsent(token, appLink);
    expect(asked.status).toBe(201);
    const id = frontEnd.consentIdOf(asked);
    world.altinn.control.approve(id);
    const back = await fetch(world.altinn.control.redirectFor(id), { redirect: 'manual' });
    expect([back.status, back.headers.get('location')]).toEqual([303, `${appLink}?studielan=accepted`]);
    expect(await back.text()).toBe('');
    expect((await frontEnd.call('GET', '/saldo', token)).body).toMatchObject({ total: { amount: '250100.50' } });
  });

  test("the newest return URL counts, whether it is an app's or a page's", async () => {
    const token = await login(1);
    const asked = await frontEnd.startConsent(token, page);
    expect((await frontEnd.startConsent(token, `${appLink}/lan?fra=konto`)).status).toBe(200);
    world.altinn.control.approve(frontEnd.consentIdOf(asked));
    expect(await frontEnd.comeBack(frontEnd.consentIdOf(asked))).toBe(`${appLink}/lan?fra=konto&studielan=accepted`);
  });

  test.each([
    'mybank://studielan/returner',
    'mybank://studielan2/retur',
    'mybank://evil@studielan/retur',
    'mybank://studielan/retur/../x',
    'mybank:studielan/retur',
    'otherbank://studielan/retur',
    'javascript://studielan/retur',
  ])('%s is refused', async (returnUrl) => {
    const reply = await frontEnd.startConsent(await login(2), returnUrl);
    expect([reply.status, reply.body.code]).toEqual([400, 'return-url-not-allowed']);
  });
});
