// Use of a page without a mouse.
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Tabs to the link or button with this text, checks that its focus is visible, and presses Enter. Fails after 60 tabs. */
export async function pressByKeyboard(page: Page, text: string | RegExp): Promise<void> {
  for (let tabs = 0; tabs < 60; tabs += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate<string>(
      '(document.activeElement?.shadowRoot?.activeElement ?? document.activeElement)?.textContent?.trim() ?? ""',
    );
    if (typeof text === 'string' ? focused !== text : !text.test(focused)) continue;
    const outline = await page.evaluate<string>(
      'getComputedStyle(document.activeElement.shadowRoot?.activeElement ?? document.activeElement).outlineStyle',
    );
    expect(outline, `focus on ${text} is visible`).not.toBe('none');
    await page.keyboard.press('Enter');
    return;
  }
  throw new Error(`The keyboard does not reach ${text}.`);
}
