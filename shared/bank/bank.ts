import type { ReturnUrlRule } from '../consent/return-url.ts';
import type { ClientKey } from '../maskinporten/grant.ts';
import type { Secret } from '../person/secret.ts';
import type { BankEntry } from './bank-schema.ts';

/** What a person token of a bank's customer looks like, and a logout token. */
export type IdentityProvider = BankEntry['identityProvider'];

/** A bank that the app serves: one entry of BANKS, with what it does not say filled in from the app's own settings. */
export type Bank = Pick<BankEntry, 'organisationNumber' | 'name' | 'identityProvider' | 'isPaused'> & {
  returnUrls: {
    allowed: readonly ReturnUrlRule[];
    /** Where a browser goes whose return URL is not known. */
    standard: string;
  };
  maskinporten: {
    lanekassenKey: ClientKey;
    altinnKey: ClientKey;
    /** The app's client is a supplier's and acts for this bank: each grant has `consumer_org`. */
    isSupplierCustomer: boolean;
  };
  lanekassenApiKey: Secret;
};

/** The banks of one app: one at least. */
export type Banks = readonly [Bank, ...Bank[]];
