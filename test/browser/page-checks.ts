// What every page must pass, in whatever state: axe finds nothing, nothing is cut off, and it is kept as a picture.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const folder = new URL('../../.artifacts/screenshots/', import.meta.url);

/**
 * Runs axe with all its rules at 360 px, and looks at 360 and 1280 px: no sideways scrolling, one screenshot each
 * (`.artifacts/screenshots/<name>-<width>.png`). With `dark`, axe and the narrow picture once more in dark colours.
 */
export async function expectSoundPage(page: Page, name: string, { dark = false } = {}): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const look = async (label: string, width: number, withAxe: boolean) => {
    await page.setViewportSize({ width, height: width === 360 ? 740 : 800 });
    await page.screenshot({ path: fileURLToPath(new URL(`${name}-${label}.png`, folder)), fullPage: true });
    const widest = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect(widest, `${name}: width at ${width} px`).toBeLessThanOrEqual(width);
    if (!withAxe) return;
    // Legacy mode saves a second page for each run; it only leaves out frames of other origins, and there are no frames.
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
    expect(found, `${name}: axe, ${label}`).toEqual([]);
  };
  if (dark) {
    await page.emulateMedia({ colorScheme: 'dark' });
    await look('dark-360', 360, true);
    await page.emulateMedia({ colorScheme: 'light' });
  }
  await look('360', 360, true);
  await look('1280', 1280, false);
}

/** The text of the page as shown, with every kind of space as a plain one. */
export const shownText = async (page: Page, selector = 'body'): Promise<string> =>
  (await page.locator(selector).innerText()).replace(/\s+/gu, ' ');
