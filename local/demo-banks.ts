// The banks of the local world: only Eksempelbanken, or with `npm start -- --banks 3` three banks, for which a supplier acts.
import { dsopCustomers, ownCustomers, testBank, testCustomers } from './simulators/test-customers.ts';

/** Eksempelbanken's name at its identity provider. */
export const bankClientId = 'eksempelbanken-web';

/** The supplier that acts for all banks if there are several. The number is synthetic. */
export const demoSupplier = { organisationNumber: '310000078', name: 'Eksempelsentralen AS' };

/**
 * The first `count` banks. Each further one has the next port, and a login ten ports further. Each has customers of its own; HAUK HAUGNES
 * is a customer of the first two. `brand` is the bank's name on its page, `clientId` its name at its own identity provider. The cookie has
 * a name of its own, because 127.0.0.1 shares cookies between ports.
 */
export function demoBanks(count: number, ports: { bank: number; bankLogin: number }) {
  const inTwo = dsopCustomers.filter(({ name }) => name === 'HAUK HAUGNES');
  const first = { ...testBank, brand: 'Eksempelbanken', clientId: bankClientId, cookieName: 'eksempelbanken' };
  const all = [
    { ...first, customers: count === 1 ? testCustomers : dsopCustomers.slice(0, 10) },
    {
      organisationNumber: '310000027',
      name: 'Prøvebanken ASA',
      brand: 'Prøvebanken',
      clientId: 'provebanken-web',
      cookieName: 'provebanken',
      colours: { brand: '#4a1d5e', action: 'light-dark(#6d2a8a, #d9a8f0)' },
      customers: [...inTwo, ...dsopCustomers.slice(10)],
    },
    {
      organisationNumber: '310000035',
      name: 'Sparebanken Modell',
      brand: 'Sparebanken Modell',
      clientId: 'sparebanken-modell-web',
      cookieName: 'sparebanken-modell',
      colours: { brand: '#7a2e0c', action: 'light-dark(#8c3a12, #ffb48c)' },
      customers: ownCustomers,
    },
  ];
  return all.slice(0, count).map((bank, i) => ({ ...bank, port: ports.bank + i, loginPort: ports.bankLogin + 10 * i }));
}
