// The demo bank's page around the card: logged out, logged in, every way to log out, and what must not remain afterwards.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startBank } from '../../local/bank/server.ts';
import { resetAnswers } from './card-page.ts';
import { browserIsMissing, launchChromium } from './chromium.ts';
import { expectSound, shownText } from './page-checks.ts';
import { oneLoan, problem, type StubApi, startStubApi } from './stub-api.ts';
import { type StubLogin, startStubLogin } from './stub-login.ts';

describe.skipIf(browserIsMissing())("the bank's page", () => {
  let browser: Browser;
  let login: StubLogin;
  let api: StubApi;
  let bank: Awaited<ReturnType<typeof startBank>>;
  let page: Page;

  beforeAll(async () => {
    browser = await launchChromium();
    login = await startStubLogin('bank-page');
    api = await startStubApi(() => bank.url);
    bank = await startBank({ port: 0, apiUrl: api.url, loginUrl: login.url, clientId: 'bank-page' });
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all([bank?.close(), api?.close(), login?.close()]);
  });
  beforeEach(async () => {
    login.next = { name: 'KARI TESTKUNDE', tokenSeconds: 600 };
    resetAnswers(api);
    page = await (await browser.newContext()).newPage();
  });
  afterEach(() => page.context().close());

  const logIn = async () => {
    await page.goto(bank.url);
    await page.getByRole('link', { name: 'Logg inn' }).click();
    await page.getByRole('heading', { name: 'Hei, Kari Testkunde' }).waitFor();
  };
  const card = () => page.getByRole('region', { name: 'Studielån' });
  const shows = (text: string | RegExp) => card().getByText(text).first().waitFor();
  const cardText = () => shownText(page, 'studielan-saldo section');

  test('logged out: the page shows a welcome and makes no call to the API', async () => {
    await page.goto(bank.url);
    await page.getByRole('heading', { name: 'Velkommen til nettbanken' }).waitFor();
    expect(api.calls).toEqual([]);
    await expectSound(page, 'bank-logged-out');
  });

  test("logged in: the bank's accounts are beside the card, and the layout has no fault", async () => {
    await logIn();
    await shows('Du skylder Lånekassen');
    await expectSound(page, 'bank-logged-in');
  });

  test('back from Altinn: the message is shown once, and only if the state of the consent agrees', async () => {
    await logIn();
    for (const [word, state, message] of [
      ['accepted', 'accepted', 'Takk. Samtykket ditt er registrert i Altinn.'],
      ['rejected', 'accepted', 'Du sa nei til å fornye samtykket. Det du har fra før, gjelder fortsatt.'],
      ['failed', 'none', 'Svaret fra Altinn kunne ikke brukes.'],
      ['<b>x', 'none', 'Vi kjente ikke igjen svaret fra Altinn.'],
    ] as const) {
      api.answers['GET /saldo'] = [state === 'accepted' ? oneLoan : problem(403, 'consent-required')];
      await page.goto(`${bank.url}/?fra=app&studielan=${encodeURIComponent(word)}`);
      await card().locator('.notice', { hasText: message }).waitFor();
      expect(page.url()).toBe(`${bank.url}/?fra=app`);
    }
    await page.reload();
    await shows('Gi samtykke i Altinn');
    expect(await cardText()).not.toContain('Vi kjente ikke igjen');
    await page.goto(`${bank.url}/?studielan=accepted`);
    await shows('Gi samtykke i Altinn');
    expect(await cardText()).not.toContain('Takk');
  });

  test('a session that ended elsewhere is logged out here too', async () => {
    await logIn();
    await shows('Du skylder Lånekassen');
    api.answers['GET /saldo'] = [problem(401, 'session-ended')];
    await page.reload();
    await page.getByText('Du er logget ut.').waitFor();
    await expectSound(page, 'bank-session-ended');
    await page.reload();
    await page.getByRole('heading', { name: 'Velkommen til nettbanken' }).waitFor();
  });

  test('a token that expires removes the saldo from the screen', async () => {
    await page.clock.install();
    await logIn();
    await shows('Du skylder Lånekassen');
    await page.clock.fastForward(login.next.tokenSeconds * 1000);
    await page.getByText('Du er logget ut.').waitFor();
    expect(await page.locator('body').innerText()).not.toMatch(/250\s?100|Kari/u);
    expect(await page.locator('studielan-saldo').count()).toBe(0);
  });

  test('logging out ends the session at the API, the bank and its identity provider; nothing remains, and nothing comes back', async () => {
    await logIn();
    await shows('Du skylder Lånekassen');
    const ended = login.ended;
    await page.getByRole('button', { name: 'Logg ut' }).click();
    await page.getByRole('heading', { name: 'Velkommen til nettbanken' }).waitFor();
    expect(api.calls.at(-1)).toMatchObject({ route: 'DELETE /session', authorization: api.calls[0]?.authorization });
    expect(login.ended).toBe(ended + 1);
    expect(page.url()).toBe(`${bank.url}/`);
    await page.goBack();
    await page.getByRole('heading', { name: 'Velkommen til nettbanken' }).waitFor();
    expect(await page.content()).not.toMatch(/250\s?100|Kari/u);
    expect(await page.locator('studielan-saldo').count()).toBe(0);
    expect(await page.evaluate('document.cookie')).toBe('');
  });

  test('a logout while the API is down still logs out of the bank', async () => {
    await logIn();
    await shows('Du skylder Lånekassen');
    api.answers['DELETE /session'] = [problem(503, 'upstream-unavailable', 5)];
    await page.getByRole('button', { name: 'Logg ut' }).click();
    await page.getByRole('heading', { name: 'Velkommen til nettbanken' }).waitFor();
  });

  test('a login with a wrong nonce is refused', async () => {
    login.next.nonce = 'another';
    await page.goto(bank.url);
    await page.getByRole('link', { name: 'Logg inn' }).click();
    await page.getByText('Innloggingen ble ikke fullført. Prøv igjen.').waitFor();
    expect(page.url()).toBe(`${bank.url}/`);
  });
});
