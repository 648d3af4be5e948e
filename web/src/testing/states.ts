// Every state of the card as data: what the service answers, and what is pressed. For a bank's own tests, for the playground, and
// for the browser tests of this project.
import type { Account, CurrentConsent, Saldo } from '../api-types.ts';
import type { ViewKind } from '../view.ts';
import { consentExamples, endedExamples, problemExamples, saldoExamples, startedExamples } from './examples.ts';

/** `METHOD /path` below the service's address. */
export type Route =
  | 'GET /saldo'
  | 'GET /consents/current'
  | 'POST /consents'
  | 'DELETE /consents/current'
  | 'DELETE /session';

/** `never`: the answer does not come. */
export type StateAnswer = {
  status: number;
  headers?: Record<string, string>;
  body?: object;
  never?: boolean;
};

/**
 * `shows` is the card's `state`. `press`: what a customer presses to get there, by `data-name`. `word`: what the browser brings back
 * from Altinn. `isLoggedOut`: `getToken` returns no token. `hasLogo`: false if the page has no logo.
 */
export type CardState = {
  shows: ViewKind;
  answers: Partial<Record<Route, StateAnswer>>;
  press?: readonly string[];
  word?: string;
  isLoggedOut?: boolean;
  hasLogo?: boolean;
};

const day = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * day).toISOString();

type AccountLine = [type: Account['type'], name: string, amount: string];
const oneLoan: AccountLine[] = [['lan', 'Lån', '250100.50']];
const four: AccountLine[] = [
  ['lan', 'Lån', '1198979.70'],
  ['renter', 'Renter', '1337.62'],
  ['gebyr', 'Gebyr', '590.00'],
  ['omkostninger', 'Omkostninger', '3410.75'],
];

/** A saldo fetched now, and held for an hour. */
const saldo = (total: string, accounts: AccountLine[], renewInDays = 100): StateAnswer => ({
  status: 200,
  body: {
    ...saldoExamples.saldo,
    total: { amount: total, currency: 'NOK' },
    accounts: accounts.map(([type, name, amount]) => ({
      type,
      name,
      balance: { amount, currency: 'NOK' },
      lastChangedAt: '2026-10-15T22:30:00.307Z',
    })),
    fetchedAt: inDays(0),
    heldUntil: inDays(1 / 24),
    consent: { ...saldoExamples.saldo.consent, validTo: '2027-06-30T20:00:00.000Z', renewFrom: inDays(renewInDays) },
  } satisfies Saldo,
});

/** A problem as the service sends it. `retryAfter`: seconds, else as in the example; 0 leaves it out. */
function problem(code: keyof typeof problemExamples, retryAfter?: number): StateAnswer {
  const { retryAfterSeconds: usual, ...body } = { retryAfterSeconds: undefined, ...problemExamples[code] };
  const seconds = retryAfter ?? usual;
  const delay = seconds ? { retryAfterSeconds: seconds } : {};
  return {
    status: body.status,
    headers: {
      'content-type': 'application/problem+json',
      'x-request-id': body.instance.replace('urn:uuid:', ''),
      ...(seconds ? { 'retry-after': String(seconds) } : {}),
    },
    body: { ...body, ...delay },
  };
}

const consent = (body: CurrentConsent): StateAnswer => ({ status: 200, body });
const accepted = consent(consentExamples.accepted);
const pending = consent(consentExamples.pending);
const loggedOut: StateAnswer = { status: 204 };
const ended: StateAnswer = { status: 200, body: endedExamples.ended };
const started: StateAnswer = { status: 201, body: startedExamples.pending };
const found = (answer: StateAnswer, more: CardState['answers'] = {}): CardState['answers'] => ({
  'GET /saldo': answer,
  'GET /consents/current': accepted,
  'DELETE /consents/current': ended,
  'DELETE /session': loggedOut,
  ...more,
});
const refused = (code: keyof typeof problemExamples, more: CardState['answers'] = {}): CardState['answers'] => ({
  'GET /saldo': problem(code),
  'POST /consents': started,
  'DELETE /session': loggedOut,
  ...more,
});
const saldoState = (answer: StateAnswer, more: Omit<CardState, 'shows' | 'answers'> = {}): CardState => ({
  shows: 'saldo',
  answers: found(answer),
  ...more,
});

