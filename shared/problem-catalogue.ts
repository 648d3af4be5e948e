/** One entry of the catalogue: what every occurrence of a problem has in common. */
export type ProblemDefinition = {
  /** HTTP status. `request-invalid` alone has a second one (413), given where it is thrown. */
  status: number;
  /** Short English summary; the same for every occurrence (RFC 9457 §3.1.3). */
  title: string;
  /** When it is answered, in a sentence (`docs/contracts/interface.md` §3). */
  when: string;
  /** What the caller, or the bank's operator, should do. */
  remedy: string;
  /** Seconds in `Retry-After` and `retryAfterSeconds`, where the same call may succeed later; every occurrence then has them. */
  retryAfterSeconds?: { least: number; most: number };
  /** The `consent: {state}` of every occurrence. */
  consentState?: ShownConsentState;
};

/** What the front end sees as the state of its consent (`docs/contracts/interface.md` §1, `GET /consents/current`). */
export type ShownConsentState = 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';

/** The catalogue of problems: the single source of code, status, title and remedy (`docs/contracts/interface.md` §3). */
export const problems = {
  'request-invalid': {
    status: 400,
    title: 'The request is not valid',
    when: 'The body, the query or a header does not fit the schema. With status 413: the body is larger than 16 KiB.',
    remedy: 'Fix the body, query or header named in `detail`.',
  },
  'length-required': {
    status: 411,
    title: 'The body must be sent with a Content-Length',
    when: 'The body was sent in chunks (`Transfer-Encoding: chunked`). The platform does not pass such a body on.',
    remedy:
      'Send the body in one piece, with a Content-Length (in .NET a ByteArrayContent or StringContent, not JsonContent).',
  },
  'return-url-not-allowed': {
    status: 400,
    title: 'The return URL is not allowed',
    when: '`returnUrl` is not covered by the bank’s allowedReturnUrls.',
    remedy: 'Use a URL covered by the bank’s allowedReturnUrls (BANKS), or have the platform team add it.',
  },
  'person-token-missing': {
    status: 401,
    title: 'The person token is missing',
    when: 'There is no Authorization header.',
    remedy: "Send the customer's own token: Authorization: Bearer <JWT>.",
  },
  'person-token-invalid': {
    status: 401,
    title: 'The person token is not valid',
    when: 'The person token has a fault: signature, issuer, audience, time, national id or session claim. The log says which one; the caller does not learn it.',
    remedy: 'Get a new token from the bank identity provider. Operators find the fault in the log by the request id.',
  },
  'session-ended': {
    status: 401,
    title: 'This login session was logged out',
    when: 'This login session was logged out, here or by the identity provider. The answer is the same for SESSION_ENDED_HOURS.',
    remedy: 'Let the customer log in again.',
  },
  'consent-required': {
    status: 403,
    title: 'The customer has not been asked for consent',
    when: 'There is no consent: none was requested, or its use was ended at the bank.',
    remedy: 'Start a consent request with POST /consents.',
    consentState: 'none',
  },
  'consent-pending': {
    status: 403,
    title: 'The customer has not answered the consent request',
    when: 'A consent was requested, and the customer has not answered yet.',
    remedy: 'Send the customer to the consentUrl of GET /consents/current.',
    consentState: 'pending',
  },
  'consent-rejected': {
    status: 403,
    title: 'The customer said no',
    when: 'The customer has answered no to the consent request.',
    remedy: 'Respect the answer. Call POST /consents again only when the customer wants it.',
    consentState: 'rejected',
  },
  'consent-revoked': {
    status: 403,
    title: 'The customer has withdrawn the consent',
    when: 'The customer has withdrawn the consent in Altinn.',
    remedy: 'Request a new consent with POST /consents when the customer wants it.',
    consentState: 'revoked',
  },
  'consent-expired': {
    status: 403,
    title: 'The consent has expired',
    when: "The consent's `validTo` has passed.",
    remedy: 'Request a new consent with POST /consents.',
    consentState: 'expired',
  },
  'consent-refused': {
    status: 403,
    title: 'The consent is in doubt and is not used',
    when: 'An accepted consent is in doubt: Lånekassen refuses it with a new consent token, Maskinporten refuses a consent token for it, or Altinn no longer confirms it as it was given. The answer is the same if a second new consent is requested on the day of a refusal.',
    remedy:
      'Offer the customer a new consent with POST /consents, as for consent-required. After a refusal that is possible once a day.',
    consentState: 'accepted',
  },
  'consent-person-mismatch': {
    status: 403,
    title: 'The consent is not between this customer and this bank',
    when: 'Giver, receiver or resource of the consent is not this customer, this bank or this service.',
    remedy: 'Nothing is held. The operators get an alert and must find the cause.',
    consentState: 'none',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many new consent requests',
    when: 'For this customer 5 new consents were requested within an hour, or 20 within a day.',
    remedy: 'Let the customer answer the open request. A new request is possible after Retry-After.',
    retryAfterSeconds: { least: 1, most: 86_400 },
  },
  'not-a-customer': {
    status: 404,
    title: 'Lånekassen does not know this customer',
    when: 'Lånekassen has answered that it does not know the customer.',
    remedy: 'Show that the customer has no loan at Lånekassen. This is not an error.',
  },
  'not-found': {
    status: 404,
    title: 'There is no such problem page',
    when: '`GET /problems/{code}` names a code that is not in the catalogue.',
    remedy: 'Use the `type` of a problem as it is. The codes are listed in the OpenAPI document.',
  },
  'saldo-not-ready': {
    status: 503,
    title: 'The saldo is not ready yet',
    when: "The caller's time ran out. The fetch continues in the background.",
    remedy: 'Call again after Retry-After.',
    retryAfterSeconds: { least: 2, most: 5 },
  },
  'upstream-busy': {
    status: 503,
    title: 'A service we depend on is busy',
    when: 'Altinn, Maskinporten or Lånekassen asks for a pause that is longer than the caller’s time, or our own queue for it is full.',
    remedy: 'Call again after Retry-After, not before.',
    retryAfterSeconds: { least: 1, most: 3600 },
  },
  'upstream-unavailable': {
    status: 503,
    title: 'A service we depend on does not answer',
    when: 'There was no usable answer in time.',
    remedy: 'Call again after Retry-After, at most twice.',
    retryAfterSeconds: { least: 5, most: 30 },
  },
  'upstream-invalid-reply': {
    status: 502,
    title: 'A service we depend on gave an answer that breaks its contract',
    when: 'An answer breaks its contract: its schema, signature or size is wrong, an account belongs to another person, or a link leads to another host.',
    remedy: 'Show that the saldo is unavailable. The operators find the cause by the request id.',
  },
  'consent-unverifiable': {
    status: 503,
    title: 'The consent cannot be verified now',
    when: 'Altinn does not answer, and its event feed was not read recently. So the service does not know whether the consent is still active.',
    remedy: 'Call again after Retry-After. The service shows no saldo without proof of the consent.',
    retryAfterSeconds: { least: 30, most: 30 },
    consentState: 'accepted',
  },
  configuration: {
    status: 503,
    title: 'The service is not configured correctly',
    when: 'A setting, key, certificate, scope or permission of ours is wrong. Only the operators learn which one.',
    remedy: 'The operators get an alert that says what to fix. The log names the part, never a value.',
  },
  internal: {
    status: 500,
    title: 'The service has a defect',
    when: 'An unexpected error occurred in the service. No input and no fault of another party may cause it.',
    remedy: 'Report the request id to the operators.',
  },
} as const satisfies Record<string, ProblemDefinition>;

/** The stable code of a problem, as on the wire. */
export type ProblemCode = keyof typeof problems;

/** Whether a problem is about the caller's consent. */
export const isAboutConsent = (code: ProblemCode): boolean => 'consentState' in problems[code];

/** Whether a text is a code of the catalogue; a stored row is not trusted to hold one. */
export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(problems, text);
}
