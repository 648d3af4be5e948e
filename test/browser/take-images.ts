// `npm run images` takes the README's pictures of the running local world with Chromium. They are small, and the same each time except for
// dates.
import { fileURLToPath } from 'node:url';
import { Customer, openStage } from './customer.ts';

const folder = new URL('../../docs/images/', import.meta.url);
const stage = await openStage();

const take = async (customer: Customer, name: string, selector?: string) => {
  const path = fileURLToPath(new URL(`${name}.png`, folder));
  await (selector === undefined
    ? customer.page.screenshot({ path })
    : customer.page.locator(selector).screenshot({ path }));
  console.log(`docs/images/${name}.png`);
};

try {
  const wide = await Customer.arrive(stage, 'nb', { viewport: { width: 1040, height: 700 } });
  await wide.logIn('HAUK HAUGNES');
  await wide.shows('Gi samtykke i Altinn');
  await take(wide, 'consent-needed');
  await wide.goToConsent('HAUK HAUGNES');
  await take(wide, 'altinn');
  await wide.page.getByRole('button', { name: 'Ja, jeg gir samtykke' }).click();
  await wide.shows('Du skylder Lånekassen');
  // The card has scrolled into view by itself, but the picture is of the whole page.
  await wide.page.setViewportSize({ width: 1040, height: 1130 });
  await wide.page.evaluate('window.scrollTo(0, 0)');
  await take(wide, 'saldo');
  await wide.leave();

  const phone = await Customer.arrive(stage, 'nn', { viewport: { width: 390, height: 780 }, colorScheme: 'dark' });
  await phone.logIn('HAUK HAUGNES');
  await phone.shows('Du skuldar Lånekassen');
  await take(phone, 'saldo-dark', 'studielan-saldo');
  await phone.leave();
} finally {
  await stage.close();
}
