// Opens one state of the card, waits for it and checks it.
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Texts } from '../../web/src/texts/texts.ts';
import type { CardCase } from './card-cases.ts';
import { answerAs, type CardPages } from './card-page.ts';
import { expectSound, type Look, shownText } from './page-checks.ts';

/** Words that no figure of Lånekassen's can prove (docs/contracts/lanekassen-saldo.md §5). */
export const paidOff =
  /innfri|nedbetal|gjeldfri|gjeldsfri|ingen gjeld|betalt ned|betalt ut|paid off|paid in full|debt.free|no debt/iu;

/** Opens the case on a bank's page under a strict policy, expects its words, and checks it. Returns the page, which the caller closes. */
export async function expectCase(
  browser: Browser,
  pages: CardPages,
  one: CardCase,
  texts: Texts,
  looks: readonly Look[],
): Promise<Page> {
  const { state } = one;
  answerAs(pages.api, state);
  const page = await pages.open(browser, {
    language: texts.language,
    ...(state.hasLogo === false ? { inside: '' } : {}),
    ...(state.isLoggedOut ? { script: 'card.getToken = () => null;' } : {}),
    ...(state.word === undefined ? {} : { query: `?studielan=${state.word}` }),
  });
  // Not waitForFunction, because it needs `unsafe-eval`, which the page's policy does not allow.
  if (state.press) await expect.poll(() => kindOf(page)).not.toBe('loading');
  for (const name of state.press ?? []) await page.locator(`studielan-saldo [data-name="${name}"]`).first().click();
  await expectWords(page, one, texts);
  await expectSound(page, `card-${one.name}-${texts.language}`, looks);
  return page;
}

const kindOf = (page: Page) => page.evaluate<string>("document.querySelector('studielan-saldo').state");

/** Checks the texts that must be shown and those that must not, and the state that the card reports. */
export async function expectWords(page: Page, one: CardCase, texts: Texts): Promise<void> {
  const card = page.locator('studielan-saldo');
  await card
    .getByText(one.says(texts)[0] ?? '')
    .first()
    .waitFor();
  // Polled, because the message after Altinn is shown before the saldo has arrived.
  await expect.poll(() => kindOf(page), { timeout: 5000 }).toBe(one.state.shows);
  // Polled, because what a press opens appears a moment later.
  for (const words of one.says(texts))
    await expect
      .poll(() => shownText(page, 'studielan-saldo section'), { timeout: 5000 })
      .toMatch(typeof words === 'string' ? new RegExp(escaped(words)) : words);
  const shown = await shownText(page, 'studielan-saldo section');
  for (const words of one.notSays?.(texts) ?? []) expect(shown).not.toMatch(new RegExp(escaped(words)));
  expect(shown).not.toMatch(paidOff);
  expect(shown).not.toMatch(/undefined|null|NaN|Invalid|\{|\[object/);
  expect(await card.locator('section').getAttribute('lang')).toBe(texts.language);
}

/** The words with a pattern for any space, because Intl uses several kinds of spaces. */
const escaped = (words: string) => words.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&').replace(/\s+/gu, '\\s');