/** The states in the order in which a customer may meet them. Made again at each call, because times are relative to now. */
export const cardStates = () =>
  ({
    loading: { shows: 'loading', answers: { 'GET /saldo': { status: 200, never: true } } },
    'consent-needed': { shows: 'consent-needed', answers: refused('consent-required') },
    'consent-pending': { shows: 'pending', answers: refused('consent-pending', { 'GET /consents/current': pending }) },
    'consent-rejected': { shows: 'consent-needed', answers: refused('consent-rejected') },
    'consent-revoked': { shows: 'consent-needed', answers: refused('consent-revoked') },
    'consent-expired': { shows: 'consent-needed', answers: refused('consent-expired') },
    'consent-refused': { shows: 'consent-needed', answers: refused('consent-refused') },
    'refused-today': {
      shows: 'refused-today',
      answers: refused('consent-rejected', { 'POST /consents': problem('consent-refused') }),
      press: ['add'],
    },
    'too-many-requests': {
      shows: 'refused-today',
      answers: refused('consent-rejected', { 'POST /consents': problem('too-many-requests') }),
      press: ['add'],
    },
    saldo: saldoState(saldo('1204318.07', four)),
    'saldo-one': saldoState(saldo('250100.50', oneLoan)),
    'saldo-about': saldoState(saldo('250100.50', oneLoan), { press: ['about'] }),
    'saldo-without-logo': saldoState(saldo('1204318.07', four), { hasLogo: false }),
    'saldo-unknown-account': saldoState(
      saldo('90071992547409.93', [
        ['lan', 'Lån', '90071992547409.92'],
        ['annet', 'Ettergitt del av lånet', '0.01'],
      ]),
    ),
    'no-debt': saldoState(saldo('0.00', [])),
    zero: saldoState(saldo('0.00', [['lan', 'Lån', '0.00']])),
    negative: saldoState(saldo('-1250.75', [['lan', 'Lån', '-1250.75']])),
    'renew-soon': saldoState(saldo('250100.50', oneLoan, -1)),
    'renewal-open': {
      shows: 'saldo',
      answers: found(saldo('250100.50', oneLoan, -1), { 'GET /consents/current': consent(consentExamples.renewing) }),
    },
    'end-question': saldoState(saldo('250100.50', oneLoan), { press: ['end'] }),
    stopped: { shows: 'stopped', answers: found(saldo('250100.50', oneLoan)), press: ['end', 'end-yes'] },
    'not-a-customer': { shows: 'not-a-customer', answers: found(problem('not-a-customer')) },
    'not-ready': { shows: 'waiting', answers: found(problem('saldo-not-ready', 60)) },
    busy: { shows: 'waiting', answers: found(problem('upstream-busy', 60)) },
    'still-not-ready': { shows: 'unavailable', answers: found(problem('saldo-not-ready', 90)) },
    'still-busy': { shows: 'unavailable', answers: found(problem('upstream-busy', 90)) },
    unavailable: { shows: 'unavailable', answers: found(problem('upstream-unavailable', 90)) },
    unreachable: { shows: 'unavailable', answers: { 'GET /saldo': { status: 0 } } },
    fault: { shows: 'fault', answers: found(problem('internal')) },
    'session-ended': { shows: 'session-ended', answers: { 'GET /saldo': problem('session-ended') } },
    'token-missing': { shows: 'session-ended', answers: {}, isLoggedOut: true },
    'back-accepted': saldoState(saldo('250100.50', oneLoan), { word: 'accepted' }),
    'back-failed': { shows: 'consent-needed', answers: refused('consent-required'), word: 'failed' },
  }) satisfies Record<string, CardState>;

/** The name of a state. */
export type CardStateName = keyof ReturnType<typeof cardStates>;
