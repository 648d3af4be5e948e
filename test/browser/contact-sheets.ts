// All pictures of the card's states on a few sheets, so a person can see them side by side.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { cardCases, languages } from './card-cases.ts';
import { allLooks } from './page-checks.ts';

const artifacts = new URL('../../.artifacts/', import.meta.url);

/** Writes `.artifacts/contact-sheets/<language>-<width>[-dark].png` of the pictures that `expectSound` has taken. */
export async function contactSheets(browser: Browser): Promise<void> {
  const folder = new URL('contact-sheets/', artifacts);
  mkdirSync(folder, { recursive: true });
  const page = await browser.newPage({ viewport: { width: 1800, height: 1000 } });
  for (const { language } of languages)
    for (const { width, scheme } of allLooks) {
      const look = `${width}${scheme === 'dark' ? '-dark' : ''}`;
      const figures = cardCases.flatMap(({ name }) => {
        const file = new URL(`screenshots/card-${name}-${language}-${look}.png`, artifacts);
        if (!existsSync(file)) return [];
        const data = readFileSync(file).toString('base64');
        return `<figure><img src="data:image/png;base64,${data}" width="${width === 360 ? 270 : 560}"><figcaption>${name}</figcaption></figure>`;
      });
      await page.setContent(
        `<style>body{display:flex;flex-wrap:wrap;gap:12px;font:13px sans-serif;background:#999}figure{margin:0}</style>${figures.join('')}`,
      );
      await page.screenshot({
        path: fileURLToPath(new URL(`${language}-${look}.png`, folder)),
        fullPage: true,
      });
    }
  await page.close();
}
