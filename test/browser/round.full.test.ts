// The whole round in a real browser with the whole local world: from login to logout, each language, width and colour by keyboard alone,
// a refusal, a customer without debt, an unknown person, an outage.
import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { textsFor } from '../../web/src/texts/texts.ts';
import { paidOff } from './card-looks.ts';
import { browserIsMissing } from './chromium.ts';
import { Customer, openStage, type Stage } from './customer.ts';
import { pressByKeyboard } from './keyboard.ts';
import { expectSound, type Look } from './page-checks.ts';

describe.skipIf(browserIsMissing())('a customer of the bank', () => {
  let stage: Stage;
  let customer: Customer;
  beforeAll(async () => {
    stage = await openStage();
  }, 120_000);
  afterAll(() => stage?.close());
  afterEach(() => customer.leave());

  // Three languages, two widths and two colours: each language occurs in every width and every colour.
  const ways: [name: string, language: string, looks: Look[]][] = [
    [
      'STEINAR BRUUN',
      'nb',
      [
        { width: 360, scheme: 'light' },
        { width: 1280, scheme: 'dark' },
      ],
    ],
    [
      'AHMAD BERLAND',
      'nn',
      [
        { width: 360, scheme: 'dark' },
        { width: 1280, scheme: 'light' },
      ],
    ],
    [
      'SIGVE AUSTAD',
      'en',
      [
        { width: 360, scheme: 'light' },
        { width: 1280, scheme: 'dark' },
      ],
    ],
  ];
  test.each(ways)(
    '%s in %s goes through the whole round by keyboard, and ends the use',
    async (name, language, looks) => {
      customer = await Customer.arrive(stage, language, { viewport: { width: looks[0]?.width ?? 360, height: 740 } });
      const { page } = customer;
      const texts = textsFor(language);
      const look = (step: string) => expectSound(page, `round-${step}-${language}`, looks);
      await page.goto(stage.world.bankUrl);
      await page.getByRole('heading', { name: 'Velkommen til nettbanken' }).waitFor();
      await look('logged-out');
      await pressByKeyboard(page, 'Logg inn');
      await page.waitForURL(`${stage.world.bankLogin.url}/**`);
      await look('login');
      await pressByKeyboard(page, new RegExp(`^${name}`, 'u'));
      await customer.shows(texts.whyConsent.none);
      await look('consent-needed');
      await pressByKeyboard(page, texts.add);
      await page.waitForURL(`${stage.world.altinn.url}/**`);
      await pressByKeyboard(page, `Fortsett som ${name}`);
      await page.getByRole('heading', { name: 'ber om ditt samtykke' }).waitFor();
      await look('altinn');
      await pressByKeyboard(page, 'Ja, jeg gir samtykke');
      await customer.shows(texts.owed);
      expect(await customer.cardText()).toContain(texts.onReturn.accepted);
      await look('saldo');
      await pressByKeyboard(page, texts.aboutHeading);
      await customer.shows(texts.about[0] ?? '');
      await pressByKeyboard(page, texts.end);
      await pressBack(page.locator('studielan-saldo').getByRole('button', { name: texts.endYes }));
      await customer.card().getByRole('link', { name: texts.withdraw }).waitFor();
      expect(await customer.cardText()).not.toMatch(/\d \d\d\d|,\d\d\d/u);
      await look('stopped');
      await pressByKeyboard(page, 'Logg ut');
      await page.getByRole('heading', { name: 'Velkommen til nettbanken' }).waitFor();
    },
    120_000,
  );

  test('HAUK HAUGNES goes from logged out to four accounts and out again, and nothing remains', async () => {
    customer = await Customer.arrive(stage);
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
    await expectSound(page, 'round-saldo', [{ width: 360, scheme: 'light' }]);

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

  test('FABIAN JONASSEN has no saldo, and no text says that a loan is paid off', async () => {
    customer = await Customer.arrive(stage);
    await customer.consent('FABIAN JONASSEN');
    await customer.shows('Lånekassen oppgir ingen saldo på studielån akkurat nå.');
    expect(await customer.cardText()).not.toMatch(paidOff);
    await expectSound(customer.page, 'round-no-accounts');
  });

  test('SVAR NEI refuses in Altinn, and can start again', async () => {
    customer = await Customer.arrive(stage);
    const { lanekassen } = stage.world;
    await customer.logIn('SVAR NEI');
    await customer.goToConsent('SVAR NEI');
    const asked = lanekassen.control.calls().length;
    await customer.page.getByRole('button', { name: 'Nei, jeg gir ikke samtykke' }).click();
    await customer.shows('Du har svart nei til at vi viser studielånet ditt.');
    expect(customer.page.url()).toBe(`${stage.world.bankUrl}/`);
    expect(lanekassen.control.calls()).toHaveLength(asked);
    await expectSound(customer.page, 'round-rejected');
    await customer.goToConsent('SVAR NEI');
  });

  test('UKJENT FJORD is not a customer of Lånekassen', async () => {
    customer = await Customer.arrive(stage);
    await customer.consent('UKJENT FJORD');
    await customer.shows('Vi finner ikke noe kundeforhold for deg hos Lånekassen.');
    await expectSound(customer.page, 'round-not-a-customer');
  });

  test('TILGODE HAVN has a negative saldo', async () => {
    customer = await Customer.arrive(stage);
    await customer.consent('TILGODE HAVN');
    await customer.shows('Det kan bety at Lånekassen skylder deg penger.');
    expect(await customer.cardText()).toContain('Negativ saldo hos Lånekassen −1 250,75 kr');
    await expectSound(customer.page, 'round-negative');
  });

  // Last, because the functions app remembers an outage for a while.
  test('IVER BORGE meets an outage of Lånekassen: the card waits, and then offers another try', async () => {
    customer = await Customer.arrive(stage);
    const { page, addresses } = customer;
    await page.clock.install();
    stage.world.lanekassen.control.failNext(1000, { status: 503 });
    await customer.logIn('IVER BORGE');
    await customer.goToConsent('IVER BORGE');
    const all = () => addresses.filter((address) => address === `${stage.world.apiUrl}/saldo`).length;
    // The card made a look-up at login too, which led to the consent.
    const before = all();
    const asked = () => all() - before;
    await page.getByRole('button', { name: 'Ja, jeg gir samtykke' }).click();
    await page.waitForURL(`${stage.world.bankUrl}/`);
    const countdown = customer.card().getByText(/Vi prøver igjen om \d+ sekund/u);
    for (const times of [1, 2]) {
      await countdown.waitFor();
      expect(asked()).toBe(times);
      await page.clock.fastForward(61_000);
      await expect.poll(asked).toBe(times + 1);
    }
    await customer.card().getByRole('button', { name: 'Prøv igjen' }).waitFor();
    const text = await customer.cardText();
    expect(text).toContain('Vi får ikke hentet studielånet ditt akkurat nå.');
    expect(text).toMatch(/Oppgi denne koden hvis du kontakter banken: [0-9a-f]{8}(?![0-9a-f-])/u);
    await expectSound(page, 'round-unavailable');
  }, 60_000);
});

/** The answer before the one that has the focus. */
async function pressBack(button: Locator): Promise<void> {
  await button.page().keyboard.press('Shift+Tab');
  expect(await button.evaluate((node) => node.matches(':focus'))).toBe(true);
  await button.page().keyboard.press('Enter');
}
