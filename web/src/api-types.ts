export type Saldo = {
  /** The sum of the accounts. Zero does not mean “paid off”. */
  total: Money;
  accounts: Account[];
  fetchedAt: string;
  source: { name: 'Lånekassen'; logoRequired: true };
  consent: { validTo: string; renewFrom: string };
};

export type Account = {
  type: AccountType;
  name: 'Lån' | 'Renter' | 'Gebyr' | 'Omkostninger' | 'Annet';
  balance: Money;
  lastChangedAt: string;
};

export type AccountType = 'lan' | 'renter' | 'gebyr' | 'omkostninger' | 'annet';

export type Money = { amount: string; currency: 'NOK' };

export type PendingConsent = { state: 'pending'; consentUrl: string };

export type StandingConsent = { state: 'accepted'; validTo: string; renewFrom: string };

export type FoundConsent = PendingConsent | StandingConsent;

export type CurrentConsent =
  | { state: 'accepted'; validTo: string; renewFrom: string; consentUrl?: string; withdrawUrl: string }
  | { state: 'pending'; consentUrl?: string }
  | { state: 'none' | 'rejected' | 'revoked' | 'expired' };

export type EndedConsent = { state: 'none'; withdrawUrl: string };

export type ConsentLog = { entries: { at: string; event: string; consentValidTo?: string }[] };
