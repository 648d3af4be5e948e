// The whole round in a real browser against the whole local world: the bank's login, Altinn's consent page, the functions
// app as it is deployed, and Lånekassen.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testCustomers } from '../../local/simulators/test-customers.ts';
import { startWorld, type World } from '../../local/world.ts';
import { browserIsMissing, launchChromium } from './chromium.ts';
import { pressByKeyboard } from './keyboard.ts';
import { expectSoundPage, shownText } from './page-checks.ts';

describe.skipIf(browserIsMissing())('a customer of the bank', () => {
  let world: World;
  let browser: Browser;
  let page: Page;
  /** Every address the browser went to or called, and the last token it showed the API. */
  let addresses: string[];
  let authorization: string;

  beforeAll(async () => {
    [world, browser] = await Promise.all([startWorld({ ports: 'free' }), launchChromium()]);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });
  beforeEach(async () => {
    addresses = [];
    authorization = '';
    page = await (await browser.newContext()).newPage();
    page.on('request', (request) => {
      addresses.push(request.url());
      authorization = request.headers().authorization ?? authorization;
    });
  });
  afterEach(async () => {
    // Whatever happened: no national id in an address.
    const nationalIds = testCustomers.map((customer) => customer.nationalId);
    expect(addresses.filter((address) => nationalIds.some((id) => address.includes(id)))).toEqual([]);
    await page.context().close();
  });

  const card = () => page.getByRole('region', { name: 'Studielån' });
  const cardText = () => shownText(page, '#studielan');
  const shows = (text: string | RegExp) => card().getByText(text).waitFor();

  const logIn = async (name: string) => {
    await page.goto(world.bankUrl);
    await page.getByRole('link', { name: 'Logg inn' }).click();
    await page.getByRole('button', { name: new RegExp(`^${name} – `, 'u') }).click();
    await page.waitForURL(`${world.bankUrl}/`);
  };
  const goToConsent = async (name: string) => {
    await card().getByRole('button', { name: 'Legg til studielån' }).click();
    await page.waitForURL(`${world.altinn.url}/**`);
    await page.getByRole('button', { name: `Fortsett som ${name}` }).click();
    await page.getByRole('heading', { name: 'ber om ditt samtykke' }).waitFor();
  };
  const consent = async (name: string) => {
    await logIn(name);
    await goToConsent(name);
    await page.getByRole('button', { name: 'Ja, jeg gir samtykke' }).click();
    await page.waitForURL(`${world.bankUrl}/`);
  };

  test('HAUK HAUGNES: from logged out to four accounts and out again, nothing left', async () => {
    await page.goto(world.bankUrl);
    await page.getByRole('heading', { name: 'Velkommen til nettbanken' }).waitFor();
    await expectSoundPage(page, 'round-logged-out');
    await page.getByRole('link', { name: 'Logg inn' }).click();
    await page.waitForURL(`${world.bankLogin.url}/**`);
    await expectSoundPage(page, 'round-login');
    await page.getByRole('button', { name: /^HAUK HAUGNES – /u }).click();
    await page.getByRole('heading', { name: 'Hei, Hauk Haugnes' }).waitFor();
    await shows('Gi samtykke i Altinn');
    await expectSoundPage(page, 'round-consent-needed');

    await goToConsent('HAUK HAUGNES');
    await expectSoundPage(page, 'round-altinn');
    await page.getByRole('button', { name: 'Ja, jeg gir samtykke' }).click();
    await shows('Samlet saldo');
    expect(page.url()).toBe(`${world.bankUrl}/`);
    const text = await cardText();
    expect(text).toContain('Takk. Samtykket ditt er registrert i Altinn.');
    expect(text).toContain('Samlet saldo 280 743,56 kr');
    const rows = await card().locator('tbody tr').allInnerTexts();
    expect(rows.map((row) => row.replace(/\s+/gu, ' '))).toEqual([
      'Lån Sist endret 15. oktober 2026 276 405,19 kr',
      'Renter Sist endret 1. november 2026 1 337,62 kr',
      'Gebyr Sist endret 9. november 2026 590,00 kr',
      'Omkostninger Sist endret 30. september 2026 2 410,75 kr',
    ]);
    expect(text).toMatch(/Samtykket gjelder til \d+\. \p{L}+ 20\d\d\./u);
    expect(text).toContain('Lånekassens logo');
    await expectSoundPage(page, 'round-saldo');

    // Seeing the page again in the same login asks Lånekassen nothing.
    const asked = world.lanekassen.control.calls().length;
    await page.reload();
    await shows('Samlet saldo');
    expect(world.lanekassen.control.calls()).toHaveLength(asked);

    await page.getByRole('button', { name: 'Logg ut' }).click();
    await page.getByRole('heading', { name: 'Velkommen til nettbanken' }).waitFor();
    expect(page.url()).toBe(`${world.bankUrl}/`);
    const nothing = /280\s743|276\s405|Hauk/u;
    expect(await page.content()).not.toMatch(nothing);
    await page.goBack();
    await page.getByRole('heading', { name: 'Velkommen til nettbanken' }).waitFor();
    expect(await page.content()).not.toMatch(nothing);
    expect(await page.evaluate('JSON.stringify([Object.keys(localStorage), Object.keys(sessionStorage)])')).toBe(
      '[[],[]]',
    );

    const withOldToken = await fetch(`${world.apiUrl}/saldo`, { headers: { authorization } });
    expect(withOldToken.status).toBe(401);
    expect(await withOldToken.json()).toMatchObject({ code: 'session-ended' });
  }, 60_000);

  test('FABIAN JONASSEN: no saldo, and no word of being paid off', async () => {
    await consent('FABIAN JONASSEN');
    await shows('Lånekassen oppgir ingen saldo på studielån akkurat nå.');
    expect(await cardText()).not.toMatch(/innfridd|nedbetalt|gjeldfri|ingen gjeld|betalt ned/iu);
    await expectSoundPage(page, 'round-no-accounts');
  });

  test('SVAR NEI: says no in Altinn, and may be asked again', async () => {
    await logIn('SVAR NEI');
    await goToConsent('SVAR NEI');
    const asked = world.lanekassen.control.calls().length;
    await page.getByRole('button', { name: 'Nei, jeg gir ikke samtykke' }).click();
    await shows('Du svarte nei i Altinn. Vi henter ingenting fra Lånekassen.');
    expect(page.url()).toBe(`${world.bankUrl}/`);
    expect(world.lanekassen.control.calls()).toHaveLength(asked);
    await expectSoundPage(page, 'round-rejected');
    await goToConsent('SVAR NEI');
  });

  test('UKJENT FJORD: no customer of Lånekassen', async () => {
    await consent('UKJENT FJORD');
    await shows('Vi finner ikke noe kundeforhold for deg hos Lånekassen.');
    await expectSoundPage(page, 'round-not-a-customer');
  });

  test('TILGODE HAVN: a negative saldo', async () => {
    await consent('TILGODE HAVN');
    await shows('Negativ saldo: Lånekassen kan skylde deg penger.');
    expect(await cardText()).toContain('Samlet saldo −1 250,75 kr');
    await expectSoundPage(page, 'round-negative');
  });

  test('STEINAR BRUUN: the whole round by keyboard, then stops', async () => {
    await page.goto(world.bankUrl);
    await page.getByRole('heading', { name: 'Velkommen til nettbanken' }).waitFor();
    await pressByKeyboard(page, 'Logg inn');
    await page.waitForURL(`${world.bankLogin.url}/**`);
    await pressByKeyboard(page, /^STEINAR BRUUN/u);
    await shows('Gi samtykke i Altinn');
    await pressByKeyboard(page, 'Legg til studielån');
    await page.waitForURL(`${world.altinn.url}/**`);
    await pressByKeyboard(page, 'Fortsett som STEINAR BRUUN');
    await page.getByRole('heading', { name: 'ber om ditt samtykke' }).waitFor();
    await pressByKeyboard(page, 'Ja, jeg gir samtykke');
    await shows('Samlet saldo');
    expect(await cardText()).toContain('Samlet saldo 250 100,50 kr');
    await pressByKeyboard(page, 'Stopp å vise studielån');
    await card().getByRole('link', { name: 'Trekk samtykket i Altinn' }).waitFor();
    expect(await cardText()).not.toContain('250 100');
    await expectSoundPage(page, 'round-stopped');
    await pressByKeyboard(page, 'Logg ut');
    await page.getByRole('heading', { name: 'Velkommen til nettbanken' }).waitFor();
  });

  // Last, because the functions app remembers an outage for a while.
  test('IVER BORGE meets an outage of Lånekassen: waits, then is left to try again', async () => {
    await page.clock.install();
    world.lanekassen.control.failNext(1000, { status: 503 });
    await consent('IVER BORGE');
    const tryAgain = card().getByRole('button', { name: 'Prøv igjen' });
    const countdown = card().getByText(/Ny henting om \d+ sekund/u);
    const asked = () => addresses.filter((address) => address === `${world.apiUrl}/saldo`).length;
    for (const times of [1, 2]) {
      await countdown.waitFor();
      expect(asked()).toBe(times);
      await page.clock.fastForward(61_000);
      await expect.poll(asked).toBe(times + 1);
    }
    await tryAgain.waitFor();
    const text = await cardText();
    expect(text).toContain('Vi får ikke hentet studielånet ditt akkurat nå.');
    expect(text).toMatch(/Oppgi denne koden til banken: [0-9a-f-]{36}/u);
    await expectSoundPage(page, 'round-unavailable');
  }, 60_000);
});
