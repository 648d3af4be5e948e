// Checks that every page must pass in every state: axe finds nothing, nothing is cut off or covers something else. A picture is stored.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { boxFaults } from './box-faults.ts';

const folder = new URL('../../.artifacts/screenshots/', import.meta.url);

/** One way to look at a page. */
export type Look = { width: 360 | 1280; scheme: 'light' | 'dark' };

/** Narrow and wide, light and dark. */
export const allLooks: readonly Look[] = ([360, 1280] as const).flatMap((width) =>
  (['light', 'dark'] as const).map((scheme) => ({ width, scheme })),
);

/**
 * Checks the page in each look: no sideways scrolling, no fault in the layout, and no finding of axe with all its rules (WCAG 2.2 AA and
 * best practice) in those of `axeLooks`. Stores one screenshot each (`.artifacts/screenshots/<name>-<width>[-dark].png`).
 */
export async function expectSound(
  page: Page,
  name: string,
  looks: readonly Look[] = allLooks,
  axeLooks: readonly Look[] = looks,
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const look of looks) {
    const { width, scheme } = look;
    const label = `${name}-${width}${scheme === 'dark' ? '-dark' : ''}`;
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: width === 360 ? 740 : 800 });
    await page.screenshot({ path: fileURLToPath(new URL(`${label}.png`, folder)), fullPage: true });
    await expectFits(page, label);
    if (!axeLooks.includes(look)) continue;
    // Legacy mode saves a second page for each run. It only leaves out frames of other origins, and there are no frames.
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).options(withAllRules).analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
    expect(found, `${label}: axe`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

// Off by default, although it is part of WCAG 2.2 AA.
const withAllRules = { rules: { 'target-size': { enabled: true } } };

/** Checks that nothing is wider than the window, cut off, or over something else. */
export async function expectFits(page: Page, label: string): Promise<void> {
  const [widest, width] = await page.evaluate<[number, number]>('[document.documentElement.scrollWidth, innerWidth]');
  expect(widest, `${label}: width`).toBeLessThanOrEqual(width);
  expect(await boxFaults(page), `${label}: boxes`).toEqual([]);
}

/** The page's text as shown, with every kind of space as a plain one. */
export const shownText = async (page: Page, selector = 'body'): Promise<string> =>
  (await page.locator(selector).innerText()).replace(/\s+/gu, ' ');
