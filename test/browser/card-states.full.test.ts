// Every state of the card in three languages, at 360 and 1280 px, light and dark: the words and figures, axe, the boxes, and
// a picture of each. And what no state may hold.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cardCases, languages } from './card-cases.ts';
import { expectCase } from './card-looks.ts';
import { type CardPages, startCardPages } from './card-page.ts';
import { browserIsMissing, launchChromium } from './chromium.ts';
import { allLooks, expectFits } from './page-checks.ts';

describe.skipIf(browserIsMissing())('every state of the card', () => {
  let browser: Browser;
  let pages: CardPages;
  beforeAll(async () => {
    [browser, pages] = await Promise.all([launchChromium(), startCardPages()]);
  });
  afterAll(async () => {
    await browser?.close();
    await pages?.close();
  });

  for (const texts of languages)
    test.each(cardCases)(`${texts.language}: $name`, async (one) => {
      const page = await expectCase(browser, pages, one, texts, allLooks);
      // Text at 200 %, which is a phone's narrow window in half as many letters.
      await page.setViewportSize({ width: 360, height: 740 });
      await page.evaluate("document.documentElement.style.fontSize = '200%'");
      await expectFits(page, `${texts.language} ${one.name} at 200 %`);
      // WCAG 1.4.12: a reader's own spacing of text breaks nothing.
      await page.evaluate("document.documentElement.style.fontSize = ''");
      await page.evaluate(
        "Object.assign(document.body.style, { lineHeight: '1.5', letterSpacing: '0.12em', wordSpacing: '0.16em' })",
      );
      await expectFits(page, `${texts.language} ${one.name} with wide text`);
      await page.context().close();
    });

  test('the cases are every state that the card has', () => {
    expect(new Set(cardCases.map(({ state }) => state))).toEqual(
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
        'erased',
      ]),
    );
  });
});
