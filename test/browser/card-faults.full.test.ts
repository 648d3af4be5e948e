// Faults that once occurred on a bank's page: tokens that do not arrive, several tabs, the back button, large text, Altinn.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CardPageOptions, type CardPages, resetAnswers, startCardPages } from './card-page.ts';
import { browserIsMissing, launchChromium } from './chromium.ts';
import { shownText } from './page-checks.ts';
import { allAccounts, consent, inDays, oneLoan, problem, type StubApi, saldo } from './stub-api.ts';

describe.skipIf(browserIsMissing())('the card does not', () => {
  let browser: Browser;
  let pages: CardPages;
  let api: StubApi;
  let page: Page;
  beforeAll(async () => {
    [browser, pages] = await Promise.all([launchChromium(), startCardPages()]);
    api = pages.api;
  });
  afterAll(async () => {
    await browser?.close();
    await pages?.close();
  });
  beforeEach(() => resetAnswers(api));
  afterEach(() => page.context().close());

  const open = async (options: CardPageOptions = {}, context: object = {}) => {
    page = await pages.open(browser, options, context);
  };
  const card = (of = page) => of.locator('studielan-saldo');
  const shows = (text: string | RegExp, of = page) => card(of).getByText(text).first().waitFor();
  const press = (name: string) => card().getByRole('button', { name }).click();
  const wholeText = (of = page) =>
    of.evaluate<string>("document.querySelector('studielan-saldo').shadowRoot.textContent");
  const heard = (name: string, of = page) =>
    of.evaluate<object[]>(`heard.filter(([heardName]) => heardName === '${name}').map(([, detail]) => detail)`);
  const element = "document.querySelector('studielan-saldo')";
  const inside = `${element}.shadowRoot`;
  const anotherTab = async (context: BrowserContext) => {
    const tab = await context.newPage();
    await tab.goto(pages.url);
    return tab;
  };
  const stopClock = async () => {
    await page.clock.install();
    await page.goto(pages.url);
    await shows('Du skylder Lånekassen');
    api.calls.length = 0;
  };
  /** What a browser does to a tab that is covered by another. */
  const setInSight = (is: boolean) =>
    page.evaluate(`{
      Object.defineProperty(document, 'visibilityState', { value: '${is ? 'visible' : 'hidden'}', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }`);

  test.each([
    ['rejects', "() => Promise.reject(new TypeError('Failed to fetch'))"],
    ['throws', "() => { throw new Error('offline'); }"],
  ])(
    'take a customer for logged out if getToken %s: it says not reached, and "Prøv igjen" tries again',
    async (_, code) => {
      await open({ script: `card.getToken = ${code};` });
      await shows('Vi får ikke kontakt med tjenesten.');
      expect(await heard('studielan-session-ended')).toEqual([]);
      expect(api.calls).toEqual([]);
      await page.evaluate(`${element}.getToken = () => 'a.b.c'`);
      await press('Prøv igjen');
      await shows('Du skylder Lånekassen');
    },
  );

  test('wait for ever for a getToken that does not settle', async () => {
    await open();
    await page.clock.install();
    pages.serve({ script: 'card.getToken = () => new Promise(() => undefined);' });
    await page.goto(pages.url);
    await page.clock.fastForward(1000);
    await shows('Henter fra Lånekassen …');
    await page.clock.fastForward(14_500);
    await shows('Vi får ikke kontakt med tjenesten.');
  });

  test('send a login page as a token: the customer is logged out', async () => {
    await open({ script: "card.getToken = async () => '<!doctype html><title>Logg inn</title>';" });
    await shows('Du er ikke lenger logget inn.');
    expect(await heard('studielan-session-ended')).toEqual([{ code: 'token-missing' }]);
    expect(api.calls).toEqual([]);
  });

  test('make a new look-up when the page sets a new function each time it is drawn', async () => {
    await open();
    await shows('Du skylder Lånekassen');
    const drawn = `for (let time = 0; time < 50; time++) ${element}.getToken = () => 'token.of.' + time;`;
    await page.evaluate(drawn);
    await shows('Du skylder Lånekassen');
    expect(api.count('GET /saldo')).toBe(1);
    // For another customer the page sets `customer-key`, and the card calls the present function.
    await page.evaluate(`${element}.setAttribute('customer-key', 'kunde-2')`);
    await expect.poll(() => api.count('GET /saldo')).toBe(2);
    expect(api.calls.at(-1)?.authorization).toBe('Bearer token.of.49');
    await page.evaluate(`${element}.setAttribute('customer-key', 'kunde-2')`);
    await page.waitForTimeout(100);
    expect(api.count('GET /saldo')).toBe(2);
  });

  test('show the loading bars for ever after a logout, a return by the back button, or a move in the document', async () => {
    await open();
    await shows('Du skylder Lånekassen');
    await page.evaluate(`${element}.erase()`);
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))");
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");
    await shows('Du er ikke lenger logget inn.');
    expect(await heard('studielan-session-ended')).toEqual([{ code: 'session-ended' }]);
    expect(await card().locator('.skeleton').count()).toBe(0);
    await page.evaluate(`{ const card = ${element}; card.remove(); document.querySelector('main').append(card); }`);
    await shows('Du er ikke lenger logget inn.');
    expect(api.count('GET /saldo')).toBe(1);
    // Another customer logs in on the same page.
    await page.evaluate(
      `{ const card = ${element}; card.getToken = () => 'a.b.c'; card.setAttribute('customer-key', 'x'); }`,
    );
    await shows('Du skylder Lånekassen');
  });

  test('leave the saldo in other tabs: a logout in one is a logout in all, and the pages get an event', async () => {
    await open();
    await shows('Du skylder Lånekassen');
    const other = await anotherTab(page.context());
    await shows('Du skylder Lånekassen', other);
    await page.evaluate(`{
      globalThis.said = [];
      new BroadcastChannel('studielan-saldo').addEventListener('message', ({ data }) => said.push(data));
    }`);
    await other.evaluate(`${element}.erase()`);
    // The message contains a word and no amount.
    await expect.poll(() => page.evaluate('said')).toEqual(['erase']);
    await shows('Du er ikke lenger logget inn.');
    expect(await wholeText()).not.toMatch(/250/u);
    expect(await heard('studielan-session-ended')).toEqual([{ code: 'session-ended' }]);
    expect(await heard('studielan-session-ended', other)).toEqual([]);
    await page.evaluate(`${element}.getToken = () => 'a.b.c'`);
    expect(await wholeText()).not.toMatch(/250/u);
  });

  test('leave the saldo in other tabs: after an end, or a change of customer, in one tab the others make a new look-up', async () => {
    await open();
    await shows('Du skylder Lånekassen');
    api.answers['DELETE /consents/current'] = [consent('none', { withdrawUrl: 'https://altinn.invalid/active' })];
    const other = await anotherTab(page.context());
    await shows('Du skylder Lånekassen', other);
    api.answers['GET /saldo'] = [problem(403, 'consent-required')];
    await card(other).getByRole('button', { name: 'Fjern studielån' }).click();
    await card(other).getByRole('button', { name: 'Ja, fjern studielånet' }).click();
    await shows('Gi samtykke i Altinn');
    api.answers['GET /saldo'] = [saldo('77.00', [['lan', 'Lån', '77.00']])];
    const third = await anotherTab(page.context());
    await shows('Du skylder Lånekassen', third);
    await shows('Du skylder Lånekassen');
    expect(await wholeText()).toMatch(/77/u);
  });

  test('show a saldo after its time is over', async () => {
    await open();
    await stopClock();
    const until = (seconds: number) =>
      saldo('250100.50', [['lan', 'Lån', '250100.50']], { heldUntil: inDays(seconds / 86_400) });
    api.answers['GET /saldo'] = [until(20), { ...oneLoan, until: new Promise(() => undefined) }];
    await page.goto(pages.url);
    await shows('Du skylder Lånekassen');
    await page.clock.fastForward(18_000);
    expect(await wholeText()).toMatch(/250/u);
    await page.clock.fastForward(4000);
    await card().locator('.skeleton').waitFor();
    expect(await wholeText()).not.toMatch(/250/u);
  });

  test('keep an old saldo in a tab: after more than a minute out of sight it makes a new look-up', async () => {
    await open();
    await stopClock();
    await setInSight(false);
    await page.clock.fastForward(50_000);
    await setInSight(true);
    expect(api.count('GET /saldo')).toBe(0);
    await setInSight(false);
    await page.clock.fastForward(61_000);
    api.answers['GET /saldo'] = [problem(401, 'session-ended')];
    await setInSight(true);
    await shows('Du er ikke lenger logget inn.');
    expect(await wholeText()).not.toMatch(/250/u);
  });

  test('rely on the feed after the customer has been to Altinn: it requests a read in Altinn', async () => {
    await open({
      script: "card.addEventListener('studielan-withdraw', (e) => e.preventDefault()); card.getToken = () => 'a.b.c';",
    });
    await stopClock();
    await card().getByRole('link', { name: 'Se samtykket i Altinn' }).click();
    await setInSight(false);
    await page.clock.fastForward(5000);
    api.answers['GET /saldo'] = [problem(403, 'consent-revoked')];
    await setInSight(true);
    await shows('Samtykket er trukket tilbake');
    expect(api.calls.map(({ route, cacheControl }) => [route, cacheControl])).toEqual([['GET /saldo', 'no-cache']]);
    await page.evaluate(`${element}.reload()`);
    await expect.poll(() => api.calls.length).toBe(2);
    expect(api.calls[1]?.cacheControl).toBeUndefined();
    await page.context().close();

    // Back in the same tab, by Altinn's redirect or by the back button.
    api.calls.length = 0;
    await open({ query: '?studielan=accepted' });
    await shows('Samtykket er trukket tilbake');
    await page.goto(`${pages.url}/logo.svg`);
    await page.goBack();
    await shows('Samtykket er trukket tilbake');
    expect(api.calls.map(({ cacheControl }) => cacheControl)).toEqual(['no-cache', 'no-cache']);
  });

  test('change the address except for its own parameter', async () => {
    await open({ query: '?q=a%20b&flag&n=%E5&studielan=accepted' });
    await shows('Takk. Samtykket ditt er registrert i Altinn.');
    expect(page.url()).toBe(`${pages.url}/?q=a%20b&flag&n=%E5`);
  });

  test('keep the total small if text is large: at 320 px, text of 200 % doubles it', async () => {
    api.answers['GET /saldo'] = [saldo('1204318.07', allAccounts)];
    await open({}, { viewport: { width: 320, height: 640 } });
    await shows('Du skylder Lånekassen');
    const size = (what: string) =>
      page.evaluate<number>(`parseFloat(getComputedStyle(${inside}.querySelector('${what}')).fontSize)`);
    const places = ['.amount', '.ore', 'tbody th', 'tbody .money', '.small'];
    const before = await Promise.all(places.map(size));
    await page.evaluate("document.documentElement.style.fontSize = '200%'");
    const after = await Promise.all(places.map(size));
    for (const [index, place] of places.entries())
      expect([place, (after[index] ?? 0) / (before[index] ?? 1)]).toEqual([place, expect.closeTo(2, 1)]);
    // Buttons without a background that wrap stay at the start of the line.
    const aligned = `getComputedStyle(${inside}.querySelector('.button.plain')).textAlign`;
    expect(await page.evaluate(aligned)).toBe('start');
  });

  test('draw arcs around buttons without a background in forced colours', async () => {
    await open({}, { forcedColors: 'active' });
    await shows('Du skylder Lånekassen');
    const borders = `[...${inside}.querySelectorAll('.button.plain')].map((one) => getComputedStyle(one).borderTopWidth)`;
    expect(await page.evaluate(borders)).toEqual(['0px', '0px']);
  });

  test.each([
    ['nb', 320],
    ['nn', 360],
    ['en', 1280],
  ])(
    'jump in %s at %i px: the skeleton is as tall as what follows, within a tenth; short cards have no footer',
    async (language, width) => {
      const answer = Promise.withResolvers<void>();
      const two = saldo('251438.12', [
        ['lan', 'Lån', '250100.50'],
        ['renter', 'Renter', '1337.62'],
      ]);
      api.answers['GET /saldo'] = [{ ...two, until: answer.promise }, problem(403, 'consent-required')];
      await open({ language }, { viewport: { width, height: 800 } });
      await card().locator('.skeleton').waitFor();
      const height = async () => (await card().boundingBox())?.height ?? 0;
      const before = await height();
      answer.resolve();
      await card().locator('.amount').waitFor();
      const after = await height();
      expect(Math.abs(after - before)).toBeLessThan(after / 10);
      await page.evaluate(`${element}.reload()`);
      await card().locator('.message').waitFor();
      const foot = `(() => {
      const bottom = (one) => one.getBoundingClientRect().bottom;
      const section = ${inside}.querySelector('section');
      return bottom(section) - bottom(section.querySelector('.message')) - parseFloat(getComputedStyle(section).paddingBottom);
    })()`;
      expect(await page.evaluate<number>(foot)).toBeLessThan(4);
    },
  );

  test('show customers the box for developers if a picture fails to load', async () => {
    await open({ inside: '<img slot="logo" src="/none.svg" alt="Lånekassen" width="150" height="44">' });
    await shows('Du skylder Lånekassen');
    await expect.poll(() => shownText(page, 'studielan-saldo .logo')).toBe('Lånekassen');
    expect(await card().locator('.logo-missing').count()).toBe(0);
    expect(await card().getAttribute('logo-missing')).toBe('');
    expect(await heard('studielan-logo-missing')).toHaveLength(1);
    expect(pages.console.filter((line) => line.includes('logo is missing'))).toHaveLength(1);
    // The picture loads after all.
    await page.evaluate("document.querySelector('[slot=logo]').src = '/logo.svg'");
    await expect.poll(() => card().getAttribute('logo-missing')).toBeNull();
  });

  test('lose the focus or close what is open when the language changes', async () => {
    await open();
    await shows('Du skylder Lånekassen');
    await card().locator('summary').click();
    await card().locator('summary').focus();
    await page.evaluate("document.documentElement.lang = 'nn'");
    await shows('Du skuldar Lånekassen');
    expect(await page.evaluate(`[${inside}.querySelector('details').open, ${inside}.activeElement?.tagName]`)).toEqual([
      true,
      'SUMMARY',
    ]);
    await press('Fjern studielån');
    await page.evaluate("document.documentElement.lang = 'en'");
    await shows('Do you want to remove your student loan');
    expect(await page.evaluate(`${inside}.activeElement?.textContent`)).toBe('Cancel');
  });

  test('hide a message: after Altinn it is in view, gets the focus once, and can be closed', async () => {
    await open({
      query: '?studielan=accepted',
      style: 'h1 { margin-bottom: 2000px; }',
    });
    await shows('Takk. Samtykket ditt er registrert i Altinn.');
    await shows('Du skylder Lånekassen');
    expect(await page.evaluate(`${inside}.activeElement?.textContent`)).toMatch(/^Takk\./u);
    const top = await page.evaluate<number>(`${inside}.querySelector('.notice').getBoundingClientRect().top`);
    expect(top).toBeGreaterThanOrEqual(0);
    expect(top).toBeLessThan(700);
    await page.evaluate("document.documentElement.lang = 'en'");
    await shows('Thank you.');
    await page.evaluate(`${element}.blur(); scrollTo(0, 0); ${element}.reload()`);
    await shows('You owe Lånekassen');
    expect(await page.evaluate('scrollY')).toBe(0);
    await press('Close the message');
    expect(await card().getByText('Thank you.').count()).toBe(0);
  });

  test('leave a logged-out customer without a link, if the bank has set one', async () => {
    api.answers['GET /saldo'] = [problem(401, 'session-ended')];
    await open({ attributes: 'login-url="/logg-inn"' });
    const login = card().getByRole('link', { name: 'Logg inn' });
    expect(await login.getAttribute('href')).toBe(`${pages.url}/logg-inn`);
    await page.evaluate(`${element}.setAttribute('login-url', 'javascript:alert(1)')`);
    expect(await login.count()).toBe(0);
  });

  test('lead customers who find it hard to pay to another place than the bank wants', async () => {
    await open({ attributes: 'help-url="https://bank.example/betalingsproblemer"' });
    const help = card().getByRole('link', { name: 'Snakk med Lånekassen' });
    expect(await help.getAttribute('href')).toBe('https://bank.example/betalingsproblemer');
    await page.evaluate(`${element}.removeAttribute('help-url')`);
    expect(await help.getAttribute('href')).toBe('https://www.lanekassen.no/');
  });
});
