// One state of the card, opened, waited for and looked at.
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Texts } from '../../web/src/texts/texts.ts';
import type { CardCase } from './card-cases.ts';
import { type CardPages, resetAnswers } from './card-page.ts';
import { expectSound, type Look, shownText } from './page-checks.ts';

/** Words that no figure of Lånekassen's proves (domain/lanekassen-saldo-api.md §5). */
export const paidOff =
  /innfri|nedbetal|gjeldfri|gjeldsfri|ingen gjeld|betalt ned|betalt ut|paid off|paid in full|debt.free|no debt/iu;

/** Opens the case in a language, expects its words, and looks at it; gives the page, to be looked at further and closed. */
export async function expectCase(
  browser: Browser,
  pages: CardPages,
  one: CardCase,
  texts: Texts,
  looks: readonly Look[],
): Promise<Page> {
  resetAnswers(pages.api);
  Object.assign(pages.api.answers, one.answers);
  const page = await pages.open(browser, {
    language: texts.language,
    ...(one.inside === undefined ? {} : { inside: one.inside }),
    ...(one.script === undefined ? {} : { script: one.script }),
  });
  // Stopped after it has loaded: what runs by then has been fetched, and no second passes any more.
  if (one.stopped) {
    await page.clock.install();
    await page.goto(pages.url);
  }
  const card = page.locator('studielan-saldo');
  const first = one.says(texts)[0] ?? '';
  // Not waitForFunction: it needs `unsafe-eval`, which the page's policy does not give.
  const state = () => page.evaluate<string>("document.querySelector('studielan-saldo').state");
  if (one.press) {
    await expect.poll(state).not.toBe('loading');
    await one.press(page, texts);
  }
  await card.getByText(first).first().waitFor();
  // Polled: what is said on the way back from Altinn stands there before the saldo has come.
  await expect.poll(state, { timeout: 5000 }).toBe(one.state);
  const shown = await shownText(page, 'studielan-saldo section');
  for (const words of one.says(texts))
    expect(shown).toMatch(typeof words === 'string' ? new RegExp(escaped(words)) : words);
  expect(shown).not.toMatch(paidOff);
  expect(shown).not.toMatch(/undefined|null|NaN|Invalid|\{|\[object/);
  expect(await card.locator('section').getAttribute('lang')).toBe(texts.language);
  await expectSound(page, `card-${one.name}-${texts.language}`, looks);
  return page;
}

/** The words with any space for a space: Intl's spaces are of several kinds. */
const escaped = (words: string) => words.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&').replace(/\s+/gu, '\\s');
