// Every route of `docs/contracts/interface.md` §1 as data: what it takes, what it answers, and every problem it can answer with.
import type { ProblemCode } from '../../../shared/problem-catalogue.ts';
import type { HeaderName, ParameterName } from './headers.ts';
import type { SchemaName } from './schemas.ts';

/** A good answer: a JSON body with an example, an HTML page, a redirect, or nothing. */
export type GoodAnswer = { description: string; headers?: HeaderName[] } & (
  | { schema: SchemaName | 'object'; examples: Record<string, unknown> }
  | { redirect: true }
  /** `kept`: the same for every caller, and any cache may keep it. `once`: for one visit, and no cache keeps it. */
  | { page: 'kept' | 'once' }
  | { empty: true }
);

/** One route with one method. */
export type Operation = {
  method: 'get' | 'post' | 'delete';
  /** Below `/api`. */
  path: string;
  id: string;
  tag: 'consent' | 'saldo' | 'session' | 'health' | 'developers';
  summary: string;
  description: string;
  /** Whether it takes the customer's own token. */
  personToken: boolean;
  parameters: ParameterName[];
  body?: { type: 'application/json' | 'application/x-www-form-urlencoded'; schema: SchemaName; example: unknown };
  answers: Record<number, GoodAnswer>;
  problems: ProblemCode[];
  /** Statuses that only the platform answers. */
  platform?: ['4XX'];
  /** Whether the document allows for problems that are not listed. Only browsers call such a route. */
  other?: true;
};

const consentUrl =
  'https://am.ui.altinn.no/accessmanagement/ui/consent/request?id=2f3cb9a0-7d0a-4b8e-9e4f-5d9f8d3a6c11';
const withdrawUrl = 'https://am.ui.altinn.no/accessmanagement/ui/consent/active';
const validTo = '2027-11-23T06:15:00.000Z';
const renewFrom = '2027-10-24T06:15:00.000Z';
const pending = { state: 'pending', consentUrl };
const accepted = { state: 'accepted', validTo, renewFrom };
const money = (amount: string) => ({ amount, currency: 'NOK' });

/** Problems of any route: the state table does not answer, the app's settings are wrong, or the app has a fault. */
const common: ProblemCode[] = ['upstream-unavailable', 'configuration', 'internal'];
const token: ProblemCode[] = ['person-token-missing', 'person-token-invalid', ...common];
/** Problems of a route that reads the customer's row, which may be a copy of another bank's. */
const session: ProblemCode[] = ['session-ended', 'consent-person-mismatch', ...token];
const asked: ProblemCode[] = ['upstream-busy', 'upstream-invalid-reply', ...session];

