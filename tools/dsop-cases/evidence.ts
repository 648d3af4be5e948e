import type { AccountType } from './cases.ts';

/** One call that reached Lånekassen, seen from Lånekassen's side or on the way there. `status` 0: no answer. */
export type LanekassenCall = { requestId: string | undefined; withConsentToken: boolean; status: number };

/** The calls to the upstreams after the run began. */
export type Counts = {
  lanekassen: readonly LanekassenCall[];
  /** Tokens that Maskinporten has given for Lånekassen without a consent. */
  sharedTokens: number;
  /** Tokens that Maskinporten has given for a consent. */
  consentTokens: number;
};

/** Where the counts come from; `source` is a text for the report. */
export type Counter = { source: string; read(): Promise<Counts> };

/** One call of our own API. */
export type ApiCall = { call: string; status: number; code?: string; requestId: string };

/** The parts of a saldo that are kept: only those that DSOP's cases check. */
export type SeenSaldo = {
  /** Sub-accounts that are not zero. */
  accounts: AccountType[];
  total: 'under' | 'over';
  /** The total is the sum of the accounts. */
  addsUp: boolean;
  /** The answer says that Lånekassen's logo must be beside the figures (duty C-6). */
  logoRequired: boolean;
};

/** A customer's first login, from consent to logout. */
export type CustomerEvidence = {
  case: string;
  at: string;
  /** The consent was given during this run. */
  consentIsNew: boolean;
  calls: ApiCall[];
  saldo?: SeenSaldo;
  /** The second view of the page had exactly the same answer. */
  sameAgain: boolean;
  /** After logout the old token gets `session-ended`. */
  ended: boolean;
  /** Calls to Lånekassen at the first view of the page, and at the second. */
  firstView: LanekassenCall[];
  secondView: LanekassenCall[];
  consentTokens: number;
  /** Why the case stopped. The text has no data of the customer. */
  stoppedBy?: string;
};

/** A period within one process of the app. Duty C-3 is counted for each. */
export type Stretch = { logins: number; sharedTokens: number; seconds: number };

/** All customers logging in once more, side by side. */
export type SecondLogin = Stretch & {
  answered: number;
  firstView: LanekassenCall[];
  secondView: LanekassenCall[];
  consentTokens: number;
};

/** What a page showed of the logo (duty C-6). `notSeen`: why the page could not be seen. */
export type LogoEvidence = { page: string; widths: { px: number; fault?: string; seen?: string }[]; notSeen?: string };

/** Everything that a run has seen. */
export type Evidence = {
  customers: CustomerEvidence[];
  second?: SecondLogin;
  /** One for each process of the app: a run that is taken up again has several. */
  stretches: Stretch[];
  logo: LogoEvidence;
  /** Where the counts were taken. */
  countedAt: string;
};
