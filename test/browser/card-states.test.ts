// The bank page in a real browser against an API that says what the test wants: every state of the card, and what must
// never happen in it.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startBank } from '../../local/bank/server.ts';
import { browserIsMissing, launchChromium } from './chromium.ts';
import { expectSoundPage, shownText } from './page-checks.ts';
import { problem, type StubAnswer, type StubApi, startStubApi } from './stub-api.ts';
import { type StubLogin, startStubLogin } from './stub-login.ts';

const day = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * day).toISOString();

const saldo = (total: string, accounts: [type: string, name: string, amount: string][], consent = {}): StubAnswer => ({
  status: 200,
  body: {
    total: { amount: total, currency: 'NOK' },
    accounts: accounts.map(([type, name, amount]) => ({
      type,
      name,
      balance: { amount, currency: 'NOK' },
      lastChangedAt: '2026-10-15T22:30:00.307Z',
    })),
    fetchedAt: new Date().toISOString(),
    source: { name: 'Lånekassen', logoRequired: true },
    consent: { validTo: '2027-06-30T20:00:00Z', renewFrom: inDays(100), ...consent },
  },
});
const consent = (state: string, more = {}): StubAnswer => ({ status: 200, body: { state, ...more } });
const oneLoan = saldo('250100.50', [['lan', 'Lån', '250100.50']]);

