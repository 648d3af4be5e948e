// The page in docs/front-end.md, taken from the document without changes: it shows a saldo, and has at most 20 lines.
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { quickTest, slowDescribe } from '../part.ts';
import { serveStub } from '../stub-server.ts';
import { browserIsMissing, launchChromium } from './chromium.ts';
import { expectSound } from './page-checks.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const documentText = read('docs/front-end.md');
const page = /^```html page\n([\s\S]*?)^```$/m.exec(documentText)?.[1] ?? '';
const address = 'https://studielan.bank.example';
/** The document's policy, on one line like a header. */
const policy = (/^```\n(default-src [\s\S]*?)^```$/m.exec(documentText)?.[1] ?? '').replaceAll(/\s+/g, ' ').trim();
const [inlineScript = '', script = ''] = /<script type="module">([\s\S]*?)<\/script>/.exec(page) ?? [];

quickTest('the page has at most 20 lines', () => {
  const lines = page.trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.length).toBeLessThanOrEqual(20);
});

slowDescribe.skipIf(browserIsMissing())('the page of docs/front-end.md works against the whole local world', () => {
  let browser: Browser;
  let world: World;
  let bank: Awaited<ReturnType<typeof serveStub>>;
  let token = '';
  beforeAll(async () => {
    const js = { 'content-type': 'text/javascript; charset=utf-8' };
    bank = await serveStub('the page of the document', 0, ({ path }) => {
      if (path === '/')
        return {
          status: 200,
          headers: { 'content-type': 'text/html; charset=utf-8' },
          // Only the service's address differs from the document.
          body: page.replace(`${address}/api`, world.apiUrl),
        };
      // Under the document's policy, with the script in a file as the document requires then.
      if (path === '/strict')
        return {
          status: 200,
          headers: {
            'content-type': 'text/html; charset=utf-8',
            'content-security-policy': policy.replace(address, new URL(world.apiUrl).origin),
          },
          body: page
            .replace(`${address}/api`, world.apiUrl)
            .replace(inlineScript, '<script type="module" src="/page.js"></script>'),
        };
      if (path === '/page.js') return { status: 200, headers: js, body: script };
      if (path === '/studielan-saldo.js')
        return { status: 200, headers: js, body: read('web/dist/studielan-saldo.js') };
      if (path === '/token') return token === '' ? { status: 401, body: 'log in' } : { status: 200, body: token };
      if (path === '/lanekassen-logo.svg')
        return {
          status: 200,
          headers: { 'content-type': 'image/svg+xml' },
          body: '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="44"><rect width="120" height="44" rx="8"/></svg>',
        };
      return { status: 404 };
    });
    [world, browser] = await Promise.all([
      startTestWorld({ pages: { origins: [bank.url], returnUrls: [`${bank.url}/`] } }),
      launchChromium(),
    ]);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await Promise.all([world?.close(), bank?.close()]);
  });

  test('a token of the local bank login leads to the saldo, with the logo beside it', async () => {
    expect(page).toContain(`api-url="${address}/api"`);
    const opened = await browser.newPage();
    await opened.goto(bank.url);
    const card = opened.locator('studielan-saldo');
    await card.getByText('Du er ikke lenger logget inn.').waitFor();
    // `npm start -- --origin …` allows the page to do the same: fetch a test token, and return from Altinn.
    token = await opened.evaluate<string>(
      `fetch('${world.bankLogin.url}/test-token?name=HAUK%20HAUGNES').then((answer) => answer.json()).then(({ token }) => token)`,
    );
    await opened.reload();
    await card.getByRole('button', { name: 'Legg til studielån' }).click();
    await opened.waitForURL(`${world.altinn.url}/**`);
    await opened.getByRole('button', { name: 'Fortsett som HAUK HAUGNES' }).click();
    await opened.getByRole('button', { name: 'Ja, jeg gir samtykke' }).click();
    await card.getByText('Du skylder Lånekassen').waitFor();
    expect(opened.url()).toBe(`${bank.url}/`);
    const shown = (await card.locator('section').innerText()).replace(/\s+/gu, ' ');
    expect(shown).toContain('Du skylder Lånekassen 280 743,56 kr');
    expect(await card.getAttribute('logo-missing')).toBeNull();
    await expectSound(opened, 'front-end-page', [{ width: 360, scheme: 'light' }]);
    await opened.close();
  });

  test("the same page shows the saldo under the document's policy, and nothing is refused", async () => {
    expect(policy).toContain(`connect-src 'self' ${address};`);
    const opened = await browser.newPage();
    const refused: string[] = [];
    opened.on('console', (line) => void (/Content Security Policy/.test(line.text()) && refused.push(line.text())));
    const answer = await opened.goto(`${bank.url}/strict`);
    expect(answer?.headers()['content-security-policy']).toContain("require-trusted-types-for 'script'");
    await opened.locator('studielan-saldo').getByText('Du skylder Lånekassen').waitFor();
    expect(refused).toEqual([]);
    // The policy is active: another address is refused.
    await opened.evaluate(`fetch('${world.bankLogin.url}/jwks').catch(() => {})`);
    await expect.poll(() => refused.length).toBeGreaterThan(0);
    await opened.close();
  });

  test('the document names every custom property, event, part and attribute of the built file, and no others', () => {
    const built = read('web/dist/studielan-saldo.js');
    const style = read('web/src/card.css');
    const properties = (text: string) => new Set(text.match(/(?<![\w-])--studielan-[a-z-]*[a-z]/g));
    const spelledOut = documentText.replace(
      /`(--studielan-[\w-]+)`((?: · `-[\w-]+`)+)/g,
      (_all, first: string, rest: string) =>
        [first, ...[...rest.matchAll(/`-([\w-]+)`/g)].map(([, name]) => `--studielan-${name}`)].join(' '),
    );
    // The first name of a row is complete; `· -x` is another ending of it.
    const documented = properties(spelledOut.replace(/\\`/g, ''));
    for (const name of properties(style)) expect([name, documented.has(name)]).toEqual([name, true]);
    for (const name of documented) expect([name, properties(style).has(name)]).toEqual([name, true]);
    const events = new Set(
      documentText.match(/`studielan-(?:state|consent|withdraw|session-ended|logo-missing|problem)`/g),
    );
    expect(events.size).toBe(6);
    for (const event of events) expect(built).toContain(event.replaceAll('`', ''));
  });
});
