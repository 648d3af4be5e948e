import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { events } from '../../shared/telemetry/events.ts';
import { metrics } from '../../shared/telemetry/metrics.ts';
import { checkQuery } from '../../tools/monitoring/check-query.ts';
import { shown } from '../../tools/monitoring/preview/cells.ts';
import { type Cell, sampleFaults, samples } from '../../tools/monitoring/preview/samples.ts';
import { browserIsMissing, launchChromium } from './chromium.ts';

const sections = JSON.parse(readFileSync('infra/monitoring/panels.json', 'utf8')) as {
  id: string;
  panels: { name: string; title: string; normal: string; visual: string }[];
}[];
const panels = sections.flatMap((section) => section.panels);
const columnsOf = (name: string) => checkQuery(name, { metrics, events }).columns;

describe('the sample rows', () => {
  test('are there for every panel, and for no other', () => {
    expect(Object.keys(samples).sort()).toEqual(panels.map(({ name }) => name).sort());
    for (const [name, rows] of Object.entries(samples)) expect(rows.length, name).toBeGreaterThan(0);
  });

  test.each(panels.map(({ name }) => name))('%s: are of the columns that the query answers with', (name) => {
    expect(sampleFaults(samples[name] ?? [], columnsOf(name))).toEqual([]);
  });

  test('of another column, order or type are caught', () => {
    const columns = [
      { name: 'step', type: 'string' },
      { name: 'customers', type: 'long' },
    ];
    expect(sampleFaults([{ step: 'asked', customers: 1 }], columns)).toEqual([]);
    for (const row of [
      { step: 'asked' },
      { step: 'asked', customers: 1, more: 1 },
      { customers: 1, step: 'asked' },
      { step: 'asked', customers: 1.5 },
      { step: 1, customers: 1 },
    ])
      expect(sampleFaults([row as never], columns)).toHaveLength(1);
  });
});

describe.skipIf(browserIsMissing())('npm run workbook:preview, in the browser', () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    const path = execFileSync(process.execPath, ['tools/workbook-preview.ts'], { encoding: 'utf8' }).trim();
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(pathToFileURL(path).href);
  }, 120_000);
  afterAll(() => browser?.close());

  test('says that the rows are samples, on top and at every panel', async () => {
    expect(await page.locator('.banner').innerText()).toContain('Nothing here was measured');
    expect(await page.locator('article h3 small').allInnerTexts()).toEqual(panels.map(() => 'sample'));
  });

  test('opens with the tiles that answer whether it works', async () => {
    const first = page.locator('section').first();
    expect(await first.locator('h2').innerText()).toBe('Is it working now?');
    const tiles = first.locator('article').first().locator('.tile');
    expect(await tiles.count()).toBe(samples.now?.length);
    const box = await tiles.first().boundingBox();
    expect(box?.y ?? 1e9, 'in sight without scrolling').toBeLessThan(900);
  });

  test.each(panels.map((panel) => [panel.name, panel] as const))(
    '%s shows its data, and what normal is',
    async (name, panel) => {
      const article = page.locator(`#panel-${name}`);
      const text = (await article.innerText()).replaceAll(/\s+/g, ' ');
      expect(text).toContain(panel.title.replaceAll(/\s+/g, ' '));
      expect(text).toContain(`Normal: ${panel.normal}`);
      const rows = samples[name] ?? [];
      if (panel.visual === 'table' || panel.visual === 'tiles') {
        for (const row of rows)
          for (const cell of Object.values(row)) expect(text).toContain(shown(cell as Cell).replaceAll(/\s+/g, ' '));
        return;
      }
      // Every number is a mark: a point of a line, or a bar as high as it says.
      const numbers = columnsOf(name).filter(({ type }) => ['long', 'int', 'real'].includes(type)).length;
      if (panel.visual === 'barchart') {
        const heights = await article
          .locator('rect')
          .evaluateAll((bars) => bars.map((bar) => Number(bar.getAttribute('height'))));
        expect(heights).toHaveLength(rows.length * numbers);
        expect(Math.max(...heights)).toBeGreaterThan(10);
      } else {
        const points = await article
          .locator('path.line')
          .evaluateAll((lines) => lines.map((line) => Number(line.getAttribute('data-points'))));
        expect(points.reduce((sum, count) => sum + count, 0)).toBe(rows.length * numbers);
      }
      expect(await article.locator('.legend li').count()).toBeGreaterThan(0);
      const box = await article.locator('svg').boundingBox();
      expect(box?.height ?? 0).toBeGreaterThan(100);
    },
  );

  test('nothing runs out of its panel; the screenshot is left as an artefact', async () => {
    const wide = await page.locator('body').evaluate((body) => body.scrollWidth - body.clientWidth);
    expect(wide).toBeLessThanOrEqual(0);
    mkdirSync('.artifacts/screenshots', { recursive: true });
    await page.screenshot({ path: '.artifacts/screenshots/workbook.png', fullPage: true });
    await page.screenshot({ path: '.artifacts/screenshots/workbook-now.png' });
  });
});
