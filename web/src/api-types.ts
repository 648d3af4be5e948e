// Written by `npm run docs` from docs/openapi.json; not to be edited.

export type StartConsent = {
  /** Where the browser comes back to; covered by ALLOWED_RETURN_URLS. */
  returnUrl: string;
};

export type BackchannelLogout = {
  /** OpenID Connect Back-Channel Logout 1.0 §2.4: a signed JWT. */
  logout_token: string;
};

export type Saldo = {
  /** The sum of the accounts. Zero does not mean “paid off”. */
  total: Money;
  /** Empty when Lånekassen names no account. */
  accounts: Account[];
  /** When Lånekassen answered; the answer holds for the login session. */
  fetchedAt: string;
  /** Until when this answer is held, and may be shown: SESSION_TTL_MINUTES after `fetchedAt`, or when the consent ends. Then ask again. */
  heldUntil: string;
  /** Duty C-6: Lånekassen’s logo is beside the figures. */
  source: {
    name: 'Lånekassen';
    logoRequired: true;
  };
  consent: {
    /** The consent ends then; so does showing the saldo. */
    validTo: string;
    /** From then on POST /consents asks for a new one. */
    renewFrom: string;
    /** The page at Altinn where the customer withdraws a consent. */
    withdrawUrl: string;
  };
};

export type Account = {
  type: AccountType;
  /** In Norwegian, as shown to the customer: `Lån`, `Renter`, `Gebyr`, `Omkostninger`; for the type `annet` the name as Lånekassen sends it where that is letters and blanks only, at most 40 characters, else `Annet`. */
  name: string;
  balance: Money;
  /** Absent when Lånekassen gave no date that exists. */
  lastChangedAt?: string;
};

/** `annet`: an account whose name the contract does not know; it is counted in the total. */
export type AccountType = 'lan' | 'renter' | 'gebyr' | 'omkostninger' | 'annet';

export type Money = {
  /** Decimal text, two digits, minus sign first when Lånekassen owes the customer. */
  amount: string;
  currency: 'NOK';
};

export type PendingConsent = {
  state: 'pending';
  /** The page at Altinn where the customer answers. */
  consentUrl: string;
};

export type StandingConsent = {
  state: 'accepted';
  /** When the consent ends. */
  validTo: string;
  /** From then on POST /consents asks for a new one. */
  renewFrom: string;
};

export type FoundConsent = PendingConsent | StandingConsent;

export type CurrentConsent =
  | {
      state: 'accepted';
      /** When the consent ends. */
      validTo: string;
      /** From then on POST /consents asks for a new one. */
      renewFrom: string;
      /** Only while a renewal is under way: the page where the customer answers it. */
      consentUrl?: string;
      /** The page at Altinn where the customer withdraws a consent. */
      withdrawUrl: string;
    }
  | {
      state: 'pending';
      /** Where the customer answers. Not there while Altinn has not taken the request: POST /consents sends it again. */
      consentUrl?: string;
    }
  | {
      /** `none`: never asked, given up, or ended at the bank. `rejected`: said no, or refused by Lånekassen. */
      state: 'none' | 'rejected' | 'revoked' | 'expired';
    };

export type EndedConsent = {
  state: 'none';
  /** The page at Altinn where the customer withdraws a consent. */
  withdrawUrl: string;
};

export type ConsentLog = {
  /** Newest first. The next page: `before` with the `at` of the last one. */
  entries: LogEntry[];
};

export type LogEntry = {
  at: string;
  event: LogEvent;
  /** `validTo` of the consent that it was about, as it stood then. */
  consentValidTo?: string;
};

export type LogEvent =
  | 'consent-requested'
  | 'consent-accepted'
  | 'consent-rejected'
  | 'consent-revoked'
  | 'consent-ended'
  | 'saldo-fetched'
  | 'not-a-customer';

export type Live = {
  status: 'live';
};

export type Ready = {
  status: 'ready';
};

export type NotReady =
  | {
      status: 'not-ready';
      part: 'settings';
      code: 'configuration';
    }
  | {
      status: 'not-ready';
      part: 'state-table';
    };

export type Done = Record<string, never>;

