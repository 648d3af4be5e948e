// Duty C-6 as `npm run dsop-cases` checks it on the demo bank's page: fulfilled, and broken on purpose.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { type DsopCase, dsopCases } from '../../tools/dsop-cases/cases.ts';
import { judge } from '../../tools/dsop-cases/duties.ts';
import type { Evidence, LogoEvidence } from '../../tools/dsop-cases/evidence.ts';
import { runAll } from '../../tools/dsop-cases/full-run.ts';
import { lookAtLogo, showBankPage } from '../../tools/dsop-cases/logo.ts';
import { worldTarget } from '../../tools/dsop-cases/target.ts';
import { browserIsMissing } from './chromium.ts';

/** Faults that a bank's page might have: a description, what the page does to the logo in the slot, and the report about it. */
const variants: [string, string, RegExp][] = [
  ['an empty slot', 'logo.remove()', /there is nothing in the place of the logo/],
  [
    'a slot with nothing to see in it',
    "logo.replaceWith(Object.assign(document.createElement('span'), { slot: 'logo' }))",
    /there is nothing|is empty/,
  ],
  ['a logo of another company', "logo.alt = 'Eksempelbanken'", /does not name Lånekassen/],
  ['a logo that is hidden', "logo.style.visibility = 'hidden'", /there is nothing/],
  ['a logo too small to read', "logo.style.cssText = 'width: 8px; height: 8px'", /is empty/],
  // Resolves when the picture has failed to load.
  [
    'a logo whose file does not come',
    "return new Promise((failed) => { logo.onerror = failed; logo.src = '/gone.svg'; })",
    /there is nothing/,
  ],
];

describe.skipIf(browserIsMissing())("Lånekassen's logo on the demo bank's page", () => {
  let world: World;
  let evidence: Evidence;
  const seen = new Map<string, LogoEvidence>();
  const cases: readonly DsopCase[] = dsopCases.filter((one) => one.case === '7');

  beforeAll(async () => {
    const logoFile = fileURLToPath(new URL('../../tools/dsop-cases/stand-in-logo.svg', import.meta.url));
    world = await startTestWorld({ logoFile });
    evidence = await runAll(worldTarget(world), cases, {
      report: () => {},
      keep: async () => {},
      look: (customer) =>
        showBankPage(world.bankUrl, customer, 'the page', async (page) => {
          for (const [words, change] of variants) {
            await page.evaluate(`(() => { const logo = document.querySelector('[slot=logo]'); ${change} })()`);
            seen.set(words, { page: 'the page', widths: await lookAtLogo(page) });
            await page.reload();
            await page.getByText('Du skylder Lånekassen').first().waitFor();
          }
        }),
    });
  }, 120_000);
  afterAll(() => world?.close());

  const c6 = (logo: LogoEvidence) => judge(cases, 17, { ...evidence, logo }).find(({ id }) => id === 'C-6');

  test('is present at both widths', () => {
    expect(c6(evidence.logo)).toMatchObject({
      result: 'pass',
      seen: expect.stringMatching(/at 360 px .* at 1280 px /),
    });
  });

  test.each(variants)('%s breaks the duty', (words, _, fault) => {
    expect(c6(seen.get(words) ?? evidence.logo)).toMatchObject({ result: 'fail', seen: expect.stringMatching(fault) });
  });
});
