/** One entry of the catalogue: what every occurrence of a problem has in common. */
export type ProblemDefinition = {
  /** HTTP status. `request-invalid` alone has a second one (413), given where it is thrown. */
  status: number;
  /** Short English summary; the same for every occurrence (RFC 9457 §3.1.3). */
  title: string;
  /** Whether the same call may succeed later without the caller changing anything. */
  retryable: boolean;
  /** What the caller, or the bank's operator, should do. */
  remedy: string;
};

/** The catalogue of problems: the single source of code, status and title (`../shared/interface.md` §3). */
export const problems = {
  'request-invalid': {
    status: 400,
    title: 'The request is not valid',
    retryable: false,
    remedy: 'Mend the body, query or header that the detail names.',
  },
  'return-url-not-allowed': {
    status: 400,
    title: 'The return URL is not allowed',
    retryable: false,
    remedy: 'Use a URL covered by ALLOWED_RETURN_URLS, or have the platform team add it.',
  },
  'person-token-missing': {
    status: 401,
    title: 'The person token is missing',
    retryable: false,
    remedy: "Send the customer's own token: Authorization: Bearer <JWT>.",
  },
  'person-token-invalid': {
    status: 401,
    title: 'The person token is not valid',
    retryable: false,
    remedy: 'Get a new token from the bank identity provider. The fault itself is in the log under the request id.',
  },
  'session-ended': {
    status: 401,
    title: 'This login session was logged out',
    retryable: false,
    remedy: 'Let the customer log in again.',
  },
  'consent-required': {
    status: 403,
    title: 'The customer has not been asked for consent',
    retryable: false,
    remedy: 'Start a consent request with POST /consents.',
  },
  'consent-pending': {
    status: 403,
    title: 'The consent request is not answered',
    retryable: false,
    remedy: 'Send the customer to the consentUrl of GET /consents/current.',
  },
  'consent-rejected': {
    status: 403,
    title: 'The customer said no',
    retryable: false,
    remedy: 'Respect the answer; POST /consents asks again when the customer wants to.',
  },
  'consent-revoked': {
    status: 403,
    title: 'The customer has withdrawn the consent',
    retryable: false,
    remedy: 'Ask for a new consent with POST /consents when the customer wants it.',
  },
  'consent-expired': {
    status: 403,
    title: 'The consent has expired',
    retryable: false,
    remedy: 'Ask for a new consent with POST /consents.',
  },
  'consent-refused': {
    status: 403,
    title: 'Lånekassen refuses the consent',
    retryable: false,
    remedy: 'The operators are alerted. POST /consents may replace the consent, once a day.',
  },
  'consent-person-mismatch': {
    status: 403,
    title: 'The consent is not between this customer and this bank',
    retryable: false,
    remedy: 'Nothing is held; the operators are alerted and must find out how it came about.',
  },
  'not-a-customer': {
    status: 404,
    title: 'Lånekassen does not know this customer',
    retryable: false,
    remedy: 'Show that there is no customer relationship; it is not a fault.',
  },
  'saldo-not-ready': {
    status: 503,
    title: 'The saldo is not ready yet',
    retryable: true,
    remedy: 'Ask again after Retry-After; the fetch goes on meanwhile.',
  },
  'upstream-busy': {
    status: 503,
    title: 'A service we depend on is busy',
    retryable: true,
    remedy: 'Ask again after Retry-After, not before.',
  },
  'upstream-unavailable': {
    status: 503,
    title: 'A service we depend on does not answer',
    retryable: true,
    remedy: 'Ask again after Retry-After, at most twice.',
  },
  'upstream-invalid-reply': {
    status: 502,
    title: 'A service we depend on gave an answer that breaks its contract',
    retryable: false,
    remedy: 'Show that the saldo is unavailable; the operators find the cause under the request id.',
  },
  'consent-unverifiable': {
    status: 503,
    title: 'The consent cannot be verified now',
    retryable: true,
    remedy: 'Ask again after Retry-After; without proof of the consent nothing is shown.',
  },
  configuration: {
    status: 503,
    title: 'The service is not configured correctly',
    retryable: false,
    remedy: 'The operators are alerted with what to mend; the log names the part, never a value.',
  },
  internal: {
    status: 500,
    title: 'A defect of ours',
    retryable: false,
    remedy: 'Report the request id to the operators.',
  },
} as const satisfies Record<string, ProblemDefinition>;

/** The stable code of a problem, as on the wire. */
export type ProblemCode = keyof typeof problems;

/** What the front end sees as the state of its consent (`../shared/interface.md` §1, `GET /consents/current`). */
export type ShownConsentState = 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';

/** The `consent: {state}` that a consent problem tells, unless the place that throws it knows better. */
const consentStates: Partial<Record<ProblemCode, ShownConsentState>> = {
  'consent-required': 'none',
  'consent-pending': 'pending',
  'consent-rejected': 'rejected',
  'consent-revoked': 'revoked',
  'consent-expired': 'expired',
  'consent-refused': 'rejected',
  'consent-person-mismatch': 'none',
  'consent-unverifiable': 'accepted',
};

/** What an occurrence of a problem may add to its catalogue entry. */
export type ProblemOptions = {
  /** For the caller; our own words, never upstream text, never a value that came in. */
  detail?: string;
  /** For the log only: a short fault name of ours, free of personal data (`jwks-unreachable`, `altinn-am-00007`). */
  fault?: string;
  retryAfterSeconds?: number;
  consentState?: ShownConsentState;
  /** 413 for a body that is too large. */
  status?: number;
  cause?: unknown;
};

/** The one error class: everything that is thrown on purpose carries a code of the catalogue. */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly detail: string | undefined;
  readonly fault: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly consentState: ShownConsentState | undefined;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    // The message goes to logs and traces, so it holds the code and our fault name only.
    super(
      options.fault ? `${code} (${options.fault})` : code,
      options.cause === undefined ? {} : { cause: options.cause },
    );
    this.name = 'ProblemError';
    this.code = code;
    this.status = options.status ?? problems[code].status;
    this.detail = options.detail;
    this.fault = options.fault;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.consentState = options.consentState ?? consentStates[code];
  }
}

/** Whether a text is a code of the catalogue; a stored row is not trusted to hold one. */
export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(problems, text);
}

/** Whatever was thrown, as a problem: what is not ours is a defect and becomes `internal`. */
export function asProblem(error: unknown): ProblemError {
  return error instanceof ProblemError
    ? error
    : new ProblemError('internal', { fault: 'unexpected-error', cause: error });
}
