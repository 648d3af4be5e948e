// Written by `npm run docs` from docs/openapi.json; not to be edited.

export type StartConsent = {
  /** The address to which the browser returns. ALLOWED_RETURN_URLS must cover it. */
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
  /** The answer is held, and may be shown, until this instant: SESSION_TTL_MINUTES after `fetchedAt`, or the end of the consent. Then call again. */
  heldUntil: string;
  /** Duty C-6: Lånekassen’s logo is beside the figures. */
  source: {
    name: 'Lånekassen';
    logoRequired: true;
  };
  consent: {
    /** The consent ends at this instant. The saldo must not be shown after it. */
    validTo: string;
    /** From this instant on, POST /consents makes a new request. */
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
  /** From this instant on, POST /consents makes a new request. */
  renewFrom: string;
};

export type FoundConsent = PendingConsent | StandingConsent;

export type CurrentConsent =
  | {
      state: 'accepted';
      /** When the consent ends. */
      validTo: string;
      /** From this instant on, POST /consents makes a new request. */
      renewFrom: string;
      /** The page where the customer answers a renewal. Present only while one is open. */
      consentUrl?: string;
      /** The page at Altinn where the customer withdraws a consent. */
      withdrawUrl: string;
    }
  | {
      state: 'pending';
      /** The page where the customer answers. Absent as long as Altinn has not received the request; POST /consents sends it again. */
      consentUrl?: string;
    }
  | {
      /** `none`: no request, a request that was given up, or ended at the bank. `rejected`: the customer said no. */
      state: 'none' | 'rejected' | 'revoked' | 'expired';
    };

export type EndedConsent = {
  state: 'none';
  /** The page at Altinn where the customer withdraws a consent. */
  withdrawUrl: string;
};

export type ConsentLog = {
  /** Newest first. For the next page call again with `before` = the `at` of the last entry. */
  entries: LogEntry[];
};

export type LogEntry = {
  at: string;
  event: LogEvent;
  /** The `validTo` of the consent at that time. */
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
  /** The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
  type: string;
  /** Short, in English, the same for every occurrence. */
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
  /** More about this occurrence, for people. The text may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log lines by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds?: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent?: {
    state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
  };
};

/** The body, the query or a header does not fit the schema. With status 413: the body is larger than 16 KiB. Fix the body, query or header named in `detail`. */
export type RequestInvalidProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
  type: string;
  /** Short, in English, the same for every occurrence. */
  title: 'The request is not valid';
  /** The HTTP status. */
  status: 400 | 413;
  code: 'request-invalid';
  /** More about this occurrence, for people. The text may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log lines by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds?: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent?: {
    state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
  };
};

/** The body was sent in chunks (`Transfer-Encoding: chunked`): the platform passes on nothing of it. Send the body whole, with a Content-Length (in .NET a ByteArrayContent or StringContent, not JsonContent). */
export type LengthRequiredProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
  type: string;
  /** Short, in English, the same for every occurrence. */
  title: 'The body must be sent with a Content-Length';
  /** The HTTP status. */
  status: 411;
  code: 'length-required';
  /** More about this occurrence, for people. The text may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log lines by it. */
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
  /** The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
  type: string;
  /** Short, in English, the same for every occurrence. */
  title: 'The return URL is not allowed';
  /** The HTTP status. */
  status: 400;
  code: 'return-url-not-allowed';
  /** More about this occurrence, for people. The text may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log lines by it. */
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
  /** The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
  type: string;
  /** Short, in English, the same for every occurrence. */
  title: 'The person token is missing';
  /** The HTTP status. */
  status: 401;
  code: 'person-token-missing';
  /** More about this occurrence, for people. The text may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log lines by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds?: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent?: {
    state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
  };
};

/** The person token has a fault: signature, issuer, audience, time, national id or session claim. The log says which one; the caller does not learn it. Get a new token from the bank identity provider. Operators find the fault in the log by the request id. */
export type PersonTokenInvalidProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
  type: string;
  /** Short, in English, the same for every occurrence. */
  title: 'The person token is not valid';
  /** The HTTP status. */
  status: 401;
  code: 'person-token-invalid';
  /** More about this occurrence, for people. The text may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log lines by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds?: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent?: {
    state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
  };
};

/** This login session was logged out, here or by the identity provider. The answer is the same for SESSION_ENDED_HOURS. Let the customer log in again. */
export type SessionEndedProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
  type: string;
  /** Short, in English, the same for every occurrence. */
  title: 'This login session was logged out';
  /** The HTTP status. */
  status: 401;
  code: 'session-ended';
  /** More about this occurrence, for people. The text may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log lines by it. */
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
  /** The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
  type: string;
  /** Short, in English, the same for every occurrence. */
  title: 'The customer has not been asked for consent';
  /** The HTTP status. */
  status: 403;
  code: 'consent-required';
  /** More about this occurrence, for people. The text may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log lines by it. */
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
  /** The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
  type: string;
  /** Short, in English, the same for every occurrence. */
  title: 'The consent request is not answered';
  /** The HTTP status. */
  status: 403;
  code: 'consent-pending';
  /** More about this occurrence, for people. The text may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log lines by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds?: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent: {
    state: 'pending';
  };
};

/** The customer has answered no. Respect the answer. Call POST /consents again only when the customer wants it. */
export type ConsentRejectedProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
  type: string;
  /** Short, in English, the same for every occurrence. */
  title: 'The customer said no';
  /** The HTTP status. */
  status: 403;
  code: 'consent-rejected';
  /** More about this occurrence, for people. The text may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log lines by it. */
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
  /** The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
  type: string;
  /** Short, in English, the same for every occurrence. */
  title: 'The customer has withdrawn the consent';
  /** The HTTP status. */
  status: 403;
  code: 'consent-revoked';
  /** More about this occurrence, for people. The text may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log lines by it. */
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
  /** The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
  type: string;
  /** Short, in English, the same for every occurrence. */
  title: 'The consent has expired';
  /** The HTTP status. */
  status: 403;
  code: 'consent-expired';
  /** More about this occurrence, for people. The text may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log lines by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds?: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent: {
    state: 'expired';
  };
};

/** An accepted consent is in doubt: Lånekassen refuses it with a new consent token, or Altinn no longer confirms it as it was given. The answer is the same when a second new consent is asked for on the day of a refusal. Offer the customer a new consent with POST /consents, as for consent-required. After a refusal that is possible once a day. */
export type ConsentRefusedProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
  type: string;
  /** Short, in English, the same for every occurrence. */
  title: 'The consent is in doubt and is not used';
  /** The HTTP status. */
  status: 403;
  code: 'consent-refused';
  /** More about this occurrence, for people. The text may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log lines by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds?: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent: {
    state: 'accepted';
  };
};

/** Giver, receiver or resource of the consent is not this customer, this bank or this service. Nothing is held. The operators get an alert and must find the cause. */
export type ConsentPersonMismatchProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
  type: string;
  /** Short, in English, the same for every occurrence. */
  title: 'The consent is not between this customer and this bank';
  /** The HTTP status. */
  status: 403;
  code: 'consent-person-mismatch';
  /** More about this occurrence, for people. The text may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log lines by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds?: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent: {
    state: 'none';
  };
};

/** This customer has asked for 5 new consents within an hour, or 20 within a day. Let the customer answer the open request. A new one can be made after Retry-After. */
export type TooManyRequestsProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
  type: string;
  /** Short, in English, the same for every occurrence. */
  title: 'Too many new consent requests';
  /** The HTTP status. */
  status: 429;
  code: 'too-many-requests';
  /** More about this occurrence, for people. The text may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log lines by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent?: {
    state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
  };
};

/** Lånekassen has answered that it does not know the customer. Show that the customer has no loan at Lånekassen. It is not an error. */
export type NotACustomerProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
  type: string;
  /** Short, in English, the same for every occurrence. */
  title: 'Lånekassen does not know this customer';
  /** The HTTP status. */
  status: 404;
  code: 'not-a-customer';
  /** More about this occurrence, for people. The text may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log lines by it. */
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
  /** The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
  type: string;
  /** Short, in English, the same for every occurrence. */
  title: 'There is no such problem page';
  /** The HTTP status. */
  status: 404;
  code: 'not-found';
  /** More about this occurrence, for people. The text may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log lines by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds?: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent?: {
    state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
  };
};

/** The caller's time ran out. The fetch goes on in the background. Call again after Retry-After. */
export type SaldoNotReadyProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
  type: string;
  /** Short, in English, the same for every occurrence. */
  title: 'The saldo is not ready yet';
  /** The HTTP status. */
  status: 503;
  code: 'saldo-not-ready';
  /** More about this occurrence, for people. The text may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log lines by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent?: {
    state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
  };
};

/** Altinn, Maskinporten or Lånekassen asks for a pause that cannot be waited out, or our own queue for it is full. Call again after Retry-After, not before. */
export type UpstreamBusyProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
  type: string;
  /** Short, in English, the same for every occurrence. */
  title: 'A service we depend on is busy';
  /** The HTTP status. */
  status: 503;
  code: 'upstream-busy';
  /** More about this occurrence, for people. The text may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log lines by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent?: {
    state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
  };
};

/** There was no usable answer in time. Call again after Retry-After, at most twice. */
export type UpstreamUnavailableProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
  type: string;
  /** Short, in English, the same for every occurrence. */
  title: 'A service we depend on does not answer';
  /** The HTTP status. */
  status: 503;
  code: 'upstream-unavailable';
  /** More about this occurrence, for people. The text may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log lines by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent?: {
    state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
  };
};

/** An answer breaks its contract by its schema, signature or size, by another person's account, or by a link to another host. Show that the saldo is unavailable. The operators find the cause by the request id. */
export type UpstreamInvalidReplyProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
  type: string;
  /** Short, in English, the same for every occurrence. */
  title: 'A service we depend on gave an answer that breaks its contract';
  /** The HTTP status. */
  status: 502;
  code: 'upstream-invalid-reply';
  /** More about this occurrence, for people. The text may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log lines by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds?: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent?: {
    state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
  };
};

/** Altinn does not answer, and its event feed was not read recently. So it is not known whether the consent is still active. Call again after Retry-After. Without proof of the consent nothing is shown. */
export type ConsentUnverifiableProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
  type: string;
  /** Short, in English, the same for every occurrence. */
  title: 'The consent cannot be verified now';
  /** The HTTP status. */
  status: 503;
  code: 'consent-unverifiable';
  /** More about this occurrence, for people. The text may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log lines by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent: {
    state: 'accepted';
  };
};

/** A setting, key, certificate, scope or permission of ours is wrong. Only the operators learn which one. The operators get an alert that says what to fix. The log names the part, never a value. */
export type ConfigurationProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
  type: string;
  /** Short, in English, the same for every occurrence. */
  title: 'The service is not configured correctly';
  /** The HTTP status. */
  status: 503;
  code: 'configuration';
  /** More about this occurrence, for people. The text may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log lines by it. */
  instance: string;
  /** As in Retry-After. */
  retryAfterSeconds?: number;
  /** State of the consent, as GET /consents/current shows it. */
  consent?: {
    state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
  };
};

/** The service has a defect. No input and no fault of others may cause it. Report the request id to the operators. */
export type InternalProblem = {
  /** The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
  type: string;
  /** Short, in English, the same for every occurrence. */
  title: 'A defect of ours';
  /** The HTTP status. */
  status: 500;
  code: 'internal';
  /** More about this occurrence, for people. The text may change. */
  detail?: string;
  /** The request id, as in X-Request-Id. Operators find the log lines by it. */
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
      /** A UUID that identifies this call. Another value is ignored, and the service makes a new one. */
      'X-Request-Id'?: string;
      /** `wait=<seconds>` (RFC 7240), 1 to 8: how long the caller waits. Another value is ignored. */
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
      /** A UUID that identifies this call. Another value is ignored, and the service makes a new one. */
      'X-Request-Id'?: string;
    };
    query: {
      /** The value that the service sent to Altinn with the request. The service reads only this parameter. */
      state?: string;
      /** Added by Altinn. The service ignores it and asks Altinn. */
      Status?: string;
      /** Added by Altinn. The service ignores it. */
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
      /** A UUID that identifies this call. Another value is ignored, and the service makes a new one. */
      'X-Request-Id'?: string;
      /** `wait=<seconds>` (RFC 7240), 1 to 8: how long the caller waits. Another value is ignored. */
      Prefer?: string;
      /** `no-cache`: the service reads the consent in Altinn before it answers, because the customer may have changed it there. Each instance does so at most once in ten seconds for a session. Other values are ignored. */
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
      /** A UUID that identifies this call. Another value is ignored, and the service makes a new one. */
      'X-Request-Id'?: string;
      /** `wait=<seconds>` (RFC 7240), 1 to 8: how long the caller waits. Another value is ignored. */
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
      /** A UUID that identifies this call. Another value is ignored, and the service makes a new one. */
      'X-Request-Id'?: string;
      /** `wait=<seconds>` (RFC 7240), 1 to 8: how long the caller waits. Another value is ignored. */
      Prefer?: string;
    };
    query: {
      /** The `at` of the last entry on the previous page. */
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
      /** A UUID that identifies this call. Another value is ignored, and the service makes a new one. */
      'X-Request-Id'?: string;
      /** `wait=<seconds>` (RFC 7240), 1 to 8: how long the caller waits. Another value is ignored. */
      Prefer?: string;
      /** `no-cache`: the service reads the consent in Altinn before it answers, because the customer may have changed it there. Each instance does so at most once in ten seconds for a session. Other values are ignored. */
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
      /** A UUID that identifies this call. Another value is ignored, and the service makes a new one. */
      'X-Request-Id'?: string;
      /** `wait=<seconds>` (RFC 7240), 1 to 8: how long the caller waits. Another value is ignored. */
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
      /** A UUID that identifies this call. Another value is ignored, and the service makes a new one. */
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
      /** A UUID that identifies this call. Another value is ignored, and the service makes a new one. */
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
      /** A UUID that identifies this call. Another value is ignored, and the service makes a new one. */
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
      /** A UUID that identifies this call. Another value is ignored, and the service makes a new one. */
      'X-Request-Id'?: string;
      /** The ETag of the document that the caller has stored. */
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
      /** A UUID that identifies this call. Another value is ignored, and the service makes a new one. */
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
