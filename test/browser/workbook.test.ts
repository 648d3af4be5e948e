import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Row } from '../../tools/monitoring/engine/database.ts';
import { shown } from '../../tools/monitoring/preview/cells.ts';
import { play } from '../../tools/monitoring/scenarios/run.ts';
import { quickTest, slowDescribe } from '../part.ts';
import { browserIsMissing, launchChromium } from './chromium.ts';

const sections = JSON.parse(readFileSync('infra/monitoring/panels.json', 'utf8')) as {
  id: string;
  panels: { name: string; title: string; normal: string; visual: string }[];
}[];
const panels = sections.flatMap((section) => section.panels);

quickTest('an unknown scenario is refused, and the message lists the known ones', () => {
  const { status, stderr } = spawnSync(process.execPath, ['tools/workbook-preview/main.ts', '--scenario', 'doomsday'], {
    encoding: 'utf8',
  });
  expect(status).toBe(2);
  expect(stderr).toContain('lanekassen-down');
});

slowDescribe.skipIf(browserIsMissing())('npm run workbook:preview, in the browser', () => {
  let browser: Browser;
  let page: Page;
  let scenario: Locator;
  let rowsOf: Record<string, Row[]>;
  beforeAll(async () => {
    const chosen = ['--scenario', 'lanekassen-down', '--scenario', 'deaf'];
    const path = execFileSync(process.execPath, ['tools/workbook-preview/main.ts', ...chosen], {
      encoding: 'utf8',
    }).trim();
    const played = await play('lanekassen-down');
    rowsOf = await played.panels();
    played.close();
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(pathToFileURL(path).href);
    scenario = page.locator('[data-scenario="lanekassen-down"]');
  }, 180_000);
  afterAll(() => browser?.close());

  test('says at the top and in every panel that it shows a scenario', async () => {
    expect(await page.locator('.banner').innerText()).toContain('Nothing here was measured');
    expect(await scenario.locator('article h3 small').allInnerTexts()).toEqual(panels.map(() => 'scenario'));
  });

  test('opens with the tiles that say whether it works and, if not, whose fault it is', async () => {
    const first = scenario.locator('section').first();
    expect(await first.locator('h2').innerText()).toBe('Is it working now?');
    const tiles = first.locator('article').first().locator('.tile');
    expect(await tiles.count()).toBe(7);
    expect(await tiles.first().getAttribute('class')).toBe('tile bad');
    const box = await tiles.first().boundingBox();
    expect(box?.y ?? 1e9, 'in sight without scrolling').toBeLessThan(900);
    const open = await first.locator('[data-panel="open-alerts"]').innerText();
    for (const alert of ['alert-availability-fast', 'alert-upstream-down']) expect(open).toContain(alert);
  });

  test.each(panels.map((panel) => [panel.name, panel] as const))(
    '%s shows its rows, and its normal value',
    async (name, panel) => {
      const article = scenario.locator(`[data-panel="${name}"]`);
      const text = (await article.innerText()).replaceAll(/\s+/g, ' ');
      expect(text).toContain(panel.title.replaceAll(/\s+/g, ' '));
      expect(text).toContain(`Normal: ${panel.normal}`);
      const rows = rowsOf[name] ?? [];
      if (rows.length === 0) {
        expect(text).toContain('Nothing.');
        return;
      }
      if (panel.visual === 'table' || panel.visual === 'tiles') {
        for (const row of rows)
          for (const cell of Object.values(row)) expect(text).toContain(shown(cell).replaceAll(/\s+/g, ' ').trim());
        return;
      }
      const marks = await article.locator(panel.visual === 'barchart' ? 'rect' : 'path.line').count();
      expect(marks).toBeGreaterThan(0);
      expect(await article.locator('.legend li').count()).toBeGreaterThan(0);
      const box = await article.locator('svg').boundingBox();
      expect(box?.height ?? 0).toBeGreaterThan(100);
    },
  );

  test('no content is wider than its panel; the screenshot is stored as an artefact', async () => {
    const wide = await page.locator('body').evaluate((body) => body.scrollWidth - body.clientWidth);
    expect(wide).toBeLessThanOrEqual(0);
    mkdirSync('.artifacts/screenshots', { recursive: true });
    await page.screenshot({ path: '.artifacts/screenshots/workbook.png', fullPage: true });
    await page.screenshot({ path: '.artifacts/screenshots/workbook-now.png' });
  });

  test('one control chooses the scenario', async () => {
    await page.locator('select').selectOption('deaf');
    expect(await scenario.isVisible()).toBe(false);
    const deaf = page.locator('[data-scenario="deaf"]');
    expect(await deaf.locator('.tile').first().innerText()).toContain('deaf: nothing is heard of the app');
  });
});
