// A customer of the bank in a real browser, with the whole local world: the bank's login, Altinn's consent page, the deployed functions
// app, and Lånekassen.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { testCustomers } from '../../local/simulators/test-customers.ts';
import { startTestWorld, type World } from '../../local/test-world.ts';
import { launchChromium } from './chromium.ts';
import { shownText } from './page-checks.ts';

/** The world and the browser, for one test file. */
export type Stage = { world: World; browser: Browser; close(): Promise<void> };

/** Starts both. `npm test` has built what they run. */
export async function openStage(): Promise<Stage> {
  const [world, browser] = await Promise.all([startTestWorld({ ports: 'free' }), launchChromium()]);
  const close = async () => {
    await browser.close();
    await world.close();
  };
  return { world, browser, close };
}

/** One customer's browser. */
export class Customer {
  readonly page: Page;
  readonly world: World;
  /** Every address that the browser opened or called, and the last token that it sent to the API. */
  readonly addresses: string[] = [];
  authorization = '';

  private constructor(page: Page, world: World) {
    this.page = page;
    this.world = world;
    page.on('request', (request) => {
      this.addresses.push(request.url());
      this.authorization = request.headers().authorization ?? this.authorization;
    });
  }

  /** A new browser. `language` is the language of the bank's page, which the card follows. */
  static async arrive(
    { browser, world }: Stage,
    language = 'nb',
    context: BrowserContextOptions = {},
  ): Promise<Customer> {
    const page = await (await browser.newContext({ reducedMotion: 'reduce', ...context })).newPage();
    if (language !== 'nb')
      await page.addInitScript(
        `addEventListener('DOMContentLoaded', () => { document.documentElement.lang = '${language}'; })`,
      );
    return new Customer(page, world);
  }

  card() {
    return this.page.locator('studielan-saldo section');
  }
  cardText() {
    return shownText(this.page, 'studielan-saldo section');
  }
  shows(text: string | RegExp) {
    return this.card().getByText(text).first().waitFor();
  }

  async logIn(name: string) {
    await this.page.goto(this.world.bankUrl);
    await this.page.getByRole('link', { name: 'Logg inn' }).click();
    await this.page.getByRole('button', { name: new RegExp(`^${name} – `, 'u') }).click();
    await this.page.waitForURL(`${this.world.bankUrl}/`);
  }
  async goToConsent(name: string) {
    await this.card().getByRole('button', { name: 'Legg til studielån' }).click();
    await this.page.waitForURL(`${this.world.altinn.url}/**`);
    await this.page.getByRole('button', { name: `Fortsett som ${name}` }).click();
    await this.page.getByRole('heading', { name: 'ber om ditt samtykke' }).waitFor();
  }
  async consent(name: string) {
    await this.logIn(name);
    await this.goToConsent(name);
    await this.page.getByRole('button', { name: 'Ja, jeg gir samtykke' }).click();
    await this.page.waitForURL(`${this.world.bankUrl}/`);
  }

  /** Closes the browser. In every case it checks that no national id was in an address. */
  async leave() {
    const nationalIds = testCustomers.map((customer) => customer.nationalId);
    expect(this.addresses.filter((address) => nationalIds.some((id) => address.includes(id)))).toEqual([]);
    await this.page.context().close();
  }
}
