// What the bank's server remembers of a browser, in memory only: a login under way, or a customer who is logged in.
import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { SignedIn, SignInAttempt } from './sign-in.ts';

/** How long a login may take, in milliseconds. */
const attemptLifeMs = 10 * 60_000;

type BankSession = { attempt?: SignInAttempt; customer?: SignedIn };

/**
 * Sessions by the random value of their cookie. A new value at each step, so that a planted cookie never becomes a session.
 * `cookieName`: the bank's only cookie. Cookies do not distinguish ports, so the name is this bank's own.
 */
export function createBankSessions(cookieName: string) {
  // Without `Secure`, because the local world speaks plain http on loopback. Lax: the login comes back by a link from elsewhere.
  const cookie = { path: '/', httpOnly: true, sameSite: 'Lax' } as const;
  const sessions = new Map<string, BankSession>();

  const endsAt = ({ attempt, customer }: BankSession) =>
    customer?.expiresAt ?? (attempt?.startedAt ?? 0) + attemptLifeMs;
  const idOf = (exchange: Context) => getCookie(exchange, cookieName) ?? '';
  function sessionOf(exchange: Context): BankSession {
    for (const [id, session] of sessions) if (endsAt(session) <= Date.now()) sessions.delete(id);
    return sessions.get(idOf(exchange)) ?? {};
  }

  return {
    /** Remembers a session, and sets its cookie on the answer. */
    open(exchange: Context, session: BankSession): void {
      const id = randomBytes(32).toString('base64url');
      sessions.set(id, session);
      setCookie(exchange, cookieName, id, cookie);
    },
    /** The login that this browser has started. It is returned once. */
    takeAttempt(exchange: Context): SignInAttempt | undefined {
      const { attempt } = sessionOf(exchange);
      if (attempt) sessions.delete(idOf(exchange));
      return attempt;
    },
    /** The customer logged in here, as long as the token lasts. */
    customer: (exchange: Context): SignedIn | undefined => sessionOf(exchange).customer,
    /** Forgets the browser's session, and removes its cookie. */
    end(exchange: Context): void {
      sessions.delete(idOf(exchange));
      deleteCookie(exchange, cookieName, cookie);
    },
  };
}
