// The card in a real browser: the few tests that every change must pass. card-states.full.test.ts has all states.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import { textsFor } from '../../web/src/texts/texts.ts';
import { slowTest, quickTest as test } from '../part.ts';
import { cardCases } from './card-cases.ts';
import { expectCase } from './card-looks.ts';
import { type CardPages, resetAnswers, startCardPages } from './card-page.ts';
import { browserIsMissing, launchChromium } from './chromium.ts';
import { shownText } from './page-checks.ts';
import { oneLoan } from './stub-api.ts';

describe.skipIf(browserIsMissing())('the card', () => {
  let browser: Browser;
  let pages: CardPages;
  let page: Page;
  beforeAll(async () => {
    [browser, pages] = await Promise.all([launchChromium(), startCardPages()]);
  });
  afterAll(async () => {
    await browser?.close();
    await pages?.close();
  });
  beforeEach(() => resetAnswers(pages.api));
  afterEach(() => page.context().close());

  const shows = (text: string | RegExp) => page.locator('studielan-saldo').getByText(text).first().waitFor();

  // A sample; card-states.full.test.ts has every state in every look.
  test('shows the saldo in nb at 360 px, light', async () => {
    const one = cardCases.find(({ name }) => name === 'saldo');
    if (!one) throw new Error('no case saldo');
    page = await expectCase(browser, pages, one, textsFor('nb'), [{ width: 360, scheme: 'light' }]);
  });

  test('stores no saldo in the browser, and sends requests only to the bank and the API', async () => {
    page = await (await browser.newContext()).newPage();
    pages.serve();
    await page.addInitScript(watchStorage);
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(pages.url);
    await shows('Du skylder Lånekassen');
    await page.evaluate("document.querySelector('studielan-saldo').reload()");
    await shows('Du skylder Lånekassen');
    expect(await page.evaluate('stored')).toEqual([]);
    expect(await page.evaluate(whatIsStored)).toEqual([[], [], [], [], '', null]);
    const origins = new Set(requests.map((url) => new URL(url).origin));
    expect(origins).toEqual(new Set([new URL(pages.url).origin, new URL(pages.api.url).origin]));
    // The recorder finds what it is for.
    await page.evaluate("localStorage.setItem('a', 'b'); history.pushState({ a: 1 }, '')");
    expect(await page.evaluate('stored')).toEqual(['localStorage a', 'pushState']);
  });

  test('erase removes the saldo from the page at once, calls the API with the old token, and no saldo comes back', async () => {
    const answer = Promise.withResolvers<void>();
    page = await pages.open(browser);
    await shows('Du skylder Lånekassen');
    pages.api.answers['DELETE /session'] = [{ status: 204, until: answer.promise }];
    await page.evaluate("void (globalThis.erased = document.querySelector('studielan-saldo').erase())");
    const shown = await shownText(page, 'studielan-saldo section');
    expect(shown).toMatch(/^Studielån Saldoen er fjernet fra siden\./u);
    expect(await page.evaluate(wholeShadowText)).not.toMatch(/250/u);
    answer.resolve();
    expect(await page.evaluate('erased')).toBe(true);
    expect(pages.api.calls.at(-1)).toMatchObject({
      route: 'DELETE /session',
      authorization: 'Bearer the.customers.token',
    });
    // A new function alone does not mean another customer.
    await page.evaluate("document.querySelector('studielan-saldo').getToken = () => 'the.next.token'");
    expect(await page.evaluate(wholeShadowText)).not.toMatch(/250/u);

    pages.api.answers['DELETE /session'] = [{ status: 503, body: {} }];
    await page.evaluate("document.querySelector('studielan-saldo').reload()");
    await shows('Du skylder Lånekassen');
    expect(await page.evaluate("document.querySelector('studielan-saldo').erase()")).toBe(false);
  });

  slowTest('holds no saldo after its element or the page is left', async () => {
    page = await pages.open(browser);
    await shows('Du skylder Lånekassen');
    await page.evaluate("globalThis.kept = document.querySelector('studielan-saldo'); kept.remove()");
    expect(await page.evaluate('kept.shadowRoot.textContent')).not.toMatch(/250/u);
    await page.evaluate("document.querySelector('main').append(kept)");
    await shows('Du skylder Lånekassen');
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))");
    expect(await page.evaluate(wholeShadowText)).not.toMatch(/250/u);
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");
    await shows('Du skylder Lånekassen');
  });

  slowTest('does not show an answer that arrives after the end of the session', async () => {
    const answer = Promise.withResolvers<void>();
    pages.api.answers['GET /saldo'] = [{ ...oneLoan, until: answer.promise }];
    page = await pages.open(browser);
    await expect.poll(() => pages.api.count('GET /saldo')).toBe(1);
    expect(await page.evaluate("document.querySelector('studielan-saldo').erase()")).toBe(true);
    answer.resolve();
    await page.waitForTimeout(200);
    expect(await page.evaluate(wholeShadowText)).not.toMatch(/250/u);
  });

  test('sends the page one event when the session ends', async () => {
    pages.api.answers['GET /saldo'] = [{ status: 401, body: { code: 'session-ended', status: 401 } }];
    page = await pages.open(browser);
    await shows('Du er ikke lenger logget inn.');
    const heard = await page.evaluate("heard.filter(([name]) => name === 'studielan-session-ended')");
    expect(heard).toEqual([['studielan-session-ended', { code: 'session-ended' }]]);
  });
});

const wholeShadowText = "document.querySelector('studielan-saldo').shadowRoot.textContent";

const whatIsStored = `(async () => [
  Object.keys(localStorage), Object.keys(sessionStorage), await indexedDB.databases(), await caches.keys(), document.cookie, history.state,
])()`;

/** Records every attempt to store something, before any script of the page runs. */
const watchStorage = `
globalThis.stored = [];
const setItem = Storage.prototype.setItem;
Storage.prototype.setItem = function (key, value) {
  stored.push((this === localStorage ? 'localStorage ' : 'sessionStorage ') + key);
  setItem.call(this, key, value);
};
for (const [target, name] of [[IDBFactory.prototype, 'open'], [CacheStorage.prototype, 'open'], [History.prototype, 'pushState'], [History.prototype, 'replaceState']]) {
  const before = target[name];
  target[name] = function (...args) { stored.push(name); return before.apply(this, args); };
}
const cookie = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
Object.defineProperty(Document.prototype, 'cookie', { ...cookie, set(value) { stored.push('cookie'); cookie.set.call(this, value); } });
`;
