// What the bank's server remembers of a browser, in memory only: a login under way, or a customer who is logged in.
import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { SignedIn, SignInAttempt } from './sign-in.ts';

/** How long a login may take, in milliseconds. */
const attemptLifeMs = 10 * 60_000;

type BankSession = { attempt: SignInAttempt } | { customer: SignedIn };

/** Sessions by the random value of their cookie. A new value at each step, so that a planted cookie never becomes a session. */
export class BankSessions {
  #sessions = new Map<string, BankSession>();
  readonly #cookieName: string;

  /** `cookieName`: the bank's only cookie. Cookies do not distinguish ports, so the name is this bank's own. */
  constructor(cookieName: string) {
    this.#cookieName = cookieName;
  }

  /** Remembers a session, and sets its cookie on the answer. */
  open(exchange: Context, session: BankSession): void {
    const id = randomBytes(32).toString('base64url');
    this.#sessions.set(id, session);
    // Without `Secure`, because the local world speaks plain http on loopback. Lax: the login comes back by a link from elsewhere.
    setCookie(exchange, this.#cookieName, id, { path: '/', httpOnly: true, sameSite: 'Lax' });
  }

  /** The login that this browser has started. It is returned once. */
  takeAttempt(exchange: Context): SignInAttempt | undefined {
    const { id, session } = this.#of(exchange);
    if (session === undefined || !('attempt' in session)) return undefined;
    this.#sessions.delete(id);
    return session.attempt;
  }

  /** The customer logged in here, as long as the token lasts. */
  customer(exchange: Context): SignedIn | undefined {
    const { session } = this.#of(exchange);
    return session !== undefined && 'customer' in session ? session.customer : undefined;
  }

  /** Forgets the browser's session, and removes its cookie. */
  end(exchange: Context): void {
    this.#sessions.delete(this.#of(exchange).id);
    deleteCookie(exchange, this.#cookieName, { path: '/', httpOnly: true, sameSite: 'Lax' });
  }

  #of(exchange: Context): { id: string; session: BankSession | undefined } {
    const now = Date.now();
    for (const [id, session] of this.#sessions) {
      const endsAt = 'attempt' in session ? session.attempt.startedAt + attemptLifeMs : session.customer.expiresAt;
      if (endsAt <= now) this.#sessions.delete(id);
    }
    const id = getCookie(exchange, this.#cookieName) ?? '';
    return { id, session: this.#sessions.get(id) };
  }
}
