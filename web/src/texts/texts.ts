import type { Account } from '../api-types.ts';
import type { Trouble, WhyConsent } from '../view.ts';
import { en } from './en.ts';
import { nb } from './nb.ts';
import { nn } from './nn.ts';

/** Every word of the card in one language. The words promise nothing that the figures don't say: zero is never "paid off". */
export type Texts = {
  /** For the card's `lang`, so that screen readers pronounce it right, and for Intl. */
  language: Language;
  locales: string[];
  heading: string;

  loading: string;
  loaded: string;

  whyConsent: Record<WhyConsent, string>;
  consentTerms: string;
  add: string;
  opening: string;
  refusedToday: Record<'refused' | 'too-many', string>;

  pending: string;
  pendingHelp: string;
  goOn: string;
  checkAnswer: string;

  /** Above the total: for a debt, for zero, for a negative total. */
  owed: string;
  zeroTotal: string;
  negativeTotal: string;
  accounts: string;
  account: string;
  amount: string;
  accountName: Record<Account['type'], string>;
  changed: string;
  lastChanged(day: string): string;
  /** `day` only if it is not today. */
  fetched(time: string, day: string | undefined): string;
  source(name: string): string;
  empty: string;
  zero: string;
  negative: string;
  worried: string;
  talk: string;
  lanekassenPages: string;
  aboutHeading: string;
  about: string[];
  logoMissing: string;

  consentValid(day: string): string;
  renewalDue(day: string): string;
  renewalOpen: string;
  renew: string;
  manage: string;
  end: string;
  endQuestion: string;
  endHelp: string;
  endYes: string;
  endNo: string;
  stopped: string;
  stoppedHelp: string;
  withdraw: string;
  addAgain: string;

  notACustomer: string;
  notACustomerHelp: string;

  trouble: Record<Trouble, string>;
  troubleHelp: Record<Trouble, string>;
  nextTry(seconds: number): string;
  fault: string;
  faultHelp: string;
  tryAgain: string;
  supportCode: string;

  sessionEnded: string;
  logIn: string;
  erased: string;

  onReturn: Record<ReturnMessage, string>;
  close: string;
};

/** bokmål, nynorsk, English. */
export type Language = 'nb' | 'nn' | 'en';

/** What can be said about the word that Altinn's round ends with (`return-word.ts`). */
export type ReturnMessage = 'accepted' | 'renewal-rejected' | 'expired' | 'revoked' | 'failed' | 'unknown';

/** The texts for a language tag of HTML (`nn-NO`, `no`, `en-GB`). Norwegian and unknown languages get bokmål. */
export function textsFor(languageTag: string): Texts {
  const language = languageTag.toLowerCase().split('-')[0];
  return language === 'nn' ? nn : language === 'en' ? en : nb;
}
