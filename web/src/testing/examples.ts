// Written by `npm run docs` from docs/openapi.json; not to be edited.

export const problemExamples = {
  'request-invalid': {
    type: 'https://github.com/saldo-studielan/saldo-studielan/blob/main/docs/problems/request-invalid.md',
    title: 'The request is not valid',
    status: 400,
    code: 'request-invalid',
    detail: 'Content-Type must be application/json.',
    instance: 'urn:uuid:8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa',
  },
  'request-invalid-too-large': {
    type: 'https://github.com/saldo-studielan/saldo-studielan/blob/main/docs/problems/request-invalid.md',
    title: 'The request is not valid',
    status: 413,
    code: 'request-invalid',
    detail: 'The body is larger than 16 KiB.',
    instance: 'urn:uuid:8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa',
  },
  'return-url-not-allowed': {
    type: 'https://github.com/saldo-studielan/saldo-studielan/blob/main/docs/problems/return-url-not-allowed.md',
    title: 'The return URL is not allowed',
    status: 400,
    code: 'return-url-not-allowed',
    detail: 'returnUrl is not covered by the URLs that the bank has allowed.',
    instance: 'urn:uuid:8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa',
  },
  'person-token-missing': {
    type: 'https://github.com/saldo-studielan/saldo-studielan/blob/main/docs/problems/person-token-missing.md',
    title: 'The person token is missing',
    status: 401,
    code: 'person-token-missing',
    detail: 'Send Authorization: Bearer <the customer’s own token>.',
    instance: 'urn:uuid:8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa',
  },
  'person-token-invalid': {
    type: 'https://github.com/saldo-studielan/saldo-studielan/blob/main/docs/problems/person-token-invalid.md',
    title: 'The person token is not valid',
    status: 401,
    code: 'person-token-invalid',
    instance: 'urn:uuid:8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa',
  },
  'session-ended': {
    type: 'https://github.com/saldo-studielan/saldo-studielan/blob/main/docs/problems/session-ended.md',
    title: 'This login session was logged out',
    status: 401,
    code: 'session-ended',
    instance: 'urn:uuid:8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa',
  },
  'consent-required': {
    type: 'https://github.com/saldo-studielan/saldo-studielan/blob/main/docs/problems/consent-required.md',
    title: 'The customer has not been asked for consent',
    status: 403,
    code: 'consent-required',
    instance: 'urn:uuid:8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa',
    consent: { state: 'none' },
  },
  'consent-pending': {
    type: 'https://github.com/saldo-studielan/saldo-studielan/blob/main/docs/problems/consent-pending.md',
    title: 'The consent request is not answered',
    status: 403,
    code: 'consent-pending',
    instance: 'urn:uuid:8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa',
    consent: { state: 'pending' },
  },
  'consent-rejected': {
    type: 'https://github.com/saldo-studielan/saldo-studielan/blob/main/docs/problems/consent-rejected.md',
    title: 'The customer said no',
    status: 403,
    code: 'consent-rejected',
    instance: 'urn:uuid:8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa',
    consent: { state: 'rejected' },
  },
  'consent-revoked': {
    type: 'https://github.com/saldo-studielan/saldo-studielan/blob/main/docs/problems/consent-revoked.md',
    title: 'The customer has withdrawn the consent',
    status: 403,
    code: 'consent-revoked',
    instance: 'urn:uuid:8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa',
    consent: { state: 'revoked' },
  },
  'consent-expired': {
    type: 'https://github.com/saldo-studielan/saldo-studielan/blob/main/docs/problems/consent-expired.md',
    title: 'The consent has expired',
    status: 403,
    code: 'consent-expired',
    instance: 'urn:uuid:8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa',
    consent: { state: 'expired' },
  },
  'consent-refused': {
    type: 'https://github.com/saldo-studielan/saldo-studielan/blob/main/docs/problems/consent-refused.md',
    title: 'The consent is in doubt and is not used',
    status: 403,
    code: 'consent-refused',
    instance: 'urn:uuid:8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa',
    consent: { state: 'accepted' },
  },
  'consent-person-mismatch': {
    type: 'https://github.com/saldo-studielan/saldo-studielan/blob/main/docs/problems/consent-person-mismatch.md',
    title: 'The consent is not between this customer and this bank',
    status: 403,
    code: 'consent-person-mismatch',
    instance: 'urn:uuid:8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa',
    consent: { state: 'none' },
  },
  'too-many-requests': {
    type: 'https://github.com/saldo-studielan/saldo-studielan/blob/main/docs/problems/too-many-requests.md',
    title: 'Too many new consent requests',
    status: 429,
    code: 'too-many-requests',
    instance: 'urn:uuid:8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa',
    retryAfterSeconds: 1,
  },
  'not-a-customer': {
    type: 'https://github.com/saldo-studielan/saldo-studielan/blob/main/docs/problems/not-a-customer.md',
    title: 'Lånekassen does not know this customer',
    status: 404,
    code: 'not-a-customer',
    instance: 'urn:uuid:8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa',
  },
  'saldo-not-ready': {
    type: 'https://github.com/saldo-studielan/saldo-studielan/blob/main/docs/problems/saldo-not-ready.md',
    title: 'The saldo is not ready yet',
    status: 503,
    code: 'saldo-not-ready',
    instance: 'urn:uuid:8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa',
    retryAfterSeconds: 2,
  },
  'upstream-busy': {
    type: 'https://github.com/saldo-studielan/saldo-studielan/blob/main/docs/problems/upstream-busy.md',
    title: 'A service we depend on is busy',
    status: 503,
    code: 'upstream-busy',
    instance: 'urn:uuid:8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa',
    retryAfterSeconds: 1,
  },
  'upstream-unavailable': {
    type: 'https://github.com/saldo-studielan/saldo-studielan/blob/main/docs/problems/upstream-unavailable.md',
    title: 'A service we depend on does not answer',
    status: 503,
    code: 'upstream-unavailable',
    instance: 'urn:uuid:8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa',
    retryAfterSeconds: 5,
  },
  'upstream-invalid-reply': {
    type: 'https://github.com/saldo-studielan/saldo-studielan/blob/main/docs/problems/upstream-invalid-reply.md',
    title: 'A service we depend on gave an answer that breaks its contract',
    status: 502,
    code: 'upstream-invalid-reply',
    instance: 'urn:uuid:8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa',
  },
  'consent-unverifiable': {
    type: 'https://github.com/saldo-studielan/saldo-studielan/blob/main/docs/problems/consent-unverifiable.md',
    title: 'The consent cannot be verified now',
    status: 503,
    code: 'consent-unverifiable',
    instance: 'urn:uuid:8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa',
    retryAfterSeconds: 30,
    consent: { state: 'accepted' },
  },
  configuration: {
    type: 'https://github.com/saldo-studielan/saldo-studielan/blob/main/docs/problems/configuration.md',
    title: 'The service is not configured correctly',
    status: 503,
    code: 'configuration',
    instance: 'urn:uuid:8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa',
  },
  internal: {
    type: 'https://github.com/saldo-studielan/saldo-studielan/blob/main/docs/problems/internal.md',
    title: 'A defect of ours',
    status: 500,
    code: 'internal',
    instance: 'urn:uuid:8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa',
  },
} as const;

