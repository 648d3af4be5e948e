// Checks duty C-6 in a browser: whether Lånekassen's logo is beside the saldo, and visible.
import type { Page } from 'playwright-core';
import { launchChromium } from '../chromium.ts';
import type { DsopCase } from './cases.ts';
import type { LogoEvidence } from './evidence.ts';

/** The longest distance between the boxes of logo and saldo, CSS pixels. The contract says "immediate vicinity". */
const nearPx = 120;
/** A smaller picture cannot be read as a logo, CSS pixels. */
const leastWidth = 40;
const leastHeight = 12;

/** What the page has, measured in the browser. */
type Measured = { logo: Box | null; balance: Box | null; name: string; isPicture: boolean };
type Box = { x: number; y: number; width: number; height: number };

// Runs in the page. The web component has its parts in a shadow tree, and the bank's logo in its slot "logo". Only a logo that the bank has put
// there counts, not what the component shows without one.
const measure = `(() => {
  const host = document.querySelector('studielan-saldo');
  const root = host?.shadowRoot;
  const seen = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const logo = root?.querySelector('slot[name="logo"]')?.assignedElements().find(seen);
  const balance = root?.querySelector('[part~="total"]');
  const box = (one) => {
    if (!one || !seen(one)) return null;
    const { x, y, width, height } = one.getBoundingClientRect();
    return { x, y, width, height };
  };
  const picture = logo?.matches('img, svg') ? logo : logo?.querySelector('img, svg');
  const loaded = picture instanceof HTMLImageElement ? picture.complete && picture.naturalWidth > 0 : Boolean(picture);
  const name = (picture?.getAttribute('alt') ?? picture?.getAttribute('aria-label') ?? picture?.querySelector?.('title')?.textContent ?? logo?.textContent ?? '').trim();
  return { logo: picture && !loaded ? null : box(logo), balance: box(balance), name, isPicture: Boolean(picture) };
})()`;

const gap = (a: number, aSize: number, b: number, bSize: number) => Math.max(0, b - (a + aSize), a - (b + bSize));

/** What is wrong with the logo, or where it is. */
export function logoFinding({ logo, balance, name, isPicture }: Measured): { fault: string } | { seen: string } {
  if (balance === null) return { fault: 'no balance is shown' };
  if (logo === null) return { fault: 'there is nothing in the place of the logo' };
  if (logo.width < leastWidth || logo.height < leastHeight) return { fault: 'the place of the logo is empty' };
  if (!/Lånekassen/iu.test(name)) return { fault: 'what is there does not name Lånekassen' };
  const distance = Math.hypot(
    gap(logo.x, logo.width, balance.x, balance.width),
    gap(logo.y, logo.height, balance.y, balance.height),
  );
  if (distance > nearPx) return { fault: `it is ${Math.round(distance)} px from the balance` };
  const what = isPicture ? 'a picture' : 'a stand-in as text (the bank gets the file from Lånekassen)';
  return {
    seen: `${what} of ${Math.round(logo.width)} × ${Math.round(logo.height)} px, ${Math.round(distance)} px from the balance`,
  };
}

/** Checks a page that shows a saldo, at the width of a phone and of a desktop. */
export async function lookAtLogo(page: Page): Promise<LogoEvidence['widths']> {
  const widths: LogoEvidence['widths'] = [];
  for (const px of [360, 1280]) {
    await page.setViewportSize({ width: px, height: 800 });
    widths.push({ px, ...logoFinding(await page.evaluate<Measured>(measure)) });
  }
  return widths;
}

/**
 * Logs the customer in on the demo bank's page in Chromium and checks the page. The consent must exist already. `page` describes the page;
 * tests may change it with `beforeLooking`.
 */
export async function showBankPage(
  bankUrl: string,
  customer: DsopCase,
  page: string,
  beforeLooking: (tab: Page) => Promise<void> = async () => {},
): Promise<LogoEvidence> {
  const browser = await launchChromium();
  try {
    const tab = await browser.newPage();
    tab.setDefaultTimeout(15_000);
    await tab.goto(bankUrl);
    await tab.getByRole('link', { name: 'Logg inn' }).click();
    await tab.getByRole('button', { name: new RegExp(`^${customer.name} – `, 'u') }).click();
    await tab.locator('studielan-saldo [part~="total"]').waitFor();
    await beforeLooking(tab);
    // Waits for the picture, because a picture that loads late is not missing.
    await tab.waitForLoadState('networkidle');
    return { page, widths: await lookAtLogo(tab) };
  } catch (error) {
    // A page without a saldo proves nothing about the logo.
    return {
      page,
      widths: [],
      notSeen: `The demo bank's page did not come as far as a saldo (${error instanceof Error ? error.name : 'error'}).`,
    };
  } finally {
    await browser.close();
  }
}
