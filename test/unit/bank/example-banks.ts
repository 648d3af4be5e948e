// Entries of BANKS for tests. The first bank owns the app's client. The second has a client of its own. The third is a supplier's customer
// and shares the fourth's identity provider.
import { readSettings, type Settings } from '../../../shared/settings.ts';
import { exampleEnvironment } from '../../bench/fleet/example-environment.ts';

export type Entry = Record<string, unknown> & {
  organisationNumber: string;
  identityProvider: Record<string, unknown> & { issuer: string; audience: string };
};

/** Organisation numbers with a correct control digit. */
export const numbers = ['310000019', '974760673', '960885406', '910753614'] as const;

/** One entry with the required members. */
export function entry(organisationNumber: string, changes: object = {}, provider: object = {}): Entry {
  const host = `bank-${organisationNumber}.example`;
  return {
    organisationNumber,
    name: `Bank ${organisationNumber}`,
    allowedReturnUrls: [`https://${host}/`],
    defaultReturnUrl: `https://${host}/`,
    identityProvider: {
      issuer: `https://login.${host}`,
      audience: 'studielan-api',
      jwksUri: `https://login.${host}/jwks`,
      ...provider,
    },
    ...changes,
  } as Entry;
}

const shared = { issuer: 'https://login.shared.example', jwksUri: 'https://login.shared.example/jwks' };

/** Four banks, one of each kind. */
export const fourBanks: readonly Entry[] = [
  entry(numbers[0]),
  entry(numbers[1], {
    maskinporten: { clientId: 'own', keyId: 'https://vault.example/keys/own/1', kid: 'own-kid' },
    lanekassenApiKeySetting: 'LANEKASSEN_API_KEY_OWN',
  }),
  entry(numbers[2], { isSupplierCustomer: true }, { ...shared, bankClaim: { name: 'bank', value: 'three' } }),
  entry(numbers[3], { isSupplierCustomer: true }, { ...shared, bankClaim: { name: 'bank', value: 'four' } }),
];

export const ownKey = { LANEKASSEN_API_KEY_OWN: 'own-api-key' };

/** What the settings reader returns for a list, faults included. */
export function readWith(entries: unknown, environment: Record<string, string | undefined> = ownKey) {
  return readSettings({ ...exampleEnvironment, BANKS: JSON.stringify(entries), ...environment });
}

/** The settings for a list without faults. */
export function settingsWith(entries: unknown = fourBanks, environment?: Record<string, string>): Settings {
  const read = readWith(entries, environment);
  if (!read.ok) throw new Error(read.faults.join('; '));
  return read.settings;
}
