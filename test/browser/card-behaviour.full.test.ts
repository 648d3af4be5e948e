// What the card does besides showing its states: waiting, focus, messages for screen readers, the way to Altinn, ending, leaving, the logo,
// languages and themes.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CardPageOptions, type CardPages, logoImage, resetAnswers, startCardPages } from './card-page.ts';
import { browserIsMissing, launchChromium } from './chromium.ts';
import { pressByKeyboard } from './keyboard.ts';
import { expectFits, expectSound, shownText } from './page-checks.ts';
import { allAccounts, consent, inDays, oneLoan, problem, type StubApi, saldo } from './stub-api.ts';

describe.skipIf(browserIsMissing())('the card', () => {
  let browser: Browser;
  let pages: CardPages;
  let api: StubApi;
  let page: Page;
  let consoleLines: string[];

  beforeAll(async () => {
    [browser, pages] = await Promise.all([launchChromium(), startCardPages()]);
    api = pages.api;
  });
  afterAll(async () => {
    await browser?.close();
    await pages?.close();
  });
  beforeEach(() => {
    resetAnswers(api);
    consoleLines = [];
  });
  afterEach(() => page.context().close());

  const open = async (options: CardPageOptions = {}, context: object = {}) => {
    page = await pages.open(browser, options, context);
    consoleLines = pages.console;
  };
  /** Opens the card again with a clock that the test moves. */
  const openStopped = async () => {
    await open();
    await page.clock.install();
    resetCalls();
    await page.goto(pages.url);
  };
  const resetCalls = () => {
    api.calls.length = 0;
  };
  const card = () => page.locator('studielan-saldo');
  const shows = (text: string | RegExp) => card().getByText(text).first().waitFor();
  const text = () => shownText(page, 'studielan-saldo section');
  const press = (name: string) => card().getByRole('button', { name }).click();
  const heard = (name: string) =>
    page.evaluate<object[]>(`heard.filter(([heardName]) => heardName === '${name}').map(([, detail]) => detail)`);
  const announced = () =>
    page.evaluate<string>(`${inside} .querySelector('section > .unseen[role=status]').textContent`);
  const focused = () =>
    page.evaluate<string>(`${inside}.activeElement?.id || ${inside}.activeElement?.textContent || ''`);
  const inside = "document.querySelector('studielan-saldo').shadowRoot";

  test('makes no call before getToken is set; getToken may be set before the file has loaded', async () => {
    await open({ script: '' });
    await card().locator('.skeleton').waitFor();
    expect(api.calls).toEqual([]);
    await page.evaluate("document.querySelector('studielan-saldo').getToken = () => 'a.late.token'");
    await shows('Du skylder Lånekassen');
    expect(api.calls[0]?.authorization).toBe('Bearer a.late.token');
    await page.evaluate(`{
      const fresh = document.createElement('studielan-saldo');
      Object.defineProperty(fresh, 'getToken', { value: () => 'an.early.token', configurable: true, writable: true, enumerable: true });
      fresh.setAttribute('api-url', document.querySelector('studielan-saldo').getAttribute('api-url'));
      document.querySelector('studielan-saldo').replaceWith(fresh);
    }`);
    await shows('Du skylder Lånekassen');
    expect(api.calls.at(-1)?.authorization).toBe('Bearer an.early.token');
  });

  test('sends an event to a page that never sets getToken, and shows the customer a message', async () => {
    await open({ script: '' });
    await page.clock.install();
    await page.goto(pages.url);
    await card().locator('.skeleton').waitFor();
    await page.clock.fastForward(10_000);
    await shows('Du er ikke lenger logget inn.');
    expect(consoleLines).toContain('error <studielan-saldo>: the property getToken is not set.');
    expect(await heard('studielan-session-ended')).toEqual([{ code: 'token-missing' }]);
  });

  test('removes a token in an attribute, and the page gets an event', async () => {
    await open({ attributes: 'token="secret-in-the-wrong-place"' });
    await shows('Du skylder Lånekassen');
    expect(await page.content()).not.toContain('secret-in-the-wrong-place');
    expect(api.calls[0]?.authorization).toBe('Bearer the.customers.token');
    await page.evaluate("document.querySelector('studielan-saldo').setAttribute('api-url', 'http://bank.example/api')");
    await shows('Noe gikk galt hos oss');
    expect(consoleLines.join()).toContain('api-url must be https');
  });

  test('sends wait-seconds to the API only if the attribute is set', async () => {
    await open({ attributes: 'wait-seconds="3"' });
    await shows('Du skylder Lånekassen');
    expect(api.calls.map(({ prefer }) => prefer)).toEqual(['wait=3']);
  });

  test('shows boxes for a slow answer at once, a text after a second, and shifts the layout little when the answer comes', async () => {
    const answer = Promise.withResolvers<void>();
    await openStopped();
    await shows('Du skylder Lånekassen');
    api.answers['GET /saldo'] = [{ ...oneLoan, until: answer.promise }];
    await page.evaluate("document.querySelector('studielan-saldo').reload()");
    await card().locator('.skeleton').waitFor();
    expect(await text()).not.toContain('Henter');
    const height = async () => (await card().boundingBox())?.height;
    const before = await height();
    await page.clock.fastForward(1000);
    await shows('Henter fra Lånekassen …');
    expect(await announced()).toBe('Henter fra Lånekassen …');
    expect(await height()).toBe(before);
    answer.resolve();
    await shows('Du skylder Lånekassen');
    // The card expects as many parts in the next saldo as the last one had.
    expect(Math.abs(((await height()) ?? 0) - (before ?? 0))).toBeLessThan((before ?? 0) * 0.02);
    // The screen reader announces that the saldo has come, without the amount, because others may hear it.
    expect(await announced()).toBe('Studielånet er hentet.');
    await page.clock.fastForward(6000);
    expect(await announced()).toBe('');
  });

  test('obeys Retry-After when the saldo is not ready: retries twice by itself, then shows a button', async () => {
    api.answers['GET /saldo'] = [problem(503, 'saldo-not-ready', 30)];
    await openStopped();
    for (const asked of [1, 2]) {
      await shows('Vi prøver igjen om 30 sekunder.');
      expect(await announced()).toContain('Lånekassen bruker lengre tid enn vanlig.');
      await page.clock.fastForward(27_000);
      await shows(/Vi prøver igjen om [1-3] sekund(er)?\./u);
      expect(api.count('GET /saldo')).toBe(asked);
      await page.clock.fastForward(3000);
      await expect.poll(() => api.count('GET /saldo')).toBe(asked + 1);
    }
    await card().getByRole('button', { name: 'Prøv igjen' }).waitFor();
    await page.clock.fastForward(300_000);
    expect(api.count('GET /saldo')).toBe(3);
    api.answers['GET /saldo'] = [oneLoan];
    await press('Prøv igjen');
    await shows('Du skylder Lånekassen');
    expect((await heard('studielan-problem'))[0]).toEqual({
      code: 'saldo-not-ready',
      status: 503,
      requestId: '11111111-2222-4333-8444-555555555555',
    });
  });

  test("opens Altinn in the same tab, or lets the bank's page open it", async () => {
    api.answers['GET /saldo'] = [problem(403, 'consent-required')];
    const consentUrl = `${new URL(api.url).origin}/altinn`;
    api.answers['POST /consents'] = [{ status: 201, body: { state: 'pending', consentUrl } }];
    api.answers['GET /altinn'] = [{ status: 200, body: 'Altinn' }];
    await open({
      script: "card.addEventListener('studielan-consent', (e) => e.preventDefault()); card.getToken = () => 'a.b.c';",
    });
    await press('Legg til studielån');
    await shows('Du har ikke svart i Altinn ennå.');
    expect(await heard('studielan-consent')).toEqual([{ consentUrl }]);
    expect(page.url()).toBe(`${pages.url}/`);
    // The page may also keep the link.
    await card().getByRole('link', { name: 'Fortsett i Altinn' }).click();
    expect(await heard('studielan-consent')).toHaveLength(2);
    expect(page.url()).toBe(`${pages.url}/`);
    await page.context().close();

    resetCalls();
    await open({ attributes: 'return-url="mybank://studielan/retur"' });
    await press('Legg til studielån');
    await page.waitForURL(consentUrl);
    expect(page.context().pages()).toHaveLength(1);
    expect(JSON.parse(api.calls.find(({ route }) => route === 'POST /consents')?.body ?? '')).toEqual({
      returnUrl: 'mybank://studielan/retur',
    });
  });

  test('returns to this page without query and fragment, unless another return URL is set', async () => {
    api.answers['GET /saldo'] = [problem(403, 'consent-required')];
    api.answers['POST /consents'] = [problem(400, 'return-url-not-allowed')];
    await open();
    await page.goto(`${pages.url}/?kunde=1#konto`);
    await press('Legg til studielån');
    await shows('Noe gikk galt hos oss');
    expect(api.calls.at(-1)?.body).toBe(JSON.stringify({ returnUrl: `${pages.url}/` }));
  });

  test('does not open an address of the API that is no web address', async () => {
    api.answers['GET /saldo'] = [problem(403, 'consent-pending')];
    api.answers['GET /consents/current'] = [consent('pending', { consentUrl: 'javascript:document.title="taken"' })];
    api.answers['POST /consents'] = [consent('pending', { consentUrl: 'data:text/html,taken' })];
    await open();
    await shows('Du har ikke svart i Altinn ennå.');
    expect(await card().getByRole('link').count()).toBe(0);
    await press('Fortsett i Altinn');
    await expect.poll(() => api.count('GET /consents/current')).toBe(2);
    expect(page.url()).toBe(`${pages.url}/`);
    expect(await page.title()).toBe('Bank');
  });

  test('asks again before the end, Escape goes back, and the keyboard focus is never lost', async () => {
    api.answers['DELETE /consents/current'] = [consent('none', { withdrawUrl: 'https://altinn.invalid/active' })];
    await open();
    await shows('Du skylder Lånekassen');
    await pressByKeyboard(page, 'Fjern studielån');
    await shows('Vil du fjerne studielånet fra denne siden?');
    expect(await focused()).toBe('Avbryt');
    await page.keyboard.press('Escape');
    expect(await focused()).toBe('Fjern studielån');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    expect(await focused()).toBe('Fjern studielån');
    expect(api.count('DELETE /consents/current')).toBe(0);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    const withdraw = card().getByRole('link', { name: 'Trekk samtykket i Altinn' });
    expect(await withdraw.getAttribute('href')).toBe('https://altinn.invalid/active');
    expect(await focused()).toBe('heading');
    expect(await card().locator('section').innerText()).not.toMatch(/250\s?100/u);
  });

  test('ignores a second press while a call is running, and keeps the focus', async () => {
    const answer = Promise.withResolvers<void>();
    api.answers['GET /saldo'] = [problem(403, 'consent-required')];
    api.answers['POST /consents'] = [{ ...problem(503, 'upstream-busy'), until: answer.promise }];
    await open();
    await pressByKeyboard(page, 'Legg til studielån');
    await expect.poll(announced).toBe('Åpner Altinn …');
    await page.keyboard.press('Enter');
    expect(await focused()).toBe('Legg til studielån');
    answer.resolve();
    await card().getByRole('button', { name: 'Prøv igjen' }).waitFor();
    expect(api.count('POST /consents')).toBe(1);
    expect(await focused()).toBe('heading');
  });

  test('shows an answer that was given in another window when the customer is back', async () => {
    api.answers['GET /saldo'] = [problem(403, 'consent-pending')];
    api.answers['GET /consents/current'] = [consent('pending', { consentUrl: 'https://altinn.invalid/x' })];
    await openStopped();
    await shows('Du har ikke svart i Altinn ennå.');
    api.answers['GET /saldo'] = [oneLoan];
    await page.clock.fastForward(4000);
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await shows('Du skylder Lånekassen');
  });

  test('links to the consent in Altinn, and lets the page open the link itself', async () => {
    await open({
      script: "card.addEventListener('studielan-withdraw', (e) => e.preventDefault()); card.getToken = () => 'a.b.c';",
    });
    const link = card().getByRole('link', { name: 'Se samtykket i Altinn' });
    expect(await link.getAttribute('href')).toBe('https://altinn.invalid/active');
    expect(await link.getAttribute('rel')).toBe('noreferrer');
    await link.click();
    expect(await heard('studielan-withdraw')).toEqual([{ withdrawUrl: 'https://altinn.invalid/active' }]);
    expect(page.url()).toBe(`${pages.url}/`);
  });

  test('shows the day with a saldo of another day, and only the time with one of today', async () => {
    api.answers['GET /saldo'] = [saldo('1.00', [['lan', 'Lån', '1.00']], { fetchedAt: '2026-01-02T08:15:00Z' })];
    await open();
    await shows('Hentet 2. januar 2026 kl. 09:15 fra Lånekassen.');
    api.answers['GET /saldo'] = [oneLoan];
    await page.evaluate("document.querySelector('studielan-saldo').reload()");
    await shows(/^Hentet kl\. \d\d:\d\d fra Lånekassen\.$/u);
  });

  test('offers the renewal, which opens Altinn like the first consent', async () => {
    api.answers['GET /saldo'] = [saldo('1.00', [['lan', 'Lån', '1.00']], { consent: { renewFrom: inDays(-1) } })];
    const consentUrl = `${new URL(api.url).origin}/altinn`;
    api.answers['POST /consents'] = [{ status: 201, body: { state: 'pending', consentUrl } }];
    api.answers['GET /altinn'] = [{ status: 200, body: 'Altinn' }];
    await open();
    await press('Forny samtykket');
    await page.waitForURL(consentUrl);
  });

  describe("Lånekassen's logo (duty C-6)", () => {
    const warning = /warning <studielan-saldo>: Lånekassen’s logo is missing/u;
    test.each([
      ['an empty slot', '', 'Her skal Lånekassens logo stå'],
      ['an image that does not load', '<img slot="logo" src="/none.svg" alt="Lånekassen">', 'Lånekassen'],
      ['an empty element', '<span slot="logo"></span>', 'Lånekassen'],
    ])('%s: the page gets an event, and the console names the missing logo', async (_name, inside, words) => {
      await open({ inside });
      await shows('Du skylder Lånekassen');
      await expect.poll(() => shownText(page, 'studielan-saldo .logo')).toBe(words);
      await expect.poll(() => card().getAttribute('logo-missing')).toBe('');
      expect(await heard('studielan-logo-missing')).toHaveLength(1);
      expect(consoleLines.filter((line) => warning.test(line))).toHaveLength(1);
    });

    test.each([
      ['an image', logoImage],
      ['an image in a link', `<a slot="logo" href="/">${logoImage.replace('slot="logo" ', '')}</a>`],
      [
        'an inline drawing',
        '<svg slot="logo" role="img" aria-label="Lånekassen" width="90" height="30"><rect width="90" height="30"/></svg>',
      ],
    ])('%s is enough, and is placed beside the balance', async (_name, inside) => {
      await open({ inside });
      await shows('Du skylder Lånekassen');
      await expect.poll(() => card().locator('.logo-missing').isHidden()).toBe(true);
      expect(await card().getAttribute('logo-missing')).toBeNull();
      expect(consoleLines.filter((line) => warning.test(line))).toEqual([]);
      const [logo, total] = await Promise.all([
        page.locator('[slot=logo]').boundingBox(),
        card().locator('.total').boundingBox(),
      ]);
      expect((total?.y ?? 1e6) - ((logo?.y ?? 0) + (logo?.height ?? 0))).toBeLessThan(40);
    });

    test('is not required without a saldo', async () => {
      api.answers['GET /saldo'] = [problem(403, 'consent-required')];
      await open({ inside: '' });
      await shows('Gi samtykke i Altinn');
      expect(await card().getAttribute('logo-missing')).toBeNull();
      expect(consoleLines.filter((line) => line.includes('studielan-saldo'))).toEqual([]);
    });

    test('is reported as missing if it is removed later', async () => {
      await open();
      await shows('Du skylder Lånekassen');
      await page.evaluate("document.querySelector('[slot=logo]').remove()");
      await shows('Her skal Lånekassens logo stå');
      expect(await heard('studielan-logo-missing')).toHaveLength(1);
    });
  });

  test('follows the language of the page, unless its element has one of its own', async () => {
    await open({ language: 'nn' });
    await shows('Du skuldar Lånekassen');
    await page.evaluate("document.documentElement.lang = 'en'");
    await shows('You owe Lånekassen');
    await page.evaluate("document.querySelector('studielan-saldo').lang = 'nb'");
    await shows('Du skylder Lånekassen');
    expect(api.count('GET /saldo')).toBe(1);
  });

  test('has the heading level that the page sets', async () => {
    await open({ attributes: 'heading-level="3"' });
    await card().getByRole('heading', { name: 'Studielån', level: 3 }).waitFor();
  });

  test('has no motion if the reader wants less; otherwise the bars move', async () => {
    api.answers['GET /saldo'] = [{ ...oneLoan, until: new Promise(() => undefined) }];
    const animation = `getComputedStyle(${inside}.querySelector('.bar')).animationName`;
    await open();
    await card().locator('.bar').first().waitFor();
    expect(await page.evaluate(animation)).toBe('none');
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    expect(await page.evaluate(animation)).toBe('breathe');
  });

  test('is complete in forced colours, with edges in place of surfaces', async () => {
    api.answers['GET /saldo'] = [saldo('1204318.07', allAccounts)];
    await open({}, { forcedColors: 'active' });
    await shows('Du skylder Lånekassen');
    await press('Fjern studielån');
    const border = `getComputedStyle(${inside}.querySelector('.question')).borderTopStyle`;
    expect(await page.evaluate(border)).toBe('solid');
    await page.setViewportSize({ width: 360, height: 740 });
    await expectFits(page, 'forced colours');
    const path = fileURLToPath(new URL('../../.artifacts/screenshots/card-forced-colours.png', import.meta.url));
    await page.screenshot({ path, fullPage: true });
  });

  describe('themes', () => {
    test("use the bank's own custom properties first", async () => {
      const style =
        'studielan-saldo { --studielan-text: rgb(1, 2, 3); --studielan-radius: 7px; --studielan-font-family: serif; }';
      await open({ style });
      await shows('Du skylder Lånekassen');
      const styles = `(() => { const style = getComputedStyle(${inside}.querySelector('section')); return [style.color, style.borderTopLeftRadius, style.fontFamily]; })()`;
      expect(await page.evaluate(styles)).toEqual(['rgb(1, 2, 3)', '7px', 'serif']);
    });

    test("are not affected by a page's own short property names", async () => {
      const names = ['text', 'soft', 'line', 'ground', 'action', 'link', 'tint', 'focus', 'bar', 'radius', 'space'];
      const own = names.map((name) => `--${name}: rgb(9, 9, 9);`).join(' ');
      const style = `:root { ${own} } studielan-saldo { --studielan-text: var(--text); --studielan-action: var(--action); --studielan-text-subtle: var(--soft); }`;
      api.answers['GET /saldo'] = [problem(403, 'consent-required')];
      await open({ style });
      await shows('Gi samtykke i Altinn');
      const styles = `['.button.primary', '.small'].map((one) => getComputedStyle(${inside}.querySelector(one))).flatMap((style, index) => index === 0 ? style.backgroundColor : style.color)`;
      expect(await page.evaluate(styles)).toEqual(['rgb(9, 9, 9)', 'rgb(9, 9, 9)']);
    });

    test("fit Designsystemet's tokens: its theme on the page, light and dark, without an axe finding", async () => {
      const theme = readFileSync(
        new URL('../../node_modules/@digdir/designsystemet-theme/src/themes/designsystemet.css', import.meta.url),
        'utf8',
      );
      api.answers['GET /saldo'] = [saldo('1204318.07', allAccounts, { consent: { renewFrom: inDays(-1) } })];
      const style = `${theme} body { background: var(--ds-color-neutral-background-default); color: var(--ds-color-neutral-text-default); }`;
      await open({
        style,
        script: "document.documentElement.dataset.colorScheme = 'auto'; card.getToken = () => 'a.b.c';",
      });
      await shows('Du skylder Lånekassen');
      const action = () =>
        page.evaluate<string>(`getComputedStyle(${inside}.querySelector('.button.primary')).backgroundColor`);
      const own = await action();
      expect(own).not.toBe('rgb(13, 92, 82)');
      await expectSound(page, 'card-designsystemet');
      await press('Fjern studielån');
      await expectSound(page, 'card-designsystemet-question');
    });

    test('keep the card light on a light-only page, also on a dark system', async () => {
      await open({ style: ':root { color-scheme: light; }' }, { colorScheme: 'dark' });
      await shows('Du skylder Lånekassen');
      expect(await page.evaluate(`getComputedStyle(${inside}.querySelector('section')).backgroundColor`)).toBe(
        'rgb(255, 255, 255)',
      );
    });
  });
});