/** All routes, in the order of `docs/contracts/interface.md` §1. */
export const operations: readonly Operation[] = [
  {
    method: 'post',
    path: '/consents',
    id: 'startConsent',
    tag: 'consent',
    summary: 'Ask the customer for consent',
    description:
      'Makes a new consent request (201), or returns the request that is open or the consent that is accepted (200). A customer never has two open requests. From `renewFrom` on, an accepted consent no longer prevents a new request.',
    personToken: true,
    parameters: ['RequestId', 'Prefer'],
    body: {
      type: 'application/json',
      schema: 'StartConsent',
      example: { returnUrl: 'https://nettbank.eksempelbanken.example/lan' },
    },
    answers: {
      200: {
        description: 'A request is open already, or a consent is accepted.',
        schema: 'FoundConsent',
        examples: { pending, accepted },
      },
      201: {
        description: 'The request is made. Send the customer to `consentUrl`.',
        schema: 'PendingConsent',
        examples: { pending },
      },
    },
    problems: [
      'request-invalid',
      'length-required',
      'return-url-not-allowed',
      'consent-refused',
      'too-many-requests',
      ...asked,
    ],
  },
  {
    method: 'get',
    path: '/consents/callback',
    id: 'consentCallback',
    tag: 'consent',
    summary: 'Where Altinn sends the browser back',
    description:
      'For the browser, not for programs. It trusts no parameter and returns no data. It reads the request in Altinn, and redirects the browser to the return page of the request with `studielan=<word>` in the query. The word is `accepted`, `rejected`, `pending`, `expired`, `revoked`, `failed` or `unknown`.',
    personToken: false,
    parameters: ['State', 'Status', 'ErrorMessage', 'RequestId'],
    answers: {
      303: {
        description: 'A redirect to the return page of the request, or to the bank’s defaultReturnUrl.',
        redirect: true,
      },
      404: {
        description:
          'A page that asks the customer to go back to the bank. The app serves several banks, and the state belongs to none of them.',
        page: 'once',
      },
    },
    problems: common,
    platform: ['4XX'],
    other: true,
  },
  {
    method: 'get',
    path: '/consents/current',
    id: 'getConsent',
    tag: 'consent',
    summary: 'State of the consent',
    description:
      'The service reads a pending request in Altinn before it answers. If Altinn does not answer, the state stays `pending`.',
    personToken: true,
    parameters: ['RequestId', 'Prefer', 'CacheControl'],
    answers: {
      200: {
        description: 'The state of the consent, with its dates and links.',
        schema: 'CurrentConsent',
        examples: {
          accepted: { ...accepted, withdrawUrl },
          renewing: { ...accepted, consentUrl, withdrawUrl },
          pending,
          none: { state: 'none' },
        },
      },
    },
    problems: session,
  },
  {
    method: 'delete',
    path: '/consents/current',
    id: 'endConsent',
    tag: 'consent',
    summary: 'Stop the use at the bank',
    description:
      'Ends the use of an accepted consent or of an open request, and erases the held saldo. Only the customer can withdraw the consent in Altinn, at `withdrawUrl`.',
    personToken: true,
    parameters: ['RequestId', 'Prefer'],
    answers: {
      200: {
        description: 'The use has ended.',
        schema: 'EndedConsent',
        examples: { ended: { state: 'none', withdrawUrl } },
      },
    },
    problems: session,
  },
  {
    method: 'get',
    path: '/consents/log',
    id: 'getConsentLog',
    tag: 'consent',
    summary: "The customer's log",
    description: 'Requests, answers and look-ups, newest first, at most 100. It never holds amounts or ids.',
    personToken: true,
    parameters: ['Before', 'RequestId', 'Prefer'],
    answers: {
      200: {
        description: 'A page of the log.',
        schema: 'ConsentLog',
        examples: {
          log: {
            entries: [
              { at: '2026-11-23T08:15:02.114Z', event: 'saldo-fetched', consentValidTo: validTo },
              { at: '2026-11-23T08:14:31.870Z', event: 'consent-accepted', consentValidTo: validTo },
              { at: '2026-11-23T08:13:58.002Z', event: 'consent-requested', consentValidTo: validTo },
            ],
          },
        },
      },
    },
    problems: ['request-invalid', ...session],
  },
  {
    method: 'get',
    path: '/saldo',
    id: 'getSaldo',
    tag: 'saldo',
    summary: "The customer's student loan",
    description:
      'The service fetches the saldo from Lånekassen once in each login session, and holds it encrypted until logout. The call may be repeated. `saldo-not-ready` is not an error: call again after Retry-After.',
    personToken: true,
    parameters: ['RequestId', 'Prefer', 'CacheControl'],
    answers: {
      200: {
        description: 'The saldo.',
        schema: 'Saldo',
        examples: {
          saldo: {
            total: money('250188.50'),
            accounts: [
              { type: 'lan', name: 'Lån', balance: money('250100.50'), lastChangedAt: '2026-10-15T21:02:11.307Z' },
              { type: 'renter', name: 'Renter', balance: money('88.00'), lastChangedAt: '2026-11-01T00:12:33.590Z' },
            ],
            fetchedAt: '2026-11-23T08:15:02.114Z',
            heldUntil: '2026-11-23T09:15:02.114Z',
            source: { name: 'Lånekassen', logoRequired: true },
            consent: { validTo, renewFrom, withdrawUrl },
          },
          noDebt: {
            total: money('0.00'),
            accounts: [],
            fetchedAt: '2026-11-23T08:15:02.114Z',
            heldUntil: '2026-11-23T09:15:02.114Z',
            source: { name: 'Lånekassen', logoRequired: true },
            consent: { validTo, renewFrom, withdrawUrl },
          },
        },
      },
    },
    problems: [
      'consent-required',
      'consent-pending',
      'consent-rejected',
      'consent-revoked',
      'consent-expired',
      'consent-refused',
      'not-a-customer',
      'saldo-not-ready',
      'consent-unverifiable',
      ...asked,
    ],
  },
  {
    method: 'delete',
    path: '/session',
    id: 'logout',
    tag: 'session',
    summary: 'Logout',
    description:
      'Erases the held saldo on every instance and ends the session: all other calls with its token get `session-ended`. A token that has expired recently is accepted too. The call may be repeated.',
    personToken: true,
    parameters: ['RequestId', 'Prefer'],
    answers: { 204: { description: 'Logged out, now or before.', empty: true } },
    problems: token,
  },
  {
    method: 'post',
    path: '/session/backchannel-logout',
    id: 'backchannelLogout',
    tag: 'session',
    summary: "Logout by the bank's identity provider",
    description:
      'OpenID Connect Back-Channel Logout 1.0. The call ends one session by `sid`, or all sessions of a `sub`, also those that this service has not seen yet.',
    personToken: false,
    parameters: ['RequestId'],
    body: {
      type: 'application/x-www-form-urlencoded',
      schema: 'BackchannelLogout',
      example: { logout_token: 'eyJhbGciOiJSUzI1NiIsInR5cCI6ImxvZ291dCtqd3QifQ.e30.c2lnbmF0dXJl' },
    },
    answers: { 200: { description: 'Logged out, now or before.', schema: 'Done', examples: { done: {} } } },
    problems: ['request-invalid', 'length-required', ...common],
  },
  {
    method: 'get',
    path: '/health/live',
    id: 'healthLive',
    tag: 'health',
    summary: 'The process answers',
    description: 'It answers also while the settings are wrong.',
    personToken: false,
    parameters: ['RequestId'],
    answers: { 200: { description: 'The process answers.', schema: 'Live', examples: { live: { status: 'live' } } } },
    problems: ['internal'],
    platform: ['4XX'],
  },
  {
    method: 'get',
    path: '/health/ready',
    id: 'healthReady',
    tag: 'health',
    summary: 'Whether this instance can serve',
    description:
      'Ready means that the settings are valid and the state table answers. Upstreams and vault do not count.',
    personToken: false,
    parameters: ['RequestId'],
    answers: {
      200: { description: 'The instance can serve.', schema: 'Ready', examples: { ready: { status: 'ready' } } },
      503: {
        description: 'The instance cannot serve. The answer names the part, and no value.',
        schema: 'NotReady',
        examples: {
          settings: { status: 'not-ready', part: 'settings', code: 'configuration' },
          stateTable: { status: 'not-ready', part: 'state-table' },
        },
      },
    },
    problems: ['internal'],
    platform: ['4XX'],
  },
  {
    method: 'get',
    path: '/openapi.json',
    id: 'getOpenapi',
    tag: 'developers',
    summary: 'This document',
    description: 'OpenAPI 3.1, generated from the schemas that validate.',
    personToken: false,
    parameters: ['RequestId', 'IfNoneMatch'],
    answers: {
      200: {
        description: 'The document.',
        schema: 'object',
        headers: ['ETag'],
        examples: { document: { openapi: '3.1.1' } },
      },
      304: { description: 'The caller has the current document.', empty: true, headers: ['ETag'] },
    },
    problems: common,
    platform: ['4XX'],
  },
  {
    method: 'get',
    path: '/problems/{code}',
    id: 'getProblem',
    tag: 'developers',
    summary: 'What a problem means',
    description:
      'The page to which the `type` of a problem links. It is short, in English, and for people. The route answers also while the settings are wrong.',
    personToken: false,
    parameters: ['ProblemCode', 'RequestId'],
    answers: { 200: { description: 'The page of this code.', page: 'kept' } },
    problems: ['not-found', 'internal'],
    platform: ['4XX'],
  },
];
