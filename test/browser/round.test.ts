// The whole round in a real browser with the whole local world, for every change. round.full.test.ts has more variants.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browserIsMissing } from './chromium.ts';
import { Customer, openStage, type Stage } from './customer.ts';
import { expectSound, type Look } from './page-checks.ts';

const narrow: readonly Look[] = [{ width: 360, scheme: 'light' }];

describe.skipIf(browserIsMissing())('a customer of the bank', () => {
  let stage: Stage;
  let customer: Customer;
  beforeAll(async () => {
    stage = await openStage();
  }, 120_000);
  afterAll(() => stage?.close());
  beforeEach(async () => {
    customer = await Customer.arrive(stage);
  });
  afterEach(() => customer.leave());

  test('HAUK HAUGNES goes from logged out to four accounts and out again, and nothing remains', async () => {
    const { page } = customer;
    const { world } = stage;
    await customer.logIn('HAUK HAUGNES');
    await page.getByRole('heading', { name: 'Hei, Hauk Haugnes' }).waitFor();
    await customer.shows('Gi samtykke i Altinn');
    await customer.goToConsent('HAUK HAUGNES');
    await page.getByRole('button', { name: 'Ja, jeg gir samtykke' }).click();
    await customer.shows('Du skylder Lånekassen');
    expect(page.url()).toBe(`${world.bankUrl}/`);
    const text = await customer.cardText();
    expect(text).toContain('Takk. Samtykket ditt er registrert i Altinn.');
    expect(text).toContain('Du skylder Lånekassen 280 743,56 kr');
    const rows = await customer.card().locator('tbody tr').allInnerTexts();
    expect(rows.map((row) => row.replace(/\s+/gu, ' '))).toEqual([
      'Lån 276 405,19 kr Sist endret 15. oktober 2026',
      'Renter 1 337,62 kr Sist endret 1. november 2026',
      'Gebyr 590,00 kr Sist endret 9. november 2026',
      'Omkostninger 2 410,75 kr Sist endret 30. september 2026',
    ]);
    expect(text).toMatch(/Samtykket gjelder til \d+\. \p{L}+ 20\d\d\./u);
    // The repository has no logo, so the demo bank shows that it is missing.
    expect(text).toContain('Her skal Lånekassens logo stå');
    const withdraw = customer.card().getByRole('link', { name: 'Se samtykket i Altinn' });
    expect(await withdraw.getAttribute('href')).toBe(`${world.altinn.url}/accessmanagement/ui/consent/active`);
    await expectSound(page, 'round-saldo', narrow);

    // When the page is opened again in the same login, Lånekassen is not called.
    const asked = world.lanekassen.control.calls().length;
    await page.reload();
    await customer.shows('Du skylder Lånekassen');
    expect(world.lanekassen.control.calls()).toHaveLength(asked);

    await page.getByRole('button', { name: 'Logg ut' }).click();
    await page.getByRole('heading', { name: 'Velkommen til nettbanken' }).waitFor();
    expect(page.url()).toBe(`${world.bankUrl}/`);
    const nothing = /280\s743|276\s405|Hauk/u;
    expect(await page.locator('body').innerText()).not.toMatch(nothing);
    await page.goBack();
    await page.getByRole('heading', { name: 'Velkommen til nettbanken' }).waitFor();
    expect(await page.locator('body').innerText()).not.toMatch(nothing);
    expect(await page.locator('studielan-saldo').count()).toBe(0);
    expect(await page.evaluate('JSON.stringify([Object.keys(localStorage), Object.keys(sessionStorage)])')).toBe(
      '[[],[]]',
    );

    const withOldToken = await fetch(`${world.apiUrl}/saldo`, { headers: { authorization: customer.authorization } });
    expect(withOldToken.status).toBe(401);
    expect(await withOldToken.json()).toMatchObject({ code: 'session-ended' });
  }, 60_000);
});