export const saldoExamples = {
  saldo: {
    total: { amount: '250188.50', currency: 'NOK' },
    accounts: [
      {
        type: 'lan',
        name: 'Lån',
        balance: { amount: '250100.50', currency: 'NOK' },
        lastChangedAt: '2026-10-15T21:02:11.307Z',
      },
      {
        type: 'renter',
        name: 'Renter',
        balance: { amount: '88.00', currency: 'NOK' },
        lastChangedAt: '2026-11-01T00:12:33.590Z',
      },
    ],
    fetchedAt: '2026-11-23T08:15:02.114Z',
    heldUntil: '2026-11-23T09:15:02.114Z',
    source: { name: 'Lånekassen', logoRequired: true },
    consent: {
      validTo: '2027-11-23T06:15:00.000Z',
      renewFrom: '2027-10-24T06:15:00.000Z',
      withdrawUrl: 'https://am.ui.altinn.no/accessmanagement/ui/consent/active',
    },
  },
  noDebt: {
    total: { amount: '0.00', currency: 'NOK' },
    accounts: [],
    fetchedAt: '2026-11-23T08:15:02.114Z',
    heldUntil: '2026-11-23T09:15:02.114Z',
    source: { name: 'Lånekassen', logoRequired: true },
    consent: {
      validTo: '2027-11-23T06:15:00.000Z',
      renewFrom: '2027-10-24T06:15:00.000Z',
      withdrawUrl: 'https://am.ui.altinn.no/accessmanagement/ui/consent/active',
    },
  },
} as const;

export const consentExamples = {
  accepted: {
    state: 'accepted',
    validTo: '2027-11-23T06:15:00.000Z',
    renewFrom: '2027-10-24T06:15:00.000Z',
    withdrawUrl: 'https://am.ui.altinn.no/accessmanagement/ui/consent/active',
  },
  renewing: {
    state: 'accepted',
    validTo: '2027-11-23T06:15:00.000Z',
    renewFrom: '2027-10-24T06:15:00.000Z',
    consentUrl: 'https://am.ui.altinn.no/accessmanagement/ui/consent/request?id=2f3cb9a0-7d0a-4b8e-9e4f-5d9f8d3a6c11',
    withdrawUrl: 'https://am.ui.altinn.no/accessmanagement/ui/consent/active',
  },
  pending: {
    state: 'pending',
    consentUrl: 'https://am.ui.altinn.no/accessmanagement/ui/consent/request?id=2f3cb9a0-7d0a-4b8e-9e4f-5d9f8d3a6c11',
  },
  none: { state: 'none' },
} as const;

export const startedExamples = {
  pending: {
    state: 'pending',
    consentUrl: 'https://am.ui.altinn.no/accessmanagement/ui/consent/request?id=2f3cb9a0-7d0a-4b8e-9e4f-5d9f8d3a6c11',
  },
} as const;

export const endedExamples = {
  ended: { state: 'none', withdrawUrl: 'https://am.ui.altinn.no/accessmanagement/ui/consent/active' },
} as const;
