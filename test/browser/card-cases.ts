// The texts of each state of the card, in each language. The states are the package's own (`web/src/testing/states.ts`); the playground
// shows them too.

import { type CardState, type CardStateName, cardStates } from '../../web/src/testing/states.ts';
import { type Language, type Texts, textsFor } from '../../web/src/texts/texts.ts';

/** `says`: what must be shown. Texts of the card are given by their key, amounts and dates exactly. `notSays`: what must not be shown. */
export type CardCase = {
  name: CardStateName;
  state: CardState;
  says(texts: Texts): (string | RegExp)[];
  notSays?(texts: Texts): string[];
};

const figures: Record<'nb' | 'en', string[]> = {
  nb: [
    '1 204 318,07 kr',
    '1 198 979,70 kr',
    '1 337,62 kr',
    '590,00 kr',
    '3 410,75 kr',
    '16. oktober 2026',
    '30. juni 2027',
  ],
  en: [
    'NOK 1,204,318.07',
    'NOK 1,198,979.70',
    'NOK 1,337.62',
    'NOK 590.00',
    'NOK 3,410.75',
    '16 October 2026',
    '30 June 2027',
  ],
};
const spelt = (language: Language) => (language === 'en' ? 'en' : 'nb');
const negativeTotal = { nb: '−1 250,75 kr', en: '-NOK 1,250.75' };
const hugeTotal = { nb: '90 071 992 547 409,93 kr', en: 'NOK 90,071,992,547,409.93' };
const countdown = (texts: Texts) => new RegExp(texts.nextTry(60).replace('60', '\\d\\d'));
/** The part of the examples' request id that a customer can read out on the telephone. */
const supportCode = /(?<![\w-])8d3f0f2e(?![\w-])/;

const says: Record<CardStateName, Omit<CardCase, 'name' | 'state'>> = {
  loading: { says: (texts) => [texts.loading] },
  'consent-needed': { says: (texts) => [texts.whyConsent.none, texts.consentTerms, texts.add] },
  'consent-pending': { says: (texts) => [texts.pending, texts.pendingHelp, texts.goOn, texts.checkAnswer] },
  'consent-rejected': { says: (texts) => [texts.whyConsent.rejected, texts.add] },
  'consent-revoked': { says: (texts) => [texts.whyConsent.revoked, texts.add] },
  'consent-expired': { says: (texts) => [texts.whyConsent.expired, texts.add] },
  'consent-refused': { says: (texts) => [texts.whyConsent.refused, texts.add] },
  'refused-today': { says: (texts) => [texts.refusedToday.refused], notSays: (texts) => [texts.add] },
  'too-many-requests': { says: (texts) => [texts.refusedToday['too-many']], notSays: (texts) => [texts.add] },
  saldo: {
    says: (texts) => [
      texts.heading,
      texts.owed,
      ...Object.values(texts.accountName).slice(0, 4),
      ...figures[spelt(texts.language)],
      texts.worried,
      texts.talk,
      texts.manage,
      texts.end,
    ],
    notSays: (texts) => [texts.accountName.annet],
  },
  'saldo-one': { says: (texts) => [texts.owed] },
  'saldo-about': { says: (texts) => [texts.aboutHeading, ...texts.about] },
  'saldo-without-logo': { says: (texts) => [texts.logoMissing] },
  'saldo-unknown-account': {
    says: (texts) => ['Ettergitt del av lånet', hugeTotal[spelt(texts.language)]],
    notSays: (texts) => [texts.accountName.annet],
  },
  'no-debt': {
    says: (texts) => [texts.empty],
    notSays: (texts) => [texts.owed, texts.aboutHeading, texts.worried],
  },
  zero: { says: (texts) => [texts.zeroTotal, texts.zero], notSays: (texts) => [texts.owed, texts.worried] },
  negative: {
    says: (texts) => [texts.negativeTotal, texts.negative, negativeTotal[spelt(texts.language)]],
    notSays: (texts) => [texts.owed, texts.worried],
  },
  'renew-soon': {
    says: (texts) => [texts.renewalDue(texts.language === 'en' ? '30 June 2027' : '30. juni 2027'), texts.renew],
  },
  'renewal-open': { says: (texts) => [texts.renewalOpen, texts.goOn], notSays: (texts) => [texts.renew] },
  'end-question': { says: (texts) => [texts.endQuestion, texts.endHelp, texts.endYes, texts.endNo] },
  stopped: { says: (texts) => [texts.stopped, texts.stoppedHelp, texts.withdraw, texts.addAgain] },
  'not-a-customer': { says: (texts) => [texts.notACustomer, texts.notACustomerHelp, texts.end] },
  'not-ready': { says: (texts) => [texts.trouble.slow, countdown(texts)] },
  busy: { says: (texts) => [texts.trouble.busy, countdown(texts)] },
  'still-not-ready': { says: (texts) => [texts.trouble.slow, texts.troubleHelp.slow, texts.tryAgain] },
  'still-busy': { says: (texts) => [texts.trouble.busy, texts.troubleHelp.busy, texts.tryAgain] },
  unavailable: { says: (texts) => [texts.trouble.silent, texts.tryAgain, texts.supportCode, supportCode] },
  unreachable: {
    says: (texts) => [texts.trouble.offline, texts.troubleHelp.offline, texts.tryAgain],
    notSays: (texts) => [texts.supportCode],
  },
  fault: { says: (texts) => [texts.fault, texts.faultHelp, texts.supportCode, supportCode] },
  'session-ended': { says: (texts) => [texts.sessionEnded], notSays: (texts) => [texts.tryAgain] },
  'token-missing': { says: (texts) => [texts.sessionEnded] },
  'back-accepted': { says: (texts) => [texts.onReturn.accepted] },
  'back-failed': { says: (texts) => [texts.onReturn.failed] },
};

/** Every state, in the order in which a customer may see them. */
export const cardCases: readonly CardCase[] = Object.entries(cardStates()).map(([name, state]) => ({
  name: name as CardStateName,
  state,
  ...says[name as CardStateName],
}));

/** The texts of the three languages. */
export const languages: readonly Texts[] = ['nb', 'nn', 'en'].map(textsFor);