export type Problem = {
  /** The page of this problem, below PUBLIC_BASE_URL; a relative reference while the settings are faulty. Match on `code`, which never changes. */
  type: string;
  /** Short, English, the same for every occurrence. */
  title: string;
  /** The HTTP status. */
  status: number;
  code:
    | 'request-invalid'
    | 'length-required'
    | 'return-url-not-allowed'
    | 'person-token-missing'
    | 'person-token-invalid'
    | 'session-ended'
    | 'consent-required'
    | 'consent-pending'
    | 'consent-rejected'
    | 'consent-revoked'
    | 'consent-expired'
    | 'consent-refused'
    | 'consent-person-mismatch'
    | 'too-many-requests'
    | 'not-a-customer'
    | 'not-found'
    | 'saldo-not-ready'
    | 'upstream-busy'
    | 'upstream-unavailable'
    | 'upstream-invalid-reply'
    | 'consent-unverifiable'
    | 'configuration'
    | 'internal';
  /** More about this occurrence. For people; may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds?: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent?: {
    state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
  };
};

/** The body, the query or a header is not of the schema. With status 413: the body is larger than 16 KiB. Fix the body, query or header named in `detail`. */
export type RequestInvalidProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL; a relative reference while the settings are faulty. Match on `code`, which never changes. */
  type: string;
  /** Short, English, the same for every occurrence. */
  title: 'The request is not valid';
  /** The HTTP status. */
  status: 400 | 413;
  code: 'request-invalid';
  /** More about this occurrence. For people; may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds?: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent?: {
    state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
  };
};

/** The body was sent in chunks (`Transfer-Encoding: chunked`): the platform hands on nothing of it. Send the body whole, with a Content-Length (in .NET a ByteArrayContent or StringContent, not JsonContent). */
export type LengthRequiredProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL; a relative reference while the settings are faulty. Match on `code`, which never changes. */
  type: string;
  /** Short, English, the same for every occurrence. */
  title: 'The body must be sent with a Content-Length';
  /** The HTTP status. */
  status: 411;
  code: 'length-required';
  /** More about this occurrence. For people; may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds?: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent?: {
    state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
  };
};

/** `returnUrl` is not covered by ALLOWED_RETURN_URLS. Use a URL covered by ALLOWED_RETURN_URLS, or have the platform team add it. */
export type ReturnUrlNotAllowedProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL; a relative reference while the settings are faulty. Match on `code`, which never changes. */
  type: string;
  /** Short, English, the same for every occurrence. */
  title: 'The return URL is not allowed';
  /** The HTTP status. */
  status: 400;
  code: 'return-url-not-allowed';
  /** More about this occurrence. For people; may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds?: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent?: {
    state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
  };
};

/** There is no Authorization header. Send the customer's own token: Authorization: Bearer <JWT>. */
export type PersonTokenMissingProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL; a relative reference while the settings are faulty. Match on `code`, which never changes. */
  type: string;
  /** Short, English, the same for every occurrence. */
  title: 'The person token is missing';
  /** The HTTP status. */
  status: 401;
  code: 'person-token-missing';
  /** More about this occurrence. For people; may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds?: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent?: {
    state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
  };
};

/** Any fault of the person token: signature, issuer, audience, time, national id or session claim. Which one goes to the log, not to the caller. Get a new token from the bank identity provider. The fault itself is in the log under the request id. */
export type PersonTokenInvalidProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL; a relative reference while the settings are faulty. Match on `code`, which never changes. */
  type: string;
  /** Short, English, the same for every occurrence. */
  title: 'The person token is not valid';
  /** The HTTP status. */
  status: 401;
  code: 'person-token-invalid';
  /** More about this occurrence. For people; may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds?: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent?: {
    state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
  };
};

/** This login session was logged out, here or by the identity provider. It holds for SESSION_ENDED_HOURS. Let the customer log in again. */
export type SessionEndedProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL; a relative reference while the settings are faulty. Match on `code`, which never changes. */
  type: string;
  /** Short, English, the same for every occurrence. */
  title: 'This login session was logged out';
  /** The HTTP status. */
  status: 401;
  code: 'session-ended';
  /** More about this occurrence. For people; may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds?: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent?: {
    state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
  };
};

/** There is no consent: none was asked for, or it was ended at the bank. Start a consent request with POST /consents. */
export type ConsentRequiredProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL; a relative reference while the settings are faulty. Match on `code`, which never changes. */
  type: string;
  /** Short, English, the same for every occurrence. */
  title: 'The customer has not been asked for consent';
  /** The HTTP status. */
  status: 403;
  code: 'consent-required';
  /** More about this occurrence. For people; may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds?: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent: {
    state: 'none';
  };
};

/** A consent was asked for and is not answered. Send the customer to the consentUrl of GET /consents/current. */
export type ConsentPendingProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL; a relative reference while the settings are faulty. Match on `code`, which never changes. */
  type: string;
  /** Short, English, the same for every occurrence. */
  title: 'The consent request is not answered';
  /** The HTTP status. */
  status: 403;
  code: 'consent-pending';
  /** More about this occurrence. For people; may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds?: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent: {
    state: 'pending';
  };
};

/** The customer has answered no. Respect the answer; POST /consents asks again when the customer wants to. */
export type ConsentRejectedProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL; a relative reference while the settings are faulty. Match on `code`, which never changes. */
  type: string;
  /** Short, English, the same for every occurrence. */
  title: 'The customer said no';
  /** The HTTP status. */
  status: 403;
  code: 'consent-rejected';
  /** More about this occurrence. For people; may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds?: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent: {
    state: 'rejected';
  };
};

/** The customer has withdrawn the consent in Altinn. Ask for a new consent with POST /consents when the customer wants it. */
export type ConsentRevokedProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL; a relative reference while the settings are faulty. Match on `code`, which never changes. */
  type: string;
  /** Short, English, the same for every occurrence. */
  title: 'The customer has withdrawn the consent';
  /** The HTTP status. */
  status: 403;
  code: 'consent-revoked';
  /** More about this occurrence. For people; may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds?: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent: {
    state: 'revoked';
  };
};

/** The consent's `validTo` has passed. Ask for a new consent with POST /consents. */
export type ConsentExpiredProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL; a relative reference while the settings are faulty. Match on `code`, which never changes. */
  type: string;
  /** Short, English, the same for every occurrence. */
  title: 'The consent has expired';
  /** The HTTP status. */
  status: 403;
  code: 'consent-expired';
  /** More about this occurrence. For people; may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds?: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent: {
    state: 'expired';
  };
};

/** An accepted consent is in doubt: Lånekassen refuses it after one fresh consent token, or Altinn does not vouch for it as it was given. Also where a new one is asked for a second time on the day of a refusal. Offer the customer a new consent with POST /consents, as for consent-required; after a refusal once a day. */
export type ConsentRefusedProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL; a relative reference while the settings are faulty. Match on `code`, which never changes. */
  type: string;
  /** Short, English, the same for every occurrence. */
  title: 'The consent is in doubt and is not used';
  /** The HTTP status. */
  status: 403;
  code: 'consent-refused';
  /** More about this occurrence. For people; may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds?: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent: {
    state: 'accepted';
  };
};

/** Giver, receiver or resource of the consent is not this customer, this bank or this service. Nothing is held; the operators are alerted and must find out how it came about. */
export type ConsentPersonMismatchProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL; a relative reference while the settings are faulty. Match on `code`, which never changes. */
  type: string;
  /** Short, English, the same for every occurrence. */
  title: 'The consent is not between this customer and this bank';
  /** The HTTP status. */
  status: 403;
  code: 'consent-person-mismatch';
  /** More about this occurrence. For people; may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds?: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent: {
    state: 'none';
  };
};

/** This customer has asked for 5 new consents within an hour, or 20 within a day. Let the customer answer or open the request that is there; a new one can be made after Retry-After. */
export type TooManyRequestsProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL; a relative reference while the settings are faulty. Match on `code`, which never changes. */
  type: string;
  /** Short, English, the same for every occurrence. */
  title: 'Too many new consent requests';
  /** The HTTP status. */
  status: 429;
  code: 'too-many-requests';
  /** More about this occurrence. For people; may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent?: {
    state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
  };
};

/** Lånekassen has answered that it does not know the customer. Show that there is no customer relationship; it is not a fault. */
export type NotACustomerProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL; a relative reference while the settings are faulty. Match on `code`, which never changes. */
  type: string;
  /** Short, English, the same for every occurrence. */
  title: 'Lånekassen does not know this customer';
  /** The HTTP status. */
  status: 404;
  code: 'not-a-customer';
  /** More about this occurrence. For people; may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds?: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent?: {
    state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
  };
};

/** `GET /problems/{code}` names a code that is not in the catalogue. Use the `type` of a problem as it is. The codes are listed in the OpenAPI document. */
export type NotFoundProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL; a relative reference while the settings are faulty. Match on `code`, which never changes. */
  type: string;
  /** Short, English, the same for every occurrence. */
  title: 'There is no such problem page';
  /** The HTTP status. */
  status: 404;
  code: 'not-found';
  /** More about this occurrence. For people; may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds?: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent?: {
    state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
  };
};

/** The caller's time ran out. The fetch goes on in the background. Ask again after Retry-After; the fetch goes on in the background. */
export type SaldoNotReadyProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL; a relative reference while the settings are faulty. Match on `code`, which never changes. */
  type: string;
  /** Short, English, the same for every occurrence. */
  title: 'The saldo is not ready yet';
  /** The HTTP status. */
  status: 503;
  code: 'saldo-not-ready';
  /** More about this occurrence. For people; may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent?: {
    state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
  };
};

/** Altinn, Maskinporten or Lånekassen asks for a pause that cannot be waited out, or our own queue for it is full. Ask again after Retry-After, not before. */
export type UpstreamBusyProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL; a relative reference while the settings are faulty. Match on `code`, which never changes. */
  type: string;
  /** Short, English, the same for every occurrence. */
  title: 'A service we depend on is busy';
  /** The HTTP status. */
  status: 503;
  code: 'upstream-busy';
  /** More about this occurrence. For people; may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent?: {
    state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
  };
};

/** There was no usable answer within the time there is. Ask again after Retry-After, at most twice. */
export type UpstreamUnavailableProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL; a relative reference while the settings are faulty. Match on `code`, which never changes. */
  type: string;
  /** Short, English, the same for every occurrence. */
  title: 'A service we depend on does not answer';
  /** The HTTP status. */
  status: 503;
  code: 'upstream-unavailable';
  /** More about this occurrence. For people; may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent?: {
    state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
  };
};

/** An answer that breaks its contract: schema, signature, another person's account, a link that leads elsewhere, too large. Show that the saldo is unavailable; the operators find the cause under the request id. */
export type UpstreamInvalidReplyProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL; a relative reference while the settings are faulty. Match on `code`, which never changes. */
  type: string;
  /** Short, English, the same for every occurrence. */
  title: 'A service we depend on gave an answer that breaks its contract';
  /** The HTTP status. */
  status: 502;
  code: 'upstream-invalid-reply';
  /** More about this occurrence. For people; may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds?: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent?: {
    state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
  };
};

/** Altinn cannot be read and its event feed was not read lately, so it is not known whether the consent is still active. Ask again after Retry-After; without proof of the consent nothing is shown. */
export type ConsentUnverifiableProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL; a relative reference while the settings are faulty. Match on `code`, which never changes. */
  type: string;
  /** Short, English, the same for every occurrence. */
  title: 'The consent cannot be verified now';
  /** The HTTP status. */
  status: 503;
  code: 'consent-unverifiable';
  /** More about this occurrence. For people; may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent: {
    state: 'accepted';
  };
};

/** A setting, key, certificate, scope or permission of ours is wrong. Only the operators learn which one, not the caller. The operators get an alert that says what to fix; the log names the part, never a value. */
export type ConfigurationProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL; a relative reference while the settings are faulty. Match on `code`, which never changes. */
  type: string;
  /** Short, English, the same for every occurrence. */
  title: 'The service is not configured correctly';
  /** The HTTP status. */
  status: 503;
  code: 'configuration';
  /** More about this occurrence. For people; may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds?: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent?: {
    state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
  };
};

/** A defect of ours. No input and no fault of others may produce it. Report the request id to the operators. */
export type InternalProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL; a relative reference while the settings are faulty. Match on `code`, which never changes. */
  type: string;
  /** Short, English, the same for every occurrence. */
  title: 'A defect of ours';
  /** The HTTP status. */
  status: 500;
  code: 'internal';
  /** More about this occurrence. For people; may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds?: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent?: {
    state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
  };
};

/** Every call: what it takes, and what it answers by status. */
export type Api = {
  /** Ask the customer for consent */
  startConsent: {
    method: 'POST';
    path: '/consents';
    personToken: true;
    headers: {
      /** A UUID to find this call by; anything else is ignored and a new one is made. */
      'X-Request-Id'?: string;
      /** `wait=<seconds>` (RFC 7240), 1 to 8: how long the caller waits. Anything else is ignored. */
      Prefer?: string;
    };
    contentType: 'application/json';
    body: StartConsent;
    answers: {
      200: FoundConsent;
      201: PendingConsent;
      400: RequestInvalidProblem | ReturnUrlNotAllowedProblem;
      401: PersonTokenMissingProblem | PersonTokenInvalidProblem | SessionEndedProblem;
      403: ConsentRefusedProblem | ConsentPersonMismatchProblem;
      411: LengthRequiredProblem;
      413: RequestInvalidProblem;
      414: undefined;
      429: TooManyRequestsProblem;
      431: undefined;
      500: InternalProblem;
      502: UpstreamInvalidReplyProblem;
      503: UpstreamBusyProblem | UpstreamUnavailableProblem | ConfigurationProblem;
    };
  };
  /** Where Altinn sends the browser back */
  consentCallback: {
    method: 'GET';
    path: '/consents/callback';
    personToken: false;
    headers: {
      /** A UUID to find this call by; anything else is ignored and a new one is made. */
      'X-Request-Id'?: string;
    };
    query: {
      /** The value that we gave Altinn with the request. It alone is read. */
      state?: string;
      /** Added by Altinn. Not read: we ask Altinn ourselves. */
      Status?: string;
      /** Added by Altinn. Not read. */
      ErrorMessage?: string;
    };
    answers: {
      303: undefined;
      414: undefined;
      431: undefined;
      500: InternalProblem;
      503: UpstreamUnavailableProblem | ConfigurationProblem;
    };
  };
  /** State of the consent */
  getConsent: {
    method: 'GET';
    path: '/consents/current';
    personToken: true;
    headers: {
      /** A UUID to find this call by; anything else is ignored and a new one is made. */
      'X-Request-Id'?: string;
      /** `wait=<seconds>` (RFC 7240), 1 to 8: how long the caller waits. Anything else is ignored. */
      Prefer?: string;
      /** `no-cache`: the customer may have changed the consent in Altinn just now, so it is read there before the answer; at most once in ten seconds a session. Anything else is ignored. */
      'Cache-Control'?: string;
    };
    answers: {
      200: CurrentConsent;
      401: PersonTokenMissingProblem | PersonTokenInvalidProblem | SessionEndedProblem;
      414: undefined;
      431: undefined;
      500: InternalProblem;
      503: UpstreamUnavailableProblem | ConfigurationProblem;
    };
  };
  /** Stop the use at the bank */
  endConsent: {
    method: 'DELETE';
    path: '/consents/current';
    personToken: true;
    headers: {
      /** A UUID to find this call by; anything else is ignored and a new one is made. */
      'X-Request-Id'?: string;
      /** `wait=<seconds>` (RFC 7240), 1 to 8: how long the caller waits. Anything else is ignored. */
      Prefer?: string;
    };
    answers: {
      200: EndedConsent;
      401: PersonTokenMissingProblem | PersonTokenInvalidProblem | SessionEndedProblem;
      414: undefined;
      431: undefined;
      500: InternalProblem;
      503: UpstreamUnavailableProblem | ConfigurationProblem;
    };
  };
  /** The customer's log */
  getConsentLog: {
    method: 'GET';
    path: '/consents/log';
    personToken: true;
    headers: {
      /** A UUID to find this call by; anything else is ignored and a new one is made. */
      'X-Request-Id'?: string;
      /** `wait=<seconds>` (RFC 7240), 1 to 8: how long the caller waits. Anything else is ignored. */
      Prefer?: string;
    };
    query: {
      /** The `at` of the last entry of the page before. */
      before?: string;
    };
    answers: {
      200: ConsentLog;
      400: RequestInvalidProblem;
      401: PersonTokenMissingProblem | PersonTokenInvalidProblem | SessionEndedProblem;
      414: undefined;
      431: undefined;
      500: InternalProblem;
      503: UpstreamUnavailableProblem | ConfigurationProblem;
    };
  };
  /** The customer's student loan */
  getSaldo: {
    method: 'GET';
    path: '/saldo';
    personToken: true;
    headers: {
      /** A UUID to find this call by; anything else is ignored and a new one is made. */
      'X-Request-Id'?: string;
      /** `wait=<seconds>` (RFC 7240), 1 to 8: how long the caller waits. Anything else is ignored. */
      Prefer?: string;
      /** `no-cache`: the customer may have changed the consent in Altinn just now, so it is read there before the answer; at most once in ten seconds a session. Anything else is ignored. */
      'Cache-Control'?: string;
    };
    answers: {
      200: Saldo;
      401: PersonTokenMissingProblem | PersonTokenInvalidProblem | SessionEndedProblem;
      403:
        | ConsentRequiredProblem
        | ConsentPendingProblem
        | ConsentRejectedProblem
        | ConsentRevokedProblem
        | ConsentExpiredProblem
        | ConsentRefusedProblem
        | ConsentPersonMismatchProblem;
      404: NotACustomerProblem;
      414: undefined;
      431: undefined;
      500: InternalProblem;
      502: UpstreamInvalidReplyProblem;
      503:
        | SaldoNotReadyProblem
        | UpstreamBusyProblem
        | UpstreamUnavailableProblem
        | ConsentUnverifiableProblem
        | ConfigurationProblem;
    };
  };
  /** Logout */
  logout: {
    method: 'DELETE';
    path: '/session';
    personToken: true;
    headers: {
      /** A UUID to find this call by; anything else is ignored and a new one is made. */
      'X-Request-Id'?: string;
      /** `wait=<seconds>` (RFC 7240), 1 to 8: how long the caller waits. Anything else is ignored. */
      Prefer?: string;
    };
    answers: {
      204: undefined;
      401: PersonTokenMissingProblem | PersonTokenInvalidProblem;
      414: undefined;
      431: undefined;
      500: InternalProblem;
      503: UpstreamUnavailableProblem | ConfigurationProblem;
    };
  };
  /** Logout by the bank's identity provider */
  backchannelLogout: {
    method: 'POST';
    path: '/session/backchannel-logout';
    personToken: false;
    headers: {
      /** A UUID to find this call by; anything else is ignored and a new one is made. */
      'X-Request-Id'?: string;
    };
    contentType: 'application/x-www-form-urlencoded';
    body: BackchannelLogout;
    answers: {
      200: Done;
      400: RequestInvalidProblem;
      411: LengthRequiredProblem;
      413: RequestInvalidProblem;
      414: undefined;
      431: undefined;
      500: InternalProblem;
      503: UpstreamUnavailableProblem | ConfigurationProblem;
    };
  };
  /** The process answers */
  healthLive: {
    method: 'GET';
    path: '/health/live';
    personToken: false;
    headers: {
      /** A UUID to find this call by; anything else is ignored and a new one is made. */
      'X-Request-Id'?: string;
    };
    answers: {
      200: Live;
      414: undefined;
      431: undefined;
      500: InternalProblem;
    };
  };
  /** Whether this instance can serve */
  healthReady: {
    method: 'GET';
    path: '/health/ready';
    personToken: false;
    headers: {
      /** A UUID to find this call by; anything else is ignored and a new one is made. */
      'X-Request-Id'?: string;
    };
    answers: {
      200: Ready;
      414: undefined;
      431: undefined;
      500: InternalProblem;
      503: NotReady;
    };
  };
  /** This document */
  getOpenapi: {
    method: 'GET';
    path: '/openapi.json';
    personToken: false;
    headers: {
      /** A UUID to find this call by; anything else is ignored and a new one is made. */
      'X-Request-Id'?: string;
      /** The ETag of the document that the caller has. */
      'If-None-Match'?: string;
    };
    answers: {
      200: Record<string, unknown>;
      304: undefined;
      414: undefined;
      431: undefined;
      500: InternalProblem;
      503: UpstreamUnavailableProblem | ConfigurationProblem;
    };
  };
  /** What a problem means */
  getProblem: {
    method: 'GET';
    path: '/problems/{code}';
    personToken: false;
    headers: {
      /** A UUID to find this call by; anything else is ignored and a new one is made. */
      'X-Request-Id'?: string;
    };
    pathParameters: {
      /** The `code` of a problem. */
      code: string;
    };
    answers: {
      200: string;
      404: NotFoundProblem;
      414: undefined;
      431: undefined;
      500: InternalProblem;
    };
  };
};