describe.skipIf(browserIsMissing())('the card "Studielån"', () => {
  let browser: Browser;
  let login: StubLogin;
  let api: StubApi;
  let bank: Awaited<ReturnType<typeof startBank>>;
  let page: Page;

  beforeAll(async () => {
    browser = await launchChromium();
    login = await startStubLogin('bank-page');
    api = await startStubApi(() => bank.url);
    bank = await startBank({ port: 0, apiUrl: api.url, loginUrl: login.url, clientId: 'bank-page' });
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all([bank?.close(), api?.close(), login?.close()]);
  });
  beforeEach(async () => {
    login.next = { name: 'KARI TESTKUNDE', tokenSeconds: 600 };
    for (const route of Object.keys(api.answers)) delete api.answers[route];
    api.answers['GET /consents/current'] = [consent('accepted')];
    api.answers['GET /saldo'] = [oneLoan];
    api.answers['DELETE /session'] = [{ status: 204 }];
    api.calls.length = 0;
    page = await (await browser.newContext()).newPage();
  });
  afterEach(() => page.context().close());

  const logIn = async () => {
    await page.goto(bank.url);
    await page.getByRole('link', { name: 'Logg inn' }).click();
    await page.getByRole('heading', { name: 'Hei, Kari Testkunde' }).waitFor();
  };
  const card = () => page.getByRole('region', { name: 'Studielån' });
  const shows = (text: string | RegExp) => card().getByText(text).waitFor();
  const cardText = () => shownText(page, '#studielan');
  const count = (route: string) => api.calls.filter((call) => call.route === route).length;

  test('logged out: a welcome, and no call to the API', async () => {
    await page.goto(bank.url);
    await page.getByRole('heading', { name: 'Velkommen til nettbanken' }).waitFor();
    expect(api.calls).toEqual([]);
    await expectSoundPage(page, 'logged-out', { dark: true });
  });

  test('consent needed: the button leads to Altinn in the same tab', async () => {
    api.answers['GET /consents/current'] = [consent('none')];
    const consentUrl = `${new URL(api.url).origin}/altinn`;
    api.answers['POST /consents'] = [{ status: 201, body: { state: 'pending', consentUrl } }];
    api.answers['GET /altinn'] = [{ status: 200, body: 'Altinn' }];
    await logIn();
    await shows('Gi samtykke i Altinn, så henter vi saldoen på studielånet ditt fra Lånekassen og viser den her.');
    expect(count('GET /saldo')).toBe(0);
    await expectSoundPage(page, 'consent-needed', { dark: true });
    await page.getByRole('button', { name: 'Legg til studielån' }).click();
    await page.waitForURL(consentUrl);
    expect(JSON.parse(api.calls.find((call) => call.route === 'POST /consents')?.body ?? '')).toEqual({
      returnUrl: `${bank.url}/`,
    });
    expect(page.context().pages()).toHaveLength(1);
  });

  test('a consent address that is no web address is not opened', async () => {
    api.answers['GET /consents/current'] = [consent('pending', { consentUrl: 'javascript:document.title="taken"' })];
    api.answers['POST /consents'] = [consent('pending', { consentUrl: 'data:text/html,taken' })];
    await logIn();
    await shows('Samtykket venter på svar i Altinn.');
    expect(await card().getByRole('link').count()).toBe(0);
    await page.getByRole('button', { name: 'Fortsett i Altinn' }).click();
    await expect.poll(() => count('GET /consents/current')).toBe(2);
    expect(page.url()).toBe(`${bank.url}/`);
    expect(await page.title()).toBe('Eksempelbanken – nettbank');
  });

  test('back from Altinn: each word is put into a sentence, once, and leaves the address', async () => {
    await logIn();
    for (const [word, state, message] of [
      ['accepted', 'accepted', 'Takk. Samtykket ditt er registrert i Altinn.'],
      ['rejected', 'rejected', 'Du svarte nei i Altinn. Vi henter ingenting fra Lånekassen.'],
      ['rejected', 'accepted', 'Du sa nei til å fornye samtykket. Det du har fra før, gjelder fortsatt.'],
      ['pending', 'pending', 'Vi har ikke fått svaret ditt fra Altinn ennå.'],
      ['expired', 'expired', 'Fristen for å svare i Altinn gikk ut.'],
      ['revoked', 'revoked', 'Samtykket er trukket tilbake.'],
      ['failed', 'none', 'Svaret fra Altinn kunne ikke brukes.'],
      ['unknown', 'none', 'Vi kjente ikke igjen svaret fra Altinn.'],
      ['<b>x', 'none', 'Vi kjente ikke igjen svaret fra Altinn.'],
    ] as const) {
      api.answers['GET /consents/current'] = [consent(state)];
      await page.goto(`${bank.url}/?fra=app&studielan=${encodeURIComponent(word)}`);
      await card().locator('.notice', { hasText: message }).waitFor();
      expect(page.url()).toBe(`${bank.url}/?fra=app`);
    }
    await page.reload();
    await shows('Gi samtykke i Altinn');
    expect(await cardText()).not.toContain('Vi kjente ikke igjen');
  });

  test('a word that the consent contradicts is not believed', async () => {
    await logIn();
    api.answers['GET /consents/current'] = [consent('none')];
    await page.goto(`${bank.url}/?studielan=accepted`);
    await shows('Gi samtykke i Altinn');
    expect(await cardText()).not.toContain('Takk');
  });

  test('rejected, revoked and expired: in words, with a way to ask again; pending: with a way to go on', async () => {
    await logIn();
    for (const [state, text] of [
      ['rejected', 'Du har ikke gitt samtykke'],
      ['revoked', 'Samtykket er trukket tilbake'],
      ['expired', 'Samtykket har gått ut'],
    ] as const) {
      api.answers['GET /consents/current'] = [consent(state)];
      await page.reload();
      await shows(text);
      await card().getByRole('button', { name: 'Legg til studielån' }).waitFor();
    }
    await expectSoundPage(page, 'consent-expired');
    api.answers['GET /consents/current'] = [consent('pending', { consentUrl: 'https://am.ui.altinn.invalid/x?id=1' })];
    await page.reload();
    const onward = card().getByRole('link', { name: 'Fortsett i Altinn' });
    expect(await onward.getAttribute('href')).toBe('https://am.ui.altinn.invalid/x?id=1');
    await expectSoundPage(page, 'consent-pending');
  });

  test('saldo: exact figures in Norwegian, in a fixed order, with the times and the place for the logo', async () => {
    api.answers['GET /saldo'] = [
      saldo('90071992547409.93', [
        ['annet', 'Annet', '0.01'],
        ['omkostninger', 'Omkostninger', '2410.75'],
        ['renter', 'Renter', '-1337.62'],
        ['lan', 'Lån', '90071992546336.79'],
      ]),
    ];
    await logIn();
    await shows('Samlet saldo');
    const rows = await card().locator('tbody tr').allInnerTexts();
    expect(rows.map((row) => row.replace(/\s+/gu, ' '))).toEqual([
      'Lån Sist endret 16. oktober 2026 90 071 992 546 336,79 kr',
      'Renter Sist endret 16. oktober 2026 −1 337,62 kr',
      'Omkostninger Sist endret 16. oktober 2026 2 410,75 kr',
      'Annet Sist endret 16. oktober 2026 0,01 kr',
    ]);
    const text = await cardText();
    expect(text).toContain('Samlet saldo 90 071 992 547 409,93 kr');
    expect(text).toMatch(/Hentet kl\. \d\d:\d\d fra Lånekassen\./u);
    expect(text).toContain('Samtykket gjelder til 30. juni 2027.');
    expect(text).toContain('Lånekassens logo');
    expect(text).not.toContain('Forny');
  });

  test('saldo with all four accounts fits narrow and wide pages', async () => {
    api.answers['GET /saldo'] = [
      saldo('1204318.07', [
        ['lan', 'Lån', '1198979.70'],
        ['renter', 'Renter', '1337.62'],
        ['gebyr', 'Gebyr', '590.00'],
        ['omkostninger', 'Omkostninger', '3410.75'],
      ]),
    ];
    await logIn();
    await shows('Samlet saldo');
    await expectSoundPage(page, 'saldo');
  });

  test('renewal: offered from renewFrom on, and shown while it waits', async () => {
    api.answers['GET /saldo'] = [saldo('1.00', [['lan', 'Lån', '1.00']], { renewFrom: inDays(-1) })];
    await logIn();
    await card().getByRole('button', { name: 'Forny samtykket' }).waitFor();
    api.answers['GET /consents/current'] = [consent('accepted', { consentUrl: 'https://altinn.invalid/r' })];
    await page.reload();
    await shows('Fornyelsen venter på svar i Altinn.');
    expect(await card().getByRole('link', { name: 'Fortsett i Altinn' }).getAttribute('href')).toBe(
      'https://altinn.invalid/r',
    );
    expect(await card().getByRole('button', { name: 'Forny samtykket' }).count()).toBe(0);
    await expectSoundPage(page, 'saldo-renewal', { dark: true });
  });

  test('no accounts, zero and negative: nothing is called paid off', async () => {
    await logIn();
    for (const [name, answer, text] of [
      ['no-accounts', saldo('0.00', []), 'Lånekassen oppgir ingen saldo på studielån akkurat nå.'],
      ['zero', saldo('0.00', [['lan', 'Lån', '0.00']]), 'Lånekassen oppgir 0 kroner akkurat nå.'],
      ['negative', saldo('-1250.75', [['lan', 'Lån', '-1250.75']]), 'Negativ saldo: Lånekassen kan skylde deg penger.'],
    ] as const) {
      api.answers['GET /saldo'] = [answer];
      await page.reload();
      await shows(text);
      expect(await cardText()).not.toMatch(/innfridd|nedbetalt|gjeldfri|ingen gjeld|betalt ned/iu);
      await expectSoundPage(page, name);
    }
    expect(await cardText()).toContain('−1 250,75 kr');
  });

  test('not a customer of Lånekassen', async () => {
    api.answers['GET /saldo'] = [problem(404, 'not-a-customer')];
    await logIn();
    await shows('Vi finner ikke noe kundeforhold for deg hos Lånekassen.');
    await expectSoundPage(page, 'not-a-customer');
  });

  test('a slow answer: bars at once, words after a second, and nothing moves when it comes', async () => {
    const answer = Promise.withResolvers<void>();
    api.answers['GET /saldo'] = [{ ...oneLoan, until: answer.promise }];
    await page.clock.install();
    await logIn();
    await card().locator('.skeleton').waitFor();
    expect(await cardText()).not.toContain('Henter saldo');
    const height = async () => (await card().boundingBox())?.height;
    const before = await height();
    await page.clock.fastForward(1000);
    await card().getByRole('status').filter({ hasText: 'Henter saldo fra Lånekassen …' }).waitFor();
    await expectSoundPage(page, 'loading', { dark: true });
    answer.resolve();
    await shows('Samlet saldo');
    expect(await height()).toBe(before);
    expect(await cardText()).not.toContain('Henter saldo');
  });

  test('out of order with Retry-After: asks again twice, not sooner, then leaves it to the customer', async () => {
    api.answers['GET /saldo'] = [problem(503, 'upstream-unavailable', 30)];
    await page.clock.install();
    await logIn();
    for (const asked of [1, 2]) {
      await shows('Vi får ikke hentet studielånet ditt akkurat nå. Vi prøver igjen om litt.');
      await shows('Ny henting om 30 sekunder.');
      await page.clock.fastForward(27_000);
      await shows(/Ny henting om [1-3] sekund(er)?\./u);
      expect(count('GET /saldo')).toBe(asked);
      await page.clock.fastForward(3000);
      await expect.poll(() => count('GET /saldo')).toBe(asked + 1);
    }
    await card().getByRole('button', { name: 'Prøv igjen' }).waitFor();
    expect(await cardText()).toContain('Oppgi denne koden til banken: 11111111-2222-4333-8444-555555555555');
    await expectSoundPage(page, 'unavailable');
    await page.clock.fastForward(120_000);
    expect(count('GET /saldo')).toBe(3);
    api.answers['GET /saldo'] = [oneLoan];
    await card().getByRole('button', { name: 'Prøv igjen' }).click();
    await shows('Samlet saldo');
  });

  test('saldo-not-ready: the answer comes with the next look', async () => {
    api.answers['GET /saldo'] = [problem(503, 'saldo-not-ready', 30), oneLoan];
    await page.clock.install();
    await logIn();
    await shows('Lånekassen bruker litt lengre tid enn vanlig.');
    await expectSoundPage(page, 'waiting');
    await page.clock.fastForward(30_000);
    await shows('Samlet saldo');
    expect(count('GET /saldo')).toBe(2);
  });

  test.each([
    [500, 'internal'],
    [503, 'configuration'],
    [403, 'consent-person-mismatch'],
  ])('%i %s: neutral words and the code for the bank, no asking again', async (status, code) => {
    api.answers['GET /saldo'] = [problem(status, code)];
    await logIn();
    await shows('Noe gikk galt hos oss');
    expect(await cardText()).toContain('11111111-2222-4333-8444-555555555555');
    expect(count('GET /saldo')).toBe(1);
    if (code === 'internal') await expectSoundPage(page, 'fault');
  });

  test('consent problems of the saldo call, and a refused consent that may not be asked for again today', async () => {
    api.answers['GET /saldo'] = [problem(403, 'consent-revoked')];
    await logIn();
    await shows('Samtykket er trukket tilbake');
    api.answers['GET /saldo'] = [problem(403, 'consent-refused')];
    api.answers['POST /consents'] = [problem(403, 'consent-refused')];
    await page.reload();
    await card().getByRole('button', { name: 'Legg til studielån' }).click();
    await shows('Du kan be om et nytt i morgen.');
  });

  test('stop: the saldo goes, and the customer is shown where to withdraw', async () => {
    api.answers['DELETE /consents/current'] = [consent('none', { withdrawUrl: 'https://altinn.invalid/active' })];
    await logIn();
    await card().getByRole('button', { name: 'Stopp å vise studielån' }).click();
    const withdraw = card().getByRole('link', { name: 'Trekk samtykket i Altinn' });
    expect(await withdraw.getAttribute('href')).toBe('https://altinn.invalid/active');
    expect(await cardText()).not.toContain('250 100');
    // The pressed button is gone: the keyboard must not be thrown back to the top of the page.
    expect(await page.evaluate('document.activeElement.id')).toBe('studielan-heading');
    await expectSoundPage(page, 'stopped', { dark: true });
  });

  test('the session ended elsewhere: logged out here too', async () => {
    await logIn();
    await shows('Samlet saldo');
    api.answers['GET /consents/current'] = [problem(401, 'session-ended')];
    await page.reload();
    await page.getByText('Du er logget ut.').waitFor();
    await expectSoundPage(page, 'session-ended');
    await page.reload();
    await page.getByRole('heading', { name: 'Velkommen til nettbanken' }).waitFor();
  });

  test('a token that runs out takes the saldo off the screen', async () => {
    await page.clock.install();
    await logIn();
    await shows('Samlet saldo');
    await page.clock.fastForward(login.next.tokenSeconds * 1000);
    await page.getByText('Du er logget ut.').waitFor();
    expect(await page.content()).not.toMatch(/250\s?100|Kari/u);
  });

  test('logging out: the API first, then the bank and its identity provider; nothing is left, nor comes back', async () => {
    await logIn();
    await shows('Samlet saldo');
    const ended = login.ended;
    await page.getByRole('button', { name: 'Logg ut' }).click();
    await page.getByRole('heading', { name: 'Velkommen til nettbanken' }).waitFor();
    expect(api.calls.at(-1)).toMatchObject({ route: 'DELETE /session', authorization: api.calls[0]?.authorization });
    expect(login.ended).toBe(ended + 1);
    expect(page.url()).toBe(`${bank.url}/`);
    await page.goBack();
    await page.getByRole('heading', { name: 'Velkommen til nettbanken' }).waitFor();
    expect(await page.content()).not.toMatch(/250\s?100|Kari/u);
    const stored = 'JSON.stringify([Object.keys(localStorage), Object.keys(sessionStorage), document.cookie])';
    expect(await page.evaluate(stored)).toBe('[[],[],""]');
  });

  test('logging out while the API is down still logs out', async () => {
    await logIn();
    await shows('Samlet saldo');
    api.answers['DELETE /session'] = [problem(503, 'upstream-unavailable', 5)];
    await page.getByRole('button', { name: 'Logg ut' }).click();
    await page.getByRole('heading', { name: 'Velkommen til nettbanken' }).waitFor();
  });

  test('a login with a wrong nonce is not believed', async () => {
    login.next.nonce = 'another';
    await page.goto(bank.url);
    await page.getByRole('link', { name: 'Logg inn' }).click();
    await page.getByText('Innloggingen ble ikke fullført. Prøv igjen.').waitFor();
    expect(page.url()).toBe(`${bank.url}/`);
  });
});
