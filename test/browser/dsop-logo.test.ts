// Duty C-6 as `npm run dsop-cases` sees it, on the demo bank's page: kept, and broken on purpose.
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorld, type World } from '../../local/world.ts';
import { type DsopCase, dsopCases } from '../../tools/dsop-cases/cases.ts';
import { judge } from '../../tools/dsop-cases/duties.ts';
import type { Evidence } from '../../tools/dsop-cases/evidence.ts';
import { worldGround } from '../../tools/dsop-cases/ground.ts';
import { showBankPage } from '../../tools/dsop-cases/logo.ts';
import { runWhole } from '../../tools/dsop-cases/whole.ts';
import { browserIsMissing } from './chromium.ts';

describe.skipIf(browserIsMissing())("Lånekassen's logo on the demo bank's page", () => {
  let world: World;
  let evidence: Evidence;
  const cases: readonly DsopCase[] = dsopCases.filter((one) => one.case === '7');

  beforeAll(async () => {
    const logoFile = fileURLToPath(new URL('../../tools/dsop-cases/stand-in-logo.svg', import.meta.url));
    world = await startWorld({ logoFile });
    evidence = await runWhole(worldGround(world), cases, {
      tell: () => {},
      keep: async () => {},
      look: (customer) => showBankPage(world.bankUrl, customer, 'the page'),
    });
  }, 120_000);
  afterAll(() => world?.close());

  const c6 = (logo: Evidence['logo']) => judge(cases, 17, { ...evidence, logo }).find(({ id }) => id === 'C-6');
  const looked = async (change: (page: Page) => Promise<unknown>) => {
    const [customer] = cases;
    if (customer === undefined) throw new Error('no case');
    return c6(await showBankPage(world.bankUrl, customer, 'the page', async (page) => void (await change(page))));
  };

  test('there, in both widths', () => {
    expect(c6(evidence.logo)).toMatchObject({
      result: 'pass',
      seen: expect.stringMatching(/at 360 px .* at 1280 px /),
    });
  });

  // What a bank might have done in its page.
  test.each([
    ['an empty slot', 'logo.remove()', 'nothing stands in the place of the logo'],
    [
      'a slot with nothing to see in it',
      "logo.replaceWith(Object.assign(document.createElement('span'), { slot: 'logo' }))",
      'nothing stands|is empty',
    ],
    ['a logo of somebody else', "logo.alt = 'Eksempelbanken'", 'does not name Lånekassen'],
    ['a logo that is hidden', "logo.style.visibility = 'hidden'", 'nothing stands'],
    ['a logo that nobody can read', "logo.style.cssText = 'width: 8px; height: 8px'", 'is empty'],
  ])('%s breaks the duty', async (_, change, words) => {
    const verdict = await looked((page) =>
      page.evaluate(`(() => { const logo = document.querySelector('[slot=logo]'); ${change}; })()`),
    );
    expect(verdict).toMatchObject({ result: 'fail', seen: expect.stringMatching(words) });
  });

  test('a logo whose file does not come breaks the duty', async () => {
    const verdict = await looked(async (page) => {
      await page.route('**/lanekassen-logo', (route) => route.abort());
      await page.reload();
      await page.getByText('Samlet saldo').first().waitFor();
    });
    expect(verdict).toMatchObject({ result: 'fail' });
  });
});
