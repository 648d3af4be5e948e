// Every state of the card as data: what the API answers, what is pressed, and what must be read in each language.
import type { Page } from 'playwright-core';
import { type Language, type Texts, textsFor } from '../../web/src/texts/texts.ts';
import { allAccounts, consent, inDays, oneLoan, problem, type StubAnswer, saldo } from './stub-api.ts';

/** `says` is what must be shown: texts of ours by their key, figures and days to the letter. `state` is the element's. */
export type CardCase = {
  name: string;
  state: string;
  answers?: Record<string, StubAnswer[]>;
  says(texts: Texts): (string | RegExp)[];
  press?(page: Page, texts: Texts): Promise<void>;
  /** A page without the logo. */
  inside?: string;
  /** With the browser's clock stopped, so that a moment stays. */
  stopped?: boolean;
  script?: string;
};

const standing = (answer: StubAnswer, more = {}) => ({
  'GET /consents/current': [consent('accepted', more)],
  'GET /saldo': [answer],
});
const current = (state: string, more = {}) => ({ 'GET /consents/current': [consent(state, more)] });
const never: Promise<void> = new Promise(() => undefined);
const press = (page: Page, name: string) => page.getByRole('button', { name }).click();
const figures: Record<Language, string[]> = {
  nb: [
    '1 204 318,07 kr',
    '1 198 979,70 kr',
    '1 337,62 kr',
    '590,00 kr',
    '3 410,75 kr',
    '16. oktober 2026',
    '30. juni 2027',
  ],
  nn: [
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
const negativeTotal: Record<Language, string> = { nb: '−1 250,75 kr', nn: '−1 250,75 kr', en: '-NOK 1,250.75' };
const requestId = '11111111-2222-4333-8444-555555555555';

/** The states, in the order in which a customer may meet them. */
export const cardCases: readonly CardCase[] = [
  {
    name: 'loading',
    state: 'loading',
    answers: { 'GET /consents/current': [{ ...consent('accepted'), until: never }] },
    says: (texts) => [texts.loading],
  },
  {
    name: 'consent-needed',
    state: 'consent-needed',
    answers: current('none'),
    says: (texts) => [texts.whyConsent.none, texts.consentTerms, texts.add],
  },
  {
    name: 'consent-pending',
    state: 'pending',
    answers: current('pending', { consentUrl: 'https://am.ui.altinn.invalid/x?id=1' }),
    says: (texts) => [texts.pending, texts.pendingHelp, texts.goOn, texts.checkAnswer],
  },
  ...(['rejected', 'revoked', 'expired'] as const).map(
    (why): CardCase => ({
      name: `consent-${why}`,
      state: 'consent-needed',
      answers: current(why),
      says: (texts) => [texts.whyConsent[why], texts.add],
    }),
  ),
  {
    name: 'consent-refused',
    state: 'consent-needed',
    answers: standing(problem(403, 'consent-refused')),
    says: (texts) => [texts.whyConsent.refused, texts.add],
  },
  {
    name: 'refused-today',
    state: 'refused-today',
    answers: { ...current('rejected'), 'POST /consents': [problem(403, 'consent-refused')] },
    press: (page, texts) => press(page, texts.add),
    says: (texts) => [texts.refusedToday],
  },
  {
    name: 'saldo',
    state: 'saldo',
    answers: standing(saldo('1204318.07', allAccounts)),
    says: (texts) => [texts.total, ...Object.values(texts.accountName).slice(0, 4), ...figures[texts.language]],
  },
  {
    name: 'saldo-about',
    state: 'saldo',
    answers: standing(oneLoan),
    press: (page, texts) => page.getByText(texts.aboutHeading, { exact: true }).click(),
    says: (texts) => texts.about,
  },
  {
    name: 'saldo-without-logo',
    state: 'saldo',
    answers: standing(saldo('1204318.07', allAccounts)),
    inside: '',
    says: (texts) => [texts.logoMissing],
  },
  {
    name: 'saldo-large',
    state: 'saldo',
    answers: standing(
      saldo('90071992547409.93', [
        ['lan', 'Lån', '90071992547409.92'],
        ['annet', 'Annet', '0.01'],
      ]),
    ),
    says: (texts) => [
      texts.accountName.annet,
      texts.language === 'en' ? 'NOK 90,071,992,547,409.93' : '90 071 992 547 409,93 kr',
    ],
  },
  {
    name: 'no-debt',
    state: 'saldo',
    answers: standing(saldo('0.00', [])),
    says: (texts) => [texts.empty],
  },
  {
    name: 'zero',
    state: 'saldo',
    answers: standing(saldo('0.00', [['lan', 'Lån', '0.00']])),
    says: (texts) => [texts.zero],
  },
  {
    name: 'negative',
    state: 'saldo',
    answers: standing(saldo('-1250.75', [['lan', 'Lån', '-1250.75']])),
    says: (texts) => [texts.negative, negativeTotal[texts.language]],
  },
  {
    name: 'renew-soon',
    state: 'saldo',
    answers: standing(saldo('250100.50', [['lan', 'Lån', '250100.50']], { consent: { renewFrom: inDays(-1) } })),
    says: (texts) => [texts.renewalDue(texts.language === 'en' ? '30 June 2027' : '30. juni 2027'), texts.renew],
  },
  {
    name: 'renewal-open',
    state: 'saldo',
    answers: standing(oneLoan, { consentUrl: 'https://altinn.invalid/r' }),
    says: (texts) => [texts.renewalOpen, texts.goOn],
  },
  {
    name: 'end-question',
    state: 'saldo',
    answers: standing(oneLoan),
    press: (page, texts) => press(page, texts.end),
    says: (texts) => [texts.endQuestion, texts.endHelp, texts.endYes, texts.endNo],
  },
  {
    name: 'stopped',
    state: 'stopped',
    answers: {
      ...standing(oneLoan),
      'DELETE /consents/current': [consent('none', { withdrawUrl: 'https://altinn.invalid/active' })],
    },
    press: async (page, texts) => {
      await press(page, texts.end);
      await press(page, texts.endYes);
    },
    says: (texts) => [texts.stopped, texts.stoppedHelp, texts.withdraw, texts.addAgain],
  },
  {
    name: 'not-a-customer',
    state: 'not-a-customer',
    answers: standing(problem(404, 'not-a-customer')),
    says: (texts) => [texts.notACustomer, texts.notACustomerHelp, texts.end],
  },
  {
    name: 'not-ready',
    state: 'waiting',
    answers: standing(problem(503, 'saldo-not-ready', 30)),
    stopped: true,
    says: (texts) => [texts.waitingSlow, texts.nextTry(30)],
  },
  {
    name: 'busy',
    state: 'waiting',
    answers: standing(problem(503, 'upstream-busy', 1)),
    stopped: true,
    says: (texts) => [texts.waitingBusy, texts.nextTry(1)],
  },
  {
    name: 'unavailable',
    state: 'unavailable',
    answers: standing(problem(503, 'upstream-unavailable')),
    says: (texts) => [texts.unavailable, texts.unavailableHelp, texts.tryAgain, texts.supportCode, requestId],
  },
  {
    name: 'still-not-ready',
    state: 'unavailable',
    answers: standing(problem(503, 'saldo-not-ready')),
    says: (texts) => [texts.stillSlow, texts.tryAgain],
  },
  {
    name: 'fault',
    state: 'fault',
    answers: standing(problem(500, 'internal')),
    says: (texts) => [texts.fault, texts.faultHelp, requestId],
  },
  {
    name: 'session-ended',
    state: 'session-ended',
    answers: { 'GET /consents/current': [problem(401, 'session-ended')] },
    says: (texts) => [texts.sessionEnded],
  },
  {
    name: 'token-missing',
    state: 'session-ended',
    script: 'card.getToken = () => null;',
    says: (texts) => [texts.sessionEnded],
  },
  {
    name: 'erased',
    state: 'erased',
    answers: standing(oneLoan),
    press: async (page) => {
      await page.evaluate<boolean>('document.querySelector("studielan-saldo").erase()');
    },
    says: (texts) => [texts.erased],
  },
  ...(['accepted', 'failed'] as const).map(
    (word): CardCase => ({
      name: `back-${word}`,
      state: word === 'accepted' ? 'saldo' : 'consent-needed',
      answers: word === 'accepted' ? standing(oneLoan) : current('none'),
      script: `history.replaceState(null, '', '/?studielan=${word}'); card.remove(); card.getToken = () => 't'; document.querySelector('main').append(card);`,
      says: (texts) => [texts.onReturn[word]],
    }),
  ),
];

/** The three languages' texts. */
export const languages: readonly Texts[] = ['nb', 'nn', 'en'].map(textsFor);
