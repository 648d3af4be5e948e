// The bank page's calls to the functions app. Nothing is kept here: an answer goes to the caller and nowhere else.

/**
 * @typedef {{ amount: string, currency: string }} Money Decimal text with two digits, minus sign first.
 * @typedef {{ type: string, name: string, balance: Money, lastChangedAt: string }} Account
 * @typedef {{ total: Money, accounts: Account[], fetchedAt: string, source: { name: string, logoRequired: boolean },
 *   consent: { validTo: string, renewFrom: string } }} Saldo
 * @typedef {{ state: string, validTo?: string, renewFrom?: string, consentUrl?: string, withdrawUrl?: string }} Consent
 * @typedef {{ code: string, status: number, requestId?: string, retryAfterSeconds?: number }} Problem
 */

/**
 * What a call came to. A server that can't be reached is the problem `unreachable`.
 * @template T
 * @typedef {{ ok: true, value: T } | { ok: false, problem: Problem }} Answer
 */

/** How long the page waits for one call, in milliseconds; the app itself gives up at 8 s. */
const patienceMs = 15_000;

/**
 * The calls, each with the customer's own token.
 * @param {string} apiUrl base of the functions app including `/api`
 * @param {string} token
 */
export function createStudielanApi(apiUrl, token) {
  /**
   * @template T
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<Answer<T>>}
   */
  async function call(method, path, body) {
    try {
      const answer = await fetch(apiUrl + path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        cache: 'no-store',
        credentials: 'omit',
        signal: AbortSignal.timeout(patienceMs),
      });
      if (!answer.ok) return { ok: false, problem: await readProblem(answer) };
      return { ok: true, value: answer.status === 204 ? undefined : await answer.json() };
    } catch {
      return { ok: false, problem: { code: 'unreachable', status: 0 } };
    }
  }

  return {
    /** @returns {Promise<Answer<Consent>>} */
    currentConsent: () => call('GET', '/consents/current'),
    /** @returns {Promise<Answer<Saldo>>} */
    saldo: () => call('GET', '/saldo'),
    /** @param {string} returnUrl @returns {Promise<Answer<Consent>>} */
    startConsent: (returnUrl) => call('POST', '/consents', { returnUrl }),
    /** @returns {Promise<Answer<Consent>>} */
    endConsent: () => call('DELETE', '/consents/current'),
    /** @returns {Promise<Answer<undefined>>} */
    endSession: () => call('DELETE', '/session'),
  };
}

/** @typedef {ReturnType<typeof createStudielanApi>} StudielanApi */

/**
 * RFC 9457 problem, as far as the page needs it.
 * @param {Response} answer
 * @returns {Promise<Problem>}
 */
async function readProblem(answer) {
  const body = await answer.json().catch(() => ({}));
  const seconds = Number(body.retryAfterSeconds ?? answer.headers.get('retry-after') ?? Number.NaN);
  const requestId = answer.headers.get('x-request-id') ?? String(body.instance ?? '').replace(/^urn:uuid:/, '');
  return {
    code: typeof body.code === 'string' ? body.code : 'internal',
    status: answer.status,
    ...(requestId ? { requestId } : {}),
    ...(Number.isFinite(seconds) ? { retryAfterSeconds: Math.max(0, seconds) } : {}),
  };
}
