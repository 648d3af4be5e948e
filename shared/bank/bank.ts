import type { ReturnUrlRule } from '../consent/return-url.ts';
import type { ClientKey } from '../maskinporten/grant.ts';
import type { Secret } from '../person/secret.ts';

/** A claim that distinguishes banks whose tokens have issuer and audience in common. Compared exactly. */
export type BankClaim = { name: string; value: string };

/** What a person token of a bank's customer looks like, and a logout token. */
export type IdentityProvider = {
  issuer: string;
  audience: string;
  jwksUri: string;
  nationalIdClaim: string;
  sessionClaim: string;
  algorithms: readonly string[];
  /** `aud` of logout tokens; `undefined`: back-channel logout is off. */
  logoutTokenAudience: string | undefined;
  /** `undefined`: issuer and audience are this bank's alone. */
  bankClaim?: BankClaim | undefined;
};

/** A bank that the app serves: one entry of BANKS, with what it does not say filled in from the app's own settings. */
export type Bank = {
  /** Nine digits: the bank's name everywhere in the program. */
  organisationNumber: string;
  /** As the customer sees it in the consent text. */
  name: string;
  returnUrls: {
    allowed: readonly ReturnUrlRule[];
    /** Where a browser goes whose return URL is not known. */
    standard: string;
  };
  identityProvider: IdentityProvider;
  maskinporten: {
    lanekassenKey: ClientKey;
    altinnKey: ClientKey;
    /** The app's client is a supplier's and acts for this bank: each grant has `consumer_org`. */
    isSupplierCustomer: boolean;
  };
  lanekassenApiKey: Secret;
  /** The bank's customers are answered `upstream-unavailable` for now. Logout, and the end of a consent, work. */
  isPaused: boolean;
};

/** The banks of one app: one at least. */
export type Banks = readonly [Bank, ...Bank[]];
