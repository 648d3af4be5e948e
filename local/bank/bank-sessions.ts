// What the bank's server remembers of a browser, in memory only: a login under way, or a customer who is logged in.
import { randomBytes } from 'node:crypto';
import type { SignedIn, SignInAttempt } from './sign-in.ts';

/** The bank's only cookie. Cookies do not tell ports apart, so the name must not meet those of the simulators. */
export const cookieName = 'eksempelbanken';

/** How long a login may take, in milliseconds. */
const attemptLifeMs = 10 * 60_000;

type BankSession = { attempt: SignInAttempt } | { customer: SignedIn };

/** Sessions by the random value of their cookie. A new value at each step, so that a planted cookie never becomes a session. */
export class BankSessions {
  #sessions = new Map<string, BankSession>();

  /** Remembers a session and gives the `Set-Cookie` text for it. */
  open(session: BankSession): string {
    this.#dropOld();
    const id = randomBytes(32).toString('base64url');
    this.#sessions.set(id, session);
    return cookie(id);
  }

  /** The login that this browser has begun; it is used up by asking. */
  takeAttempt(cookieHeader: string | undefined): SignInAttempt | undefined {
    this.#dropOld();
    const id = idOf(cookieHeader);
    const session = this.#sessions.get(id);
    if (session === undefined || !('attempt' in session)) return undefined;
    this.#sessions.delete(id);
    return session.attempt;
  }

  /** The customer logged in here, as long as the token lasts. */
  customer(cookieHeader: string | undefined): SignedIn | undefined {
    this.#dropOld();
    const session = this.#sessions.get(idOf(cookieHeader));
    return session !== undefined && 'customer' in session ? session.customer : undefined;
  }

  /** Forgets the session of the cookie and gives the `Set-Cookie` text that removes it. */
  end(cookieHeader: string | undefined): string {
    this.#sessions.delete(idOf(cookieHeader));
    return `${cookie('')}; Max-Age=0`;
  }

  #dropOld() {
    const now = Date.now();
    for (const [id, session] of this.#sessions) {
      const endsAt = 'attempt' in session ? session.attempt.startedAt + attemptLifeMs : session.customer.expiresAt;
      if (endsAt <= now) this.#sessions.delete(id);
    }
  }
}

// Without `Secure`, because the local world speaks plain http on loopback. Lax: the login comes back by a link from elsewhere.
const cookie = (value: string) => `${cookieName}=${value}; Path=/; HttpOnly; SameSite=Lax`;

function idOf(cookieHeader: string | undefined): string {
  for (const pair of (cookieHeader ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === cookieName && value !== undefined) return value;
  }
  return '';
}
