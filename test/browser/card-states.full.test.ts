// Every state of the card in three languages, at 360 and 1280 px, light and dark, in the playground: texts and amounts, axe, the layout,
// and a picture. The pictures become contact sheets (`.artifacts/contact-sheets/`).
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPlayground } from '../../tools/playground/server.ts';
import { cardCases, languages } from './card-cases.ts';
import { expectWords } from './card-looks.ts';
import { browserIsMissing, launchChromium } from './chromium.ts';
import { contactSheets } from './contact-sheets.ts';
import { allLooks, expectFits, expectSound } from './page-checks.ts';

/**
 * `LOOKS=all`: every language in all four looks, and axe in each state of each language. Used for a release, because it takes twice as
 * long.
 */
const hasAllLooks = process.env.LOOKS === 'all';

describe.skipIf(browserIsMissing())('every state of the card', () => {
  let browser: Browser;
  let playground: Awaited<ReturnType<typeof startPlayground>>;
  beforeAll(async () => {
    [browser, playground] = await Promise.all([launchChromium(), startPlayground(0)]);
  });
  afterAll(async () => {
    if (browser) await contactSheets(browser);
    await browser?.close();
    await playground?.close();
  }, 120_000);

  const newPage = async () => (await browser.newContext({ reducedMotion: 'reduce' })).newPage();
  let shared: Page | undefined;
  /** One page for all states, because a new context would take as long as the checks. */
  const sharedPage = async () => {
    shared ??= await newPage();
    await shared.goto('about:blank');
    return shared;
  };

  for (const texts of languages)
    test.each(cardCases.map((one, index) => ({ ...one, index })))(`${texts.language}: $name`, async (one) => {
      // A call that does not end is given up after 15 s, but the pictures may take longer.
      const isEndless = one.state.shows === 'loading';
      const page = isEndless ? await newPage() : await sharedPage();
      if (isEndless) await page.clock.install();
      await page.goto(`${playground.url}/#state=${one.name}&lang=${texts.language}&bare`);
      if (isEndless) await page.clock.fastForward(1500);
      await expectWords(page, one, texts);
      // A sample, to save time. In one language axe checks each state at both widths and in both colours: one state narrow and light and
      // wide and dark, the next one the other way. The other languages differ only in their texts: both widths, and axe in a third of the
      // states.
      const looks = allLooks.filter((_, at) => (one.index % 2 === 0 ? [0, 3] : [1, 2]).includes(at));
      const third = languages.indexOf(texts);
      const [seen, byAxe] =
        texts.language === 'nb' || hasAllLooks
          ? [allLooks, looks]
          : [looks, one.index % 3 === third ? looks.slice(0, 1) : []];
      await expectSound(page, `card-${one.name}-${texts.language}`, seen, byAxe);
      // Text at 200 %: a phone's narrow window with half as many letters.
      await page.setViewportSize({ width: 320, height: 740 });
      await page.evaluate("document.documentElement.style.fontSize = '200%'");
      await expectFits(page, `${texts.language} ${one.name} at 200 %`);
      // WCAG 1.4.12: a reader's own spacing of text must break nothing.
      await page.evaluate("document.documentElement.style.fontSize = ''");
      await page.evaluate(
        "Object.assign(document.body.style, { lineHeight: '1.5', letterSpacing: '0.12em', wordSpacing: '0.16em' })",
      );
      await expectFits(page, `${texts.language} ${one.name} with wide text`);
      if (isEndless) await page.context().close();
    });

  test('the playground: its choices change the card, the markup and the address, and axe finds nothing', async () => {
    const page = await newPage();
    await page.goto(playground.url);
    await page.getByLabel('State').selectOption('negative');
    await page.getByLabel('Language').selectOption('en');
    await page.getByLabel('Width').selectOption('360');
    await page.getByLabel('Theme').selectOption('designsystemet');
    await page.locator('studielan-saldo').getByText('Negative balance at Lånekassen').waitFor();
    expect(page.url()).toContain('#state=negative&lang=en&width=360&theme=designsystemet');
    expect(await page.locator('#markup').innerText()).toContain('<studielan-saldo api-url=');
    await expect
      .poll(async () => (await page.locator('studielan-saldo').boundingBox())?.width)
      .toBeLessThanOrEqual(360);
    await expectSound(page, 'playground', allLooks);
    await page.context().close();
  });

  test('there is a case for every state of the card', () => {
    expect(new Set(cardCases.map(({ state }) => state.shows))).toEqual(
      new Set([
        'loading',
        'consent-needed',
        'refused-today',
        'pending',
        'saldo',
        'not-a-customer',
        'stopped',
        'waiting',
        'unavailable',
        'fault',
        'session-ended',
      ]),
    );
  });
});
