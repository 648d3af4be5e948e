/**
 * Code and status of every problem in the public contract (docs/contracts/interface.md §3). They are written out here: a change of this
 * table is a change of the contract.
 */
export const problemContract: Record<string, number> = {
  'request-invalid': 400,
  'length-required': 411,
  'return-url-not-allowed': 400,
  'person-token-missing': 401,
  'person-token-invalid': 401,
  'session-ended': 401,
  'consent-required': 403,
  'consent-pending': 403,
  'consent-rejected': 403,
  'consent-revoked': 403,
  'consent-expired': 403,
  'consent-refused': 403,
  'consent-person-mismatch': 403,
  'too-many-requests': 429,
  'not-a-customer': 404,
  'not-found': 404,
  'saldo-not-ready': 503,
  'upstream-busy': 503,
  'upstream-unavailable': 503,
  'upstream-invalid-reply': 502,
  'consent-unverifiable': 503,
  configuration: 503,
  internal: 500,
};
