// Written by `npm run docs` from docs/openapi.json; not to be edited.

export interface paths {
  '/consents': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Ask the customer for consent
     * @description Makes a new consent request (201), or returns the request that is open or the consent that is accepted (200). A customer never has two open requests. From `renewFrom` on, an accepted consent no longer prevents a new request.
     */
    post: operations['startConsent'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/consents/callback': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Where Altinn sends the browser back
     * @description For the browser, not for programs. It trusts no parameter and returns no data. It reads the request in Altinn, and redirects the browser to the return page of the request with `studielan=<word>` in the query. The word is `accepted`, `rejected`, `pending`, `expired`, `revoked`, `failed` or `unknown`.
     */
    get: operations['consentCallback'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/consents/current': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * State of the consent
     * @description The service reads a pending request in Altinn before it answers. If Altinn does not answer, the state stays `pending`.
     */
    get: operations['getConsent'];
    put?: never;
    post?: never;
    /**
     * Stop the use at the bank
     * @description Ends the use of an accepted consent or of an open request, and erases the held saldo. Only the customer can withdraw the consent in Altinn, at `withdrawUrl`.
     */
    delete: operations['endConsent'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/consents/log': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The customer's log
     * @description Requests, answers and look-ups, newest first, at most 100. It never holds amounts or ids.
     */
    get: operations['getConsentLog'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/saldo': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The customer's student loan
     * @description The service fetches the saldo from Lånekassen once in each login session, and holds it encrypted until logout. The call may be repeated. `saldo-not-ready` is not an error: call again after Retry-After.
     */
    get: operations['getSaldo'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/session': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * Logout
     * @description Erases the held saldo on every instance and ends the session: all other calls with its token get `session-ended`. A token that has expired recently is accepted too. The call may be repeated.
     */
    delete: operations['logout'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/session/backchannel-logout': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Logout by the bank's identity provider
     * @description OpenID Connect Back-Channel Logout 1.0. The call ends one session by `sid`, or all sessions of a `sub`, also those that this service has not seen yet.
     */
    post: operations['backchannelLogout'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/health/live': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The process answers
     * @description It answers also while the settings are wrong.
     */
    get: operations['healthLive'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/health/ready': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Whether this instance can serve
     * @description Ready means that the settings are valid and the state table answers. Upstreams and vault do not count.
     */
    get: operations['healthReady'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/openapi.json': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * This document
     * @description OpenAPI 3.1, generated from the schemas that validate.
     */
    get: operations['getOpenapi'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/problems/{code}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * What a problem means
     * @description The page to which the `type` of a problem links. It is short, in English, and for people. The route answers also while the settings are wrong.
     */
    get: operations['getProblem'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    StartConsent: {
      /** @description The address to which the browser returns. The bank’s allowedReturnUrls must cover it. */
      returnUrl: string;
    };
    BackchannelLogout: {
      /** @description OpenID Connect Back-Channel Logout 1.0 §2.4: a signed JWT. */
      logout_token: string;
    } & {
      [key: string]: unknown;
    };
    Saldo: {
      /** @description The sum of the accounts. Zero does not mean “paid off”. */
      total: components['schemas']['Money'];
      /** @description Empty when Lånekassen names no account. */
      accounts: components['schemas']['Account'][];
      /**
       * Format: date-time
       * @description When Lånekassen answered; the answer holds for the login session.
       */
      fetchedAt: string;
      /**
       * Format: date-time
       * @description The answer is held, and may be shown, until this instant: SESSION_TTL_MINUTES after `fetchedAt`, or the end of the consent. Then call again.
       */
      heldUntil: string;
      /** @description Duty C-6: Lånekassen’s logo is beside the figures. */
      source: {
        /** @constant */
        name: 'Lånekassen';
        /** @constant */
        logoRequired: true;
      };
      consent: {
        /**
         * Format: date-time
         * @description The consent ends at this instant. The saldo must not be shown after it.
         */
        validTo: string;
        /**
         * Format: date-time
         * @description From this instant on, POST /consents makes a new request.
         */
        renewFrom: string;
        /**
         * Format: uri
         * @description The page at Altinn where the customer withdraws a consent.
         */
        withdrawUrl: string;
      };
    };
    Account: {
      type: components['schemas']['AccountType'];
      /** @description In Norwegian, as shown to the customer: `Lån`, `Renter`, `Gebyr`, `Omkostninger`; for the type `annet` the name as Lånekassen sends it where that is letters and blanks only, at most 40 characters, else `Annet`. */
      name: string;
      balance: components['schemas']['Money'];
      /**
       * Format: date-time
       * @description Absent when Lånekassen gave no date that exists.
       */
      lastChangedAt?: string;
    };
    /**
     * @description `annet`: an account whose name the contract does not know; it is counted in the total.
     * @enum {string}
     */
    AccountType: 'lan' | 'renter' | 'gebyr' | 'omkostninger' | 'annet';
    Money: {
      /** @description Decimal text, two digits, minus sign first when Lånekassen owes the customer. */
      amount: string;
      /** @constant */
      currency: 'NOK';
    };
    PendingConsent: {
      /** @constant */
      state: 'pending';
      /**
       * Format: uri
       * @description The page at Altinn where the customer answers.
       */
      consentUrl: string;
    };
    ActiveConsent: {
      /** @constant */
      state: 'accepted';
      /**
       * Format: date-time
       * @description When the consent ends.
       */
      validTo: string;
      /**
       * Format: date-time
       * @description From this instant on, POST /consents makes a new request.
       */
      renewFrom: string;
    };
    FoundConsent: components['schemas']['PendingConsent'] | components['schemas']['ActiveConsent'];
    CurrentConsent:
      | {
          /** @constant */
          state: 'accepted';
          /**
           * Format: date-time
           * @description When the consent ends.
           */
          validTo: string;
          /**
           * Format: date-time
           * @description From this instant on, POST /consents makes a new request.
           */
          renewFrom: string;
          /**
           * Format: uri
           * @description The page where the customer answers a renewal. Present only while one is open.
           */
          consentUrl?: string;
          /**
           * Format: uri
           * @description The page at Altinn where the customer withdraws a consent.
           */
          withdrawUrl: string;
        }
      | {
          /** @constant */
          state: 'pending';
          /**
           * Format: uri
           * @description The page where the customer answers. Absent as long as Altinn has not received the request; POST /consents sends it again.
           */
          consentUrl?: string;
        }
      | {
          /**
           * @description `none`: no request, a request that was given up, or ended at the bank. `rejected`: the customer said no.
           * @enum {string}
           */
          state: 'none' | 'rejected' | 'revoked' | 'expired';
        };
    EndedConsent: {
      /** @constant */
      state: 'none';
      /**
       * Format: uri
       * @description The page at Altinn where the customer withdraws a consent.
       */
      withdrawUrl: string;
    };
    ConsentLog: {
      /** @description Newest first. For the next page call again with `before` = the `at` of the last entry. */
      entries: components['schemas']['LogEntry'][];
    };
    LogEntry: {
      /** Format: date-time */
      at: string;
      event: components['schemas']['LogEvent'];
      /**
       * Format: date-time
       * @description The `validTo` of the consent at that time.
       */
      consentValidTo?: string;
    };
    /** @enum {string} */
    LogEvent:
      | 'consent-requested'
      | 'consent-accepted'
      | 'consent-rejected'
      | 'consent-revoked'
      | 'consent-ended'
      | 'saldo-fetched'
      | 'not-a-customer';
    Live: {
      /** @constant */
      status: 'live';
    };
    Ready: {
      /** @constant */
      status: 'ready';
    };
    NotReady:
      | {
          /** @constant */
          status: 'not-ready';
          /** @constant */
          part: 'settings';
          /** @constant */
          code: 'configuration';
        }
      | {
          /** @constant */
          status: 'not-ready';
          /** @constant */
          part: 'state-table';
        };
    Done: Record<string, never>;
    Problem: {
      /** @description The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
      type: string;
      /** @description Short, in English, the same for every occurrence. */
      title: string;
      /** @description The HTTP status. */
      status: number;
      /** @enum {string} */
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
      /** @description More about this occurrence, for people. The text may change. */
      detail?: string;
      /** @description The request id, as in X-Request-Id. Operators find the log lines by it. */
      instance: string;
      /** @description As in Retry-After. */
      retryAfterSeconds?: number;
      /** @description State of the consent, as GET /consents/current shows it. */
      consent?: {
        /** @enum {string} */
        state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
      };
    };
    /** @description The body, the query or a header does not fit the schema. With status 413: the body is larger than 16 KiB. Fix the body, query or header named in `detail`. */
    'request-invalid': {
      /** @description The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
      type: string;
      /**
       * @description Short, in English, the same for every occurrence.
       * @constant
       */
      title: 'The request is not valid';
      /**
       * @description The HTTP status.
       * @enum {integer}
       */
      status: 400 | 413;
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      code: 'request-invalid';
      /** @description More about this occurrence, for people. The text may change. */
      detail?: string;
      /** @description The request id, as in X-Request-Id. Operators find the log lines by it. */
      instance: string;
      /** @description As in Retry-After. */
      retryAfterSeconds?: number;
      /** @description State of the consent, as GET /consents/current shows it. */
      consent?: {
        /** @enum {string} */
        state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
      };
    };
    /** @description The body was sent in chunks (`Transfer-Encoding: chunked`). The platform does not pass such a body on. Send the body in one piece, with a Content-Length (in .NET a ByteArrayContent or StringContent, not JsonContent). */
    'length-required': {
      /** @description The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
      type: string;
      /**
       * @description Short, in English, the same for every occurrence.
       * @constant
       */
      title: 'The body must be sent with a Content-Length';
      /**
       * @description The HTTP status.
       * @constant
       */
      status: 411;
      /** @constant */
      code: 'length-required';
      /** @description More about this occurrence, for people. The text may change. */
      detail?: string;
      /** @description The request id, as in X-Request-Id. Operators find the log lines by it. */
      instance: string;
      /** @description As in Retry-After. */
      retryAfterSeconds?: number;
      /** @description State of the consent, as GET /consents/current shows it. */
      consent?: {
        /** @enum {string} */
        state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
      };
    };
    /** @description `returnUrl` is not covered by the bank’s allowedReturnUrls. Use a URL covered by the bank’s allowedReturnUrls (BANKS), or have the platform team add it. */
    'return-url-not-allowed': {
      /** @description The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
      type: string;
      /**
       * @description Short, in English, the same for every occurrence.
       * @constant
       */
      title: 'The return URL is not allowed';
      /**
       * @description The HTTP status.
       * @constant
       */
      status: 400;
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      code: 'return-url-not-allowed';
      /** @description More about this occurrence, for people. The text may change. */
      detail?: string;
      /** @description The request id, as in X-Request-Id. Operators find the log lines by it. */
      instance: string;
      /** @description As in Retry-After. */
      retryAfterSeconds?: number;
      /** @description State of the consent, as GET /consents/current shows it. */
      consent?: {
        /** @enum {string} */
        state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
      };
    };
    /** @description There is no Authorization header. Send the customer's own token: Authorization: Bearer <JWT>. */
    'person-token-missing': {
      /** @description The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
      type: string;
      /**
       * @description Short, in English, the same for every occurrence.
       * @constant
       */
      title: 'The person token is missing';
      /**
       * @description The HTTP status.
       * @constant
       */
      status: 401;
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      code: 'person-token-missing';
      /** @description More about this occurrence, for people. The text may change. */
      detail?: string;
      /** @description The request id, as in X-Request-Id. Operators find the log lines by it. */
      instance: string;
      /** @description As in Retry-After. */
      retryAfterSeconds?: number;
      /** @description State of the consent, as GET /consents/current shows it. */
      consent?: {
        /** @enum {string} */
        state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
      };
    };
    /** @description The person token has a fault: signature, issuer, audience, time, national id or session claim. The log says which one; the caller does not learn it. Get a new token from the bank identity provider. Operators find the fault in the log by the request id. */
    'person-token-invalid': {
      /** @description The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
      type: string;
      /**
       * @description Short, in English, the same for every occurrence.
       * @constant
       */
      title: 'The person token is not valid';
      /**
       * @description The HTTP status.
       * @constant
       */
      status: 401;
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      code: 'person-token-invalid';
      /** @description More about this occurrence, for people. The text may change. */
      detail?: string;
      /** @description The request id, as in X-Request-Id. Operators find the log lines by it. */
      instance: string;
      /** @description As in Retry-After. */
      retryAfterSeconds?: number;
      /** @description State of the consent, as GET /consents/current shows it. */
      consent?: {
        /** @enum {string} */
        state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
      };
    };
    /** @description This login session was logged out, here or by the identity provider. The answer is the same for SESSION_ENDED_HOURS. Let the customer log in again. */
    'session-ended': {
      /** @description The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
      type: string;
      /**
       * @description Short, in English, the same for every occurrence.
       * @constant
       */
      title: 'This login session was logged out';
      /**
       * @description The HTTP status.
       * @constant
       */
      status: 401;
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      code: 'session-ended';
      /** @description More about this occurrence, for people. The text may change. */
      detail?: string;
      /** @description The request id, as in X-Request-Id. Operators find the log lines by it. */
      instance: string;
      /** @description As in Retry-After. */
      retryAfterSeconds?: number;
      /** @description State of the consent, as GET /consents/current shows it. */
      consent?: {
        /** @enum {string} */
        state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
      };
    };
    /** @description There is no consent: none was requested, or its use was ended at the bank. Start a consent request with POST /consents. */
    'consent-required': {
      /** @description The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
      type: string;
      /**
       * @description Short, in English, the same for every occurrence.
       * @constant
       */
      title: 'The customer has not been asked for consent';
      /**
       * @description The HTTP status.
       * @constant
       */
      status: 403;
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      code: 'consent-required';
      /** @description More about this occurrence, for people. The text may change. */
      detail?: string;
      /** @description The request id, as in X-Request-Id. Operators find the log lines by it. */
      instance: string;
      /** @description As in Retry-After. */
      retryAfterSeconds?: number;
      /** @description State of the consent, as GET /consents/current shows it. */
      consent: {
        /** @constant */
        state: 'none';
      };
    };
    /** @description A consent was requested, and the customer has not answered yet. Send the customer to the consentUrl of GET /consents/current. */
    'consent-pending': {
      /** @description The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
      type: string;
      /**
       * @description Short, in English, the same for every occurrence.
       * @constant
       */
      title: 'The customer has not answered the consent request';
      /**
       * @description The HTTP status.
       * @constant
       */
      status: 403;
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      code: 'consent-pending';
      /** @description More about this occurrence, for people. The text may change. */
      detail?: string;
      /** @description The request id, as in X-Request-Id. Operators find the log lines by it. */
      instance: string;
      /** @description As in Retry-After. */
      retryAfterSeconds?: number;
      /** @description State of the consent, as GET /consents/current shows it. */
      consent: {
        /** @constant */
        state: 'pending';
      };
    };
    /** @description The customer has answered no to the consent request. Respect the answer. Call POST /consents again only when the customer wants it. */
    'consent-rejected': {
      /** @description The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
      type: string;
      /**
       * @description Short, in English, the same for every occurrence.
       * @constant
       */
      title: 'The customer said no';
      /**
       * @description The HTTP status.
       * @constant
       */
      status: 403;
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      code: 'consent-rejected';
      /** @description More about this occurrence, for people. The text may change. */
      detail?: string;
      /** @description The request id, as in X-Request-Id. Operators find the log lines by it. */
      instance: string;
      /** @description As in Retry-After. */
      retryAfterSeconds?: number;
      /** @description State of the consent, as GET /consents/current shows it. */
      consent: {
        /** @constant */
        state: 'rejected';
      };
    };
    /** @description The customer has withdrawn the consent in Altinn. Request a new consent with POST /consents when the customer wants it. */
    'consent-revoked': {
      /** @description The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
      type: string;
      /**
       * @description Short, in English, the same for every occurrence.
       * @constant
       */
      title: 'The customer has withdrawn the consent';
      /**
       * @description The HTTP status.
       * @constant
       */
      status: 403;
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      code: 'consent-revoked';
      /** @description More about this occurrence, for people. The text may change. */
      detail?: string;
      /** @description The request id, as in X-Request-Id. Operators find the log lines by it. */
      instance: string;
      /** @description As in Retry-After. */
      retryAfterSeconds?: number;
      /** @description State of the consent, as GET /consents/current shows it. */
      consent: {
        /** @constant */
        state: 'revoked';
      };
    };
    /** @description The consent's `validTo` has passed. Request a new consent with POST /consents. */
    'consent-expired': {
      /** @description The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
      type: string;
      /**
       * @description Short, in English, the same for every occurrence.
       * @constant
       */
      title: 'The consent has expired';
      /**
       * @description The HTTP status.
       * @constant
       */
      status: 403;
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      code: 'consent-expired';
      /** @description More about this occurrence, for people. The text may change. */
      detail?: string;
      /** @description The request id, as in X-Request-Id. Operators find the log lines by it. */
      instance: string;
      /** @description As in Retry-After. */
      retryAfterSeconds?: number;
      /** @description State of the consent, as GET /consents/current shows it. */
      consent: {
        /** @constant */
        state: 'expired';
      };
    };
    /** @description An accepted consent is in doubt: Lånekassen refuses it with a new consent token, Maskinporten refuses a consent token for it, or Altinn no longer confirms it as it was given. The answer is the same if a second new consent is requested on the day of a refusal. Offer the customer a new consent with POST /consents, as for consent-required. After a refusal that is possible once a day. */
    'consent-refused': {
      /** @description The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
      type: string;
      /**
       * @description Short, in English, the same for every occurrence.
       * @constant
       */
      title: 'The consent is in doubt and is not used';
      /**
       * @description The HTTP status.
       * @constant
       */
      status: 403;
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      code: 'consent-refused';
      /** @description More about this occurrence, for people. The text may change. */
      detail?: string;
      /** @description The request id, as in X-Request-Id. Operators find the log lines by it. */
      instance: string;
      /** @description As in Retry-After. */
      retryAfterSeconds?: number;
      /** @description State of the consent, as GET /consents/current shows it. */
      consent: {
        /** @constant */
        state: 'accepted';
      };
    };
    /** @description Giver, receiver or resource of the consent is not this customer, this bank or this service. Nothing is held. The operators get an alert and must find the cause. */
    'consent-person-mismatch': {
      /** @description The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
      type: string;
      /**
       * @description Short, in English, the same for every occurrence.
       * @constant
       */
      title: 'The consent is not between this customer and this bank';
      /**
       * @description The HTTP status.
       * @constant
       */
      status: 403;
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      code: 'consent-person-mismatch';
      /** @description More about this occurrence, for people. The text may change. */
      detail?: string;
      /** @description The request id, as in X-Request-Id. Operators find the log lines by it. */
      instance: string;
      /** @description As in Retry-After. */
      retryAfterSeconds?: number;
      /** @description State of the consent, as GET /consents/current shows it. */
      consent: {
        /** @constant */
        state: 'none';
      };
    };
    /** @description For this customer 5 new consents were requested within an hour, or 20 within a day. Let the customer answer the open request. A new request is possible after Retry-After. */
    'too-many-requests': {
      /** @description The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
      type: string;
      /**
       * @description Short, in English, the same for every occurrence.
       * @constant
       */
      title: 'Too many new consent requests';
      /**
       * @description The HTTP status.
       * @constant
       */
      status: 429;
      /** @constant */
      code: 'too-many-requests';
      /** @description More about this occurrence, for people. The text may change. */
      detail?: string;
      /** @description The request id, as in X-Request-Id. Operators find the log lines by it. */
      instance: string;
      /** @description As in Retry-After. */
      retryAfterSeconds: number;
      /** @description State of the consent, as GET /consents/current shows it. */
      consent?: {
        /** @enum {string} */
        state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
      };
    };
    /** @description Lånekassen has answered that it does not know the customer. Show that the customer has no loan at Lånekassen. This is not an error. */
    'not-a-customer': {
      /** @description The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
      type: string;
      /**
       * @description Short, in English, the same for every occurrence.
       * @constant
       */
      title: 'Lånekassen does not know this customer';
      /**
       * @description The HTTP status.
       * @constant
       */
      status: 404;
      /** @constant */
      code: 'not-a-customer';
      /** @description More about this occurrence, for people. The text may change. */
      detail?: string;
      /** @description The request id, as in X-Request-Id. Operators find the log lines by it. */
      instance: string;
      /** @description As in Retry-After. */
      retryAfterSeconds?: number;
      /** @description State of the consent, as GET /consents/current shows it. */
      consent?: {
        /** @enum {string} */
        state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
      };
    };
    /** @description `GET /problems/{code}` names a code that is not in the catalogue. Use the `type` of a problem as it is. The codes are listed in the OpenAPI document. */
    'not-found': {
      /** @description The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
      type: string;
      /**
       * @description Short, in English, the same for every occurrence.
       * @constant
       */
      title: 'There is no such problem page';
      /**
       * @description The HTTP status.
       * @constant
       */
      status: 404;
      /** @constant */
      code: 'not-found';
      /** @description More about this occurrence, for people. The text may change. */
      detail?: string;
      /** @description The request id, as in X-Request-Id. Operators find the log lines by it. */
      instance: string;
      /** @description As in Retry-After. */
      retryAfterSeconds?: number;
      /** @description State of the consent, as GET /consents/current shows it. */
      consent?: {
        /** @enum {string} */
        state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
      };
    };
    /** @description The caller's time ran out. The fetch continues in the background. Call again after Retry-After. */
    'saldo-not-ready': {
      /** @description The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
      type: string;
      /**
       * @description Short, in English, the same for every occurrence.
       * @constant
       */
      title: 'The saldo is not ready yet';
      /**
       * @description The HTTP status.
       * @constant
       */
      status: 503;
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      code: 'saldo-not-ready';
      /** @description More about this occurrence, for people. The text may change. */
      detail?: string;
      /** @description The request id, as in X-Request-Id. Operators find the log lines by it. */
      instance: string;
      /** @description As in Retry-After. */
      retryAfterSeconds: number;
      /** @description State of the consent, as GET /consents/current shows it. */
      consent?: {
        /** @enum {string} */
        state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
      };
    };
    /** @description Altinn, Maskinporten or Lånekassen asks for a pause that is longer than the caller’s time, or our own queue for it is full. Call again after Retry-After, not before. */
    'upstream-busy': {
      /** @description The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
      type: string;
      /**
       * @description Short, in English, the same for every occurrence.
       * @constant
       */
      title: 'A service we depend on is busy';
      /**
       * @description The HTTP status.
       * @constant
       */
      status: 503;
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      code: 'upstream-busy';
      /** @description More about this occurrence, for people. The text may change. */
      detail?: string;
      /** @description The request id, as in X-Request-Id. Operators find the log lines by it. */
      instance: string;
      /** @description As in Retry-After. */
      retryAfterSeconds: number;
      /** @description State of the consent, as GET /consents/current shows it. */
      consent?: {
        /** @enum {string} */
        state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
      };
    };
    /** @description There was no usable answer in time. Call again after Retry-After, at most twice. */
    'upstream-unavailable': {
      /** @description The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
      type: string;
      /**
       * @description Short, in English, the same for every occurrence.
       * @constant
       */
      title: 'A service we depend on does not answer';
      /**
       * @description The HTTP status.
       * @constant
       */
      status: 503;
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      code: 'upstream-unavailable';
      /** @description More about this occurrence, for people. The text may change. */
      detail?: string;
      /** @description The request id, as in X-Request-Id. Operators find the log lines by it. */
      instance: string;
      /** @description As in Retry-After. */
      retryAfterSeconds: number;
      /** @description State of the consent, as GET /consents/current shows it. */
      consent?: {
        /** @enum {string} */
        state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
      };
    };
    /** @description An answer breaks its contract: its schema, signature or size is wrong, an account belongs to another person, or a link leads to another host. Show that the saldo is unavailable. The operators find the cause by the request id. */
    'upstream-invalid-reply': {
      /** @description The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
      type: string;
      /**
       * @description Short, in English, the same for every occurrence.
       * @constant
       */
      title: 'A service we depend on gave an answer that breaks its contract';
      /**
       * @description The HTTP status.
       * @constant
       */
      status: 502;
      /** @constant */
      code: 'upstream-invalid-reply';
      /** @description More about this occurrence, for people. The text may change. */
      detail?: string;
      /** @description The request id, as in X-Request-Id. Operators find the log lines by it. */
      instance: string;
      /** @description As in Retry-After. */
      retryAfterSeconds?: number;
      /** @description State of the consent, as GET /consents/current shows it. */
      consent?: {
        /** @enum {string} */
        state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
      };
    };
    /** @description Altinn does not answer, and its event feed was not read recently. So the service does not know whether the consent is still active. Call again after Retry-After. The service shows no saldo without proof of the consent. */
    'consent-unverifiable': {
      /** @description The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
      type: string;
      /**
       * @description Short, in English, the same for every occurrence.
       * @constant
       */
      title: 'The consent cannot be verified now';
      /**
       * @description The HTTP status.
       * @constant
       */
      status: 503;
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      code: 'consent-unverifiable';
      /** @description More about this occurrence, for people. The text may change. */
      detail?: string;
      /** @description The request id, as in X-Request-Id. Operators find the log lines by it. */
      instance: string;
      /** @description As in Retry-After. */
      retryAfterSeconds: number;
      /** @description State of the consent, as GET /consents/current shows it. */
      consent: {
        /** @constant */
        state: 'accepted';
      };
    };
    /** @description A setting, key, certificate, scope or permission of ours is wrong. Only the operators learn which one. The operators get an alert that says what to fix. The log names the part, never a value. */
    configuration: {
      /** @description The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
      type: string;
      /**
       * @description Short, in English, the same for every occurrence.
       * @constant
       */
      title: 'The service is not configured correctly';
      /**
       * @description The HTTP status.
       * @constant
       */
      status: 503;
      /**
       * @description discriminator enum property added by openapi-typescript
       * @enum {string}
       */
      code: 'configuration';
      /** @description More about this occurrence, for people. The text may change. */
      detail?: string;
      /** @description The request id, as in X-Request-Id. Operators find the log lines by it. */
      instance: string;
      /** @description As in Retry-After. */
      retryAfterSeconds?: number;
      /** @description State of the consent, as GET /consents/current shows it. */
      consent?: {
        /** @enum {string} */
        state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
      };
    };
    /** @description An unexpected error occurred in the service. No input and no fault of another party may cause it. Report the request id to the operators. */
    internal: {
      /** @description The page of this problem, below PUBLIC_BASE_URL. It is a relative reference while the settings are wrong. Compare `code`, which never changes. */
      type: string;
      /**
       * @description Short, in English, the same for every occurrence.
       * @constant
       */
      title: 'The service has a defect';
      /**
       * @description The HTTP status.
       * @constant
       */
      status: 500;
      /** @constant */
      code: 'internal';
      /** @description More about this occurrence, for people. The text may change. */
      detail?: string;
      /** @description The request id, as in X-Request-Id. Operators find the log lines by it. */
      instance: string;
      /** @description As in Retry-After. */
      retryAfterSeconds?: number;
      /** @description State of the consent, as GET /consents/current shows it. */
      consent?: {
        /** @enum {string} */
        state: 'none' | 'pending' | 'accepted' | 'rejected' | 'revoked' | 'expired';
      };
    };
  };
  responses: {
    /** @description `person-token-missing` · `person-token-invalid` · `session-ended` */
    Answer401: {
      headers: {
        'Cache-Control': components['headers']['CacheControl'];
        'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
        'X-Request-Id': components['headers']['RequestId'];
        'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
        'Preference-Applied': components['headers']['PreferenceApplied'];
        'WWW-Authenticate': components['headers']['WwwAuthenticate'];
        [name: string]: unknown;
      };
      content: {
        'application/problem+json':
          | components['schemas']['person-token-missing']
          | components['schemas']['person-token-invalid']
          | components['schemas']['session-ended'];
      };
    };
    /** @description The platform's own empty answer: the request line is longer than 8 KiB. */
    Answer414: {
      headers: {
        [name: string]: unknown;
      };
      content?: never;
    };
    /** @description The platform's own empty answer: the headers are longer than 32 KiB together, or there are more than 100. */
    Answer431: {
      headers: {
        [name: string]: unknown;
      };
      content?: never;
    };
    /** @description `internal` */
    Answer500: {
      headers: {
        'Cache-Control': components['headers']['CacheControl'];
        'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
        'X-Request-Id': components['headers']['RequestId'];
        'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
        'Preference-Applied': components['headers']['PreferenceApplied'];
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['internal'];
      };
    };
    /** @description `upstream-invalid-reply` */
    Answer502: {
      headers: {
        'Cache-Control': components['headers']['CacheControl'];
        'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
        'X-Request-Id': components['headers']['RequestId'];
        'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
        'Preference-Applied': components['headers']['PreferenceApplied'];
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['upstream-invalid-reply'];
      };
    };
    /** @description `internal` */
    'Answer500-2': {
      headers: {
        'Cache-Control': components['headers']['CacheControl'];
        'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
        'X-Request-Id': components['headers']['RequestId'];
        'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['internal'];
      };
    };
    /** @description `upstream-unavailable` · `configuration` */
    Answer503: {
      headers: {
        'Cache-Control': components['headers']['CacheControl'];
        'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
        'X-Request-Id': components['headers']['RequestId'];
        'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
        'Retry-After': components['headers']['RetryAfter'];
        [name: string]: unknown;
      };
      content: {
        'application/problem+json':
          | components['schemas']['upstream-unavailable']
          | components['schemas']['configuration'];
      };
    };
    /** @description The platform refuses the request before the app gets it (malformed request, headers that are too large). The answer has no body, and none of the app’s headers. */
    Answer4XX: {
      headers: {
        [name: string]: unknown;
      };
      content?: never;
    };
    /** @description `consent-person-mismatch` */
    Answer403: {
      headers: {
        'Cache-Control': components['headers']['CacheControl'];
        'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
        'X-Request-Id': components['headers']['RequestId'];
        'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
        'Preference-Applied': components['headers']['PreferenceApplied'];
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['consent-person-mismatch'];
      };
    };
    /** @description `upstream-unavailable` · `configuration` */
    'Answer503-2': {
      headers: {
        'Cache-Control': components['headers']['CacheControl'];
        'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
        'X-Request-Id': components['headers']['RequestId'];
        'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
        'Preference-Applied': components['headers']['PreferenceApplied'];
        'Retry-After': components['headers']['RetryAfter'];
        [name: string]: unknown;
      };
      content: {
        'application/problem+json':
          | components['schemas']['upstream-unavailable']
          | components['schemas']['configuration'];
      };
    };
  };
  parameters: {
    /**
     * @description A UUID that identifies this call. Another value is ignored, and the service makes a new one.
     * @example 8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa
     */
    RequestId: string;
    /**
     * @description `wait=<seconds>` (RFC 7240), 1 to 8: how long the caller waits. Another value is ignored.
     * @example wait=3
     */
    Prefer: string;
    /**
     * @description `no-cache`: the service reads the consent in Altinn before it answers, because the customer may have changed it there. Each instance does so at most once in ten seconds for a session. Other values are ignored.
     * @example no-cache
     */
    CacheControl: string;
    /**
     * @description The ETag of the document that the caller has stored.
     * @example "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
     */
    IfNoneMatch: string;
    /**
     * @description The `at` of the last entry on the previous page.
     * @example 2026-11-23T08:15:02.114Z
     */
    Before: string;
    /**
     * @description The `code` of a problem.
     * @example consent-required
     */
    ProblemCode: string;
    /**
     * @description The value that the service sent to Altinn with the request. The service reads only this parameter.
     * @example mJ7oYVtq0y4cZ0m7m0r1cX8rM0b6l2n5p9Q3s8T1uWc
     */
    State: string;
    /**
     * @description Added by Altinn. The service ignores it and reads the request in Altinn.
     * @example OK
     */
    Status: string;
    /**
     * @description Added by Altinn. The service ignores it.
     * @example User did not give consent
     */
    ErrorMessage: string;
  };
  requestBodies: never;
  headers: {
    /** @description No cache may store the answer. */
    CacheControl: 'no-store';
    /** @description Any cache may keep the page for an hour. */
    PublicCacheControl: 'public, max-age=3600';
    /** @description The page loads and runs nothing, and cannot be framed. */
    ContentSecurityPolicy: "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    /** @description Always `nosniff`. */
    ContentTypeOptions: 'nosniff';
    /** @description The caller's X-Request-Id if it is a UUID, otherwise a new one. Operators find the log lines by it. */
    RequestId: string;
    /** @description Headers that scripts of another origin may read. */
    ExposeHeaders: 'Retry-After, X-Request-Id';
    /** @description Seconds to wait before the next call. It equals `retryAfterSeconds` in the body, and is absent without it. */
    RetryAfter: number;
    /** @description The challenge. */
    WwwAuthenticate: 'Bearer';
    /** @description The bank's return page with `studielan=<word>` in its query. */
    Location: string;
    /** @description The `wait=<seconds>` of the request that the service applied (RFC 7240 §3). Absent if it applied none. */
    PreferenceApplied: string;
    /** @description The value changes with the document. A call with this value in If-None-Match gets 304 if the document is unchanged. */
    ETag: string;
    /** @description The callback's address contains `state`, which no other page may see. */
    ReferrerPolicy: 'no-referrer';
  };
  pathItems: never;
}
export type StartConsent = components['schemas']['StartConsent'];
export type BackchannelLogout = components['schemas']['BackchannelLogout'];
export type Saldo = components['schemas']['Saldo'];
export type Account = components['schemas']['Account'];
export type AccountType = components['schemas']['AccountType'];
export type Money = components['schemas']['Money'];
export type PendingConsent = components['schemas']['PendingConsent'];
export type ActiveConsent = components['schemas']['ActiveConsent'];
export type FoundConsent = components['schemas']['FoundConsent'];
export type CurrentConsent = components['schemas']['CurrentConsent'];
export type EndedConsent = components['schemas']['EndedConsent'];
export type ConsentLog = components['schemas']['ConsentLog'];
export type LogEntry = components['schemas']['LogEntry'];
export type LogEvent = components['schemas']['LogEvent'];
export type Live = components['schemas']['Live'];
export type Ready = components['schemas']['Ready'];
export type NotReady = components['schemas']['NotReady'];
export type Done = components['schemas']['Done'];
export type Problem = components['schemas']['Problem'];
export type RequestInvalid = components['schemas']['request-invalid'];
export type LengthRequired = components['schemas']['length-required'];
export type ReturnUrlNotAllowed = components['schemas']['return-url-not-allowed'];
export type PersonTokenMissing = components['schemas']['person-token-missing'];
export type PersonTokenInvalid = components['schemas']['person-token-invalid'];
export type SessionEnded = components['schemas']['session-ended'];
export type ConsentRequired = components['schemas']['consent-required'];
export type ConsentPending = components['schemas']['consent-pending'];
export type ConsentRejected = components['schemas']['consent-rejected'];
export type ConsentRevoked = components['schemas']['consent-revoked'];
export type ConsentExpired = components['schemas']['consent-expired'];
export type ConsentRefused = components['schemas']['consent-refused'];
export type ConsentPersonMismatch = components['schemas']['consent-person-mismatch'];
export type TooManyRequests = components['schemas']['too-many-requests'];
export type NotACustomer = components['schemas']['not-a-customer'];
export type NotFound = components['schemas']['not-found'];
export type SaldoNotReady = components['schemas']['saldo-not-ready'];
export type UpstreamBusy = components['schemas']['upstream-busy'];
export type UpstreamUnavailable = components['schemas']['upstream-unavailable'];
export type UpstreamInvalidReply = components['schemas']['upstream-invalid-reply'];
export type ConsentUnverifiable = components['schemas']['consent-unverifiable'];
export type Configuration = components['schemas']['configuration'];
export type Internal = components['schemas']['internal'];
export type ResponseAnswer401 = components['responses']['Answer401'];
export type ResponseAnswer414 = components['responses']['Answer414'];
export type ResponseAnswer431 = components['responses']['Answer431'];
export type ResponseAnswer500 = components['responses']['Answer500'];
export type ResponseAnswer502 = components['responses']['Answer502'];
export type ResponseAnswer500_2 = components['responses']['Answer500-2'];
export type ResponseAnswer503 = components['responses']['Answer503'];
export type ResponseAnswer4Xx = components['responses']['Answer4XX'];
export type ResponseAnswer403 = components['responses']['Answer403'];
export type ResponseAnswer503_2 = components['responses']['Answer503-2'];
export type ParameterRequestId = components['parameters']['RequestId'];
export type ParameterPrefer = components['parameters']['Prefer'];
export type ParameterCacheControl = components['parameters']['CacheControl'];
export type ParameterIfNoneMatch = components['parameters']['IfNoneMatch'];
export type ParameterBefore = components['parameters']['Before'];
export type ParameterProblemCode = components['parameters']['ProblemCode'];
export type ParameterState = components['parameters']['State'];
export type ParameterStatus = components['parameters']['Status'];
export type ParameterErrorMessage = components['parameters']['ErrorMessage'];
export type HeaderCacheControl = components['headers']['CacheControl'];
export type HeaderPublicCacheControl = components['headers']['PublicCacheControl'];
export type HeaderContentSecurityPolicy = components['headers']['ContentSecurityPolicy'];
export type HeaderContentTypeOptions = components['headers']['ContentTypeOptions'];
export type HeaderRequestId = components['headers']['RequestId'];
export type HeaderExposeHeaders = components['headers']['ExposeHeaders'];
export type HeaderRetryAfter = components['headers']['RetryAfter'];
export type HeaderWwwAuthenticate = components['headers']['WwwAuthenticate'];
export type HeaderLocation = components['headers']['Location'];
export type HeaderPreferenceApplied = components['headers']['PreferenceApplied'];
export type HeaderETag = components['headers']['ETag'];
export type HeaderReferrerPolicy = components['headers']['ReferrerPolicy'];
export type $defs = Record<string, never>;
export interface operations {
  startConsent: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A UUID that identifies this call. Another value is ignored, and the service makes a new one.
         * @example 8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
        /**
         * @description `wait=<seconds>` (RFC 7240), 1 to 8: how long the caller waits. Another value is ignored.
         * @example wait=3
         */
        Prefer?: components['parameters']['Prefer'];
      };
      path?: never;
      cookie?: never;
    };
    /** @description At most 16 KiB, with a Content-Length. */
    requestBody: {
      content: {
        /**
         * @example {
         *       "returnUrl": "https://nettbank.eksempelbanken.example/lan"
         *     }
         */
        'application/json': components['schemas']['StartConsent'];
      };
    };
    responses: {
      /** @description A request is open already, or a consent is accepted. */
      200: {
        headers: {
          'Cache-Control': components['headers']['CacheControl'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          'Preference-Applied': components['headers']['PreferenceApplied'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['FoundConsent'];
        };
      };
      /** @description The request is made. Send the customer to `consentUrl`. */
      201: {
        headers: {
          'Cache-Control': components['headers']['CacheControl'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          'Preference-Applied': components['headers']['PreferenceApplied'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PendingConsent'];
        };
      };
      /** @description `request-invalid` · `return-url-not-allowed` */
      400: {
        headers: {
          'Cache-Control': components['headers']['CacheControl'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          'Preference-Applied': components['headers']['PreferenceApplied'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            | components['schemas']['request-invalid']
            | components['schemas']['return-url-not-allowed'];
        };
      };
      401: components['responses']['Answer401'];
      /** @description `consent-refused` · `consent-person-mismatch` */
      403: {
        headers: {
          'Cache-Control': components['headers']['CacheControl'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          'Preference-Applied': components['headers']['PreferenceApplied'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            | components['schemas']['consent-refused']
            | components['schemas']['consent-person-mismatch'];
        };
      };
      /** @description `length-required` */
      411: {
        headers: {
          'Cache-Control': components['headers']['CacheControl'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          'Preference-Applied': components['headers']['PreferenceApplied'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['length-required'];
        };
      };
      /** @description `request-invalid` */
      413: {
        headers: {
          'Cache-Control': components['headers']['CacheControl'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          'Preference-Applied': components['headers']['PreferenceApplied'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['request-invalid'];
        };
      };
      414: components['responses']['Answer414'];
      /** @description `too-many-requests` */
      429: {
        headers: {
          'Cache-Control': components['headers']['CacheControl'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          'Preference-Applied': components['headers']['PreferenceApplied'];
          'Retry-After': components['headers']['RetryAfter'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['too-many-requests'];
        };
      };
      431: components['responses']['Answer431'];
      500: components['responses']['Answer500'];
      502: components['responses']['Answer502'];
      /** @description `upstream-busy` · `upstream-unavailable` · `configuration` */
      503: {
        headers: {
          'Cache-Control': components['headers']['CacheControl'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          'Preference-Applied': components['headers']['PreferenceApplied'];
          'Retry-After': components['headers']['RetryAfter'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            | components['schemas']['upstream-busy']
            | components['schemas']['upstream-unavailable']
            | components['schemas']['configuration'];
        };
      };
    };
  };
  consentCallback: {
    parameters: {
      query?: {
        /**
         * @description The value that the service sent to Altinn with the request. The service reads only this parameter.
         * @example mJ7oYVtq0y4cZ0m7m0r1cX8rM0b6l2n5p9Q3s8T1uWc
         */
        state?: components['parameters']['State'];
        /**
         * @description Added by Altinn. The service ignores it and reads the request in Altinn.
         * @example OK
         */
        Status?: components['parameters']['Status'];
        /**
         * @description Added by Altinn. The service ignores it.
         * @example User did not give consent
         */
        ErrorMessage?: components['parameters']['ErrorMessage'];
      };
      header?: {
        /**
         * @description A UUID that identifies this call. Another value is ignored, and the service makes a new one.
         * @example 8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A redirect to the return page of the request, or to the bank’s defaultReturnUrl. */
      303: {
        headers: {
          'Cache-Control': components['headers']['CacheControl'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          Location: components['headers']['Location'];
          'Referrer-Policy': components['headers']['ReferrerPolicy'];
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description A page that asks the customer to go back to the bank. The app serves several banks, and the state belongs to none of them. */
      404: {
        headers: {
          'Content-Security-Policy': components['headers']['ContentSecurityPolicy'];
          'Cache-Control': components['headers']['CacheControl'];
          'Referrer-Policy': components['headers']['ReferrerPolicy'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          [name: string]: unknown;
        };
        content: {
          'text/html; charset=utf-8': string;
        };
      };
      414: components['responses']['Answer414'];
      431: components['responses']['Answer431'];
      500: components['responses']['Answer500-2'];
      503: components['responses']['Answer503'];
      '4XX': components['responses']['Answer4XX'];
      /** @description Any other problem, in the same form. */
      default: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  getConsent: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A UUID that identifies this call. Another value is ignored, and the service makes a new one.
         * @example 8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
        /**
         * @description `wait=<seconds>` (RFC 7240), 1 to 8: how long the caller waits. Another value is ignored.
         * @example wait=3
         */
        Prefer?: components['parameters']['Prefer'];
        /**
         * @description `no-cache`: the service reads the consent in Altinn before it answers, because the customer may have changed it there. Each instance does so at most once in ten seconds for a session. Other values are ignored.
         * @example no-cache
         */
        'Cache-Control'?: components['parameters']['CacheControl'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The state of the consent, with its dates and links. */
      200: {
        headers: {
          'Cache-Control': components['headers']['CacheControl'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          'Preference-Applied': components['headers']['PreferenceApplied'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CurrentConsent'];
        };
      };
      401: components['responses']['Answer401'];
      403: components['responses']['Answer403'];
      414: components['responses']['Answer414'];
      431: components['responses']['Answer431'];
      500: components['responses']['Answer500'];
      503: components['responses']['Answer503-2'];
    };
  };
  endConsent: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A UUID that identifies this call. Another value is ignored, and the service makes a new one.
         * @example 8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
        /**
         * @description `wait=<seconds>` (RFC 7240), 1 to 8: how long the caller waits. Another value is ignored.
         * @example wait=3
         */
        Prefer?: components['parameters']['Prefer'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The use has ended. */
      200: {
        headers: {
          'Cache-Control': components['headers']['CacheControl'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          'Preference-Applied': components['headers']['PreferenceApplied'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['EndedConsent'];
        };
      };
      401: components['responses']['Answer401'];
      403: components['responses']['Answer403'];
      414: components['responses']['Answer414'];
      431: components['responses']['Answer431'];
      500: components['responses']['Answer500'];
      503: components['responses']['Answer503-2'];
    };
  };
  getConsentLog: {
    parameters: {
      query?: {
        /**
         * @description The `at` of the last entry on the previous page.
         * @example 2026-11-23T08:15:02.114Z
         */
        before?: components['parameters']['Before'];
      };
      header?: {
        /**
         * @description A UUID that identifies this call. Another value is ignored, and the service makes a new one.
         * @example 8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
        /**
         * @description `wait=<seconds>` (RFC 7240), 1 to 8: how long the caller waits. Another value is ignored.
         * @example wait=3
         */
        Prefer?: components['parameters']['Prefer'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of the log. */
      200: {
        headers: {
          'Cache-Control': components['headers']['CacheControl'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          'Preference-Applied': components['headers']['PreferenceApplied'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ConsentLog'];
        };
      };
      /** @description `request-invalid` */
      400: {
        headers: {
          'Cache-Control': components['headers']['CacheControl'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          'Preference-Applied': components['headers']['PreferenceApplied'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['request-invalid'];
        };
      };
      401: components['responses']['Answer401'];
      403: components['responses']['Answer403'];
      414: components['responses']['Answer414'];
      431: components['responses']['Answer431'];
      500: components['responses']['Answer500'];
      503: components['responses']['Answer503-2'];
    };
  };
  getSaldo: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A UUID that identifies this call. Another value is ignored, and the service makes a new one.
         * @example 8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
        /**
         * @description `wait=<seconds>` (RFC 7240), 1 to 8: how long the caller waits. Another value is ignored.
         * @example wait=3
         */
        Prefer?: components['parameters']['Prefer'];
        /**
         * @description `no-cache`: the service reads the consent in Altinn before it answers, because the customer may have changed it there. Each instance does so at most once in ten seconds for a session. Other values are ignored.
         * @example no-cache
         */
        'Cache-Control'?: components['parameters']['CacheControl'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The saldo. */
      200: {
        headers: {
          'Cache-Control': components['headers']['CacheControl'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          'Preference-Applied': components['headers']['PreferenceApplied'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Saldo'];
        };
      };
      401: components['responses']['Answer401'];
      /** @description `consent-required` · `consent-pending` · `consent-rejected` · `consent-revoked` · `consent-expired` · `consent-refused` · `consent-person-mismatch` */
      403: {
        headers: {
          'Cache-Control': components['headers']['CacheControl'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          'Preference-Applied': components['headers']['PreferenceApplied'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            | components['schemas']['consent-required']
            | components['schemas']['consent-pending']
            | components['schemas']['consent-rejected']
            | components['schemas']['consent-revoked']
            | components['schemas']['consent-expired']
            | components['schemas']['consent-refused']
            | components['schemas']['consent-person-mismatch'];
        };
      };
      /** @description `not-a-customer` */
      404: {
        headers: {
          'Cache-Control': components['headers']['CacheControl'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          'Preference-Applied': components['headers']['PreferenceApplied'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['not-a-customer'];
        };
      };
      414: components['responses']['Answer414'];
      431: components['responses']['Answer431'];
      500: components['responses']['Answer500'];
      502: components['responses']['Answer502'];
      /** @description `saldo-not-ready` · `upstream-busy` · `upstream-unavailable` · `consent-unverifiable` · `configuration` */
      503: {
        headers: {
          'Cache-Control': components['headers']['CacheControl'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          'Preference-Applied': components['headers']['PreferenceApplied'];
          'Retry-After': components['headers']['RetryAfter'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            | components['schemas']['saldo-not-ready']
            | components['schemas']['upstream-busy']
            | components['schemas']['upstream-unavailable']
            | components['schemas']['consent-unverifiable']
            | components['schemas']['configuration'];
        };
      };
    };
  };
  logout: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A UUID that identifies this call. Another value is ignored, and the service makes a new one.
         * @example 8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
        /**
         * @description `wait=<seconds>` (RFC 7240), 1 to 8: how long the caller waits. Another value is ignored.
         * @example wait=3
         */
        Prefer?: components['parameters']['Prefer'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Logged out, now or before. */
      204: {
        headers: {
          'Cache-Control': components['headers']['CacheControl'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          'Preference-Applied': components['headers']['PreferenceApplied'];
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description `person-token-missing` · `person-token-invalid` */
      401: {
        headers: {
          'Cache-Control': components['headers']['CacheControl'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          'Preference-Applied': components['headers']['PreferenceApplied'];
          'WWW-Authenticate': components['headers']['WwwAuthenticate'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json':
            | components['schemas']['person-token-missing']
            | components['schemas']['person-token-invalid'];
        };
      };
      414: components['responses']['Answer414'];
      431: components['responses']['Answer431'];
      500: components['responses']['Answer500'];
      503: components['responses']['Answer503-2'];
    };
  };
  backchannelLogout: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A UUID that identifies this call. Another value is ignored, and the service makes a new one.
         * @example 8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
      };
      path?: never;
      cookie?: never;
    };
    /** @description At most 16 KiB, with a Content-Length. */
    requestBody: {
      content: {
        /**
         * @example {
         *       "logout_token": "eyJhbGciOiJSUzI1NiIsInR5cCI6ImxvZ291dCtqd3QifQ.e30.c2lnbmF0dXJl"
         *     }
         */
        'application/x-www-form-urlencoded': components['schemas']['BackchannelLogout'];
      };
    };
    responses: {
      /** @description Logged out, now or before. */
      200: {
        headers: {
          'Cache-Control': components['headers']['CacheControl'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Done'];
        };
      };
      /** @description `request-invalid` */
      400: {
        headers: {
          'Cache-Control': components['headers']['CacheControl'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['request-invalid'];
        };
      };
      /** @description `length-required` */
      411: {
        headers: {
          'Cache-Control': components['headers']['CacheControl'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['length-required'];
        };
      };
      /** @description `request-invalid` */
      413: {
        headers: {
          'Cache-Control': components['headers']['CacheControl'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['request-invalid'];
        };
      };
      414: components['responses']['Answer414'];
      431: components['responses']['Answer431'];
      500: components['responses']['Answer500-2'];
      503: components['responses']['Answer503'];
    };
  };
  healthLive: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A UUID that identifies this call. Another value is ignored, and the service makes a new one.
         * @example 8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The process answers. */
      200: {
        headers: {
          'Cache-Control': components['headers']['CacheControl'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Live'];
        };
      };
      414: components['responses']['Answer414'];
      431: components['responses']['Answer431'];
      500: components['responses']['Answer500-2'];
      '4XX': components['responses']['Answer4XX'];
    };
  };
  healthReady: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A UUID that identifies this call. Another value is ignored, and the service makes a new one.
         * @example 8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The instance can serve. */
      200: {
        headers: {
          'Cache-Control': components['headers']['CacheControl'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Ready'];
        };
      };
      414: components['responses']['Answer414'];
      431: components['responses']['Answer431'];
      500: components['responses']['Answer500-2'];
      /** @description The instance cannot serve. The answer names the part, and no value. */
      503: {
        headers: {
          'Cache-Control': components['headers']['CacheControl'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NotReady'];
        };
      };
      '4XX': components['responses']['Answer4XX'];
    };
  };
  getOpenapi: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A UUID that identifies this call. Another value is ignored, and the service makes a new one.
         * @example 8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
        /**
         * @description The ETag of the document that the caller has stored.
         * @example "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
         */
        'If-None-Match'?: components['parameters']['IfNoneMatch'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The document. */
      200: {
        headers: {
          'Cache-Control': components['headers']['CacheControl'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content: {
          'application/json': Record<string, never>;
        };
      };
      /** @description The caller has the current document. */
      304: {
        headers: {
          'Cache-Control': components['headers']['CacheControl'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          ETag: components['headers']['ETag'];
          [name: string]: unknown;
        };
        content?: never;
      };
      414: components['responses']['Answer414'];
      431: components['responses']['Answer431'];
      500: components['responses']['Answer500-2'];
      503: components['responses']['Answer503'];
      '4XX': components['responses']['Answer4XX'];
    };
  };
  getProblem: {
    parameters: {
      query?: never;
      header?: {
        /**
         * @description A UUID that identifies this call. Another value is ignored, and the service makes a new one.
         * @example 8d3f0f2e-5c1b-4f5e-9a53-2f5ed0c2b7aa
         */
        'X-Request-Id'?: components['parameters']['RequestId'];
      };
      path: {
        /**
         * @description The `code` of a problem.
         * @example consent-required
         */
        code: components['parameters']['ProblemCode'];
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The page of this code. */
      200: {
        headers: {
          'Content-Security-Policy': components['headers']['ContentSecurityPolicy'];
          'Cache-Control': components['headers']['PublicCacheControl'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          [name: string]: unknown;
        };
        content: {
          'text/html; charset=utf-8': string;
        };
      };
      /** @description `not-found` */
      404: {
        headers: {
          'Cache-Control': components['headers']['CacheControl'];
          'X-Content-Type-Options': components['headers']['ContentTypeOptions'];
          'X-Request-Id': components['headers']['RequestId'];
          'Access-Control-Expose-Headers': components['headers']['ExposeHeaders'];
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['not-found'];
        };
      };
      414: components['responses']['Answer414'];
      431: components['responses']['Answer431'];
      500: components['responses']['Answer500-2'];
      '4XX': components['responses']['Answer4XX'];
    };
  };
}
