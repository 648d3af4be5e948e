// Sessions of browsers by a cookie, in memory only, for the simulators' pages and the demo bank.
import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';

/**
 * Sessions by the random value of their cookie, until `endsAt` (ms since 1970). `cookieName` must be the server's own: cookies of
 * 127.0.0.1 are shared by all its ports.
 */
export function createCookieSessions<Session extends { endsAt: number }>(cookieName: string) {
  // Without `Secure`, because the local world uses plain http on loopback. Lax, because a login returns by a link from another site.
  const cookie = { path: '/', httpOnly: true, sameSite: 'Lax' } as const;
  const sessions = new Map<string, Session>();
  const idOf = (exchange: Context) => getCookie(exchange, cookieName) ?? '';
  return {
    /** The browser's session. */
    of(exchange: Context): Session | undefined {
      for (const [id, { endsAt }] of sessions) if (endsAt <= Date.now()) sessions.delete(id);
      return sessions.get(idOf(exchange));
    },
    /** Remembers a session, and sets its cookie on the answer. A new value each time, so that a planted cookie never becomes a session. */
    open(exchange: Context, session: Session): Session {
      const id = randomBytes(32).toString('base64url');
      sessions.set(id, session);
      setCookie(exchange, cookieName, id, cookie);
      return session;
    },
    /** Forgets the browser's session. */
    forget: (exchange: Context) => sessions.delete(idOf(exchange)),
    /** Forgets the browser's session, and removes its cookie. */
    end(exchange: Context): void {
      sessions.delete(idOf(exchange));
      deleteCookie(exchange, cookieName, cookie);
    },
  };
}
