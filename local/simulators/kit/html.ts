// Plain server-rendered pages for the simulators that a person meets in the browser: no scripts, usable by keyboard and at 360 px, and
// clearly marked as a simulation.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { html, raw } from 'hono/html';
import { createCookieSessions } from './cookie-sessions.ts';
import type { Exchange } from './simulator.ts';

export { html };

/** Markup that is safe to put into a page. Only `html` creates it, and it escapes the texts in it. */
export type Html = ReturnType<typeof html>;

const style = readFileSync(new URL('pages.css', import.meta.url), 'utf8');

/** Where the forms of a page may lead, including redirects after them. Loopback means the bank's own redirects in the local world. */
function formTargets(redirectUrl = ''): string {
  const known = "'self' https: http://127.0.0.1:* http://localhost:*";
  if (!URL.canParse(redirectUrl)) return known;
  const { protocol, origin } = new URL(redirectUrl);
  return `${known} ${protocol === 'http:' || protocol === 'https:' ? origin : protocol}`;
}

/** One page, with status 200 by default. `redirectUrl`: where a form on it leads in the end, if it leaves the simulator. */
export type Page = { status?: number; title: string; banner: string; body: Html; redirectUrl?: string };

/** Sends a page. */
export function htmlPage(exchange: Exchange, page: Page): Response | Promise<Response> {
  const markup = html`<!doctype html>
<html lang="nb">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title}</title>
<style>${raw(style)}</style>
</head>
<body>
<header class="banner">${page.banner}</header>
<main>
<h1>${page.title}</h1>
${page.body}
</main>
</body>
</html>
`;
  return exchange.html(markup, (page.status ?? 200) as 200, {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; form-action ${formTargets(page.redirectUrl)}; frame-ancestors 'none'; base-uri 'none'`,
  });
}

/** A browser that has been here: who is logged in, and the token that its forms must send back. */
export type BrowserSession<Person> = { readonly csrf: string; person: Person | undefined };

/** Sessions by cookie, for a day. */
export function createBrowserSessions<Person>(cookieName: string) {
  const sessions = createCookieSessions<BrowserSession<Person> & { endsAt: number }>(cookieName);
  return {
    /** The browser's session; a new one is set as a cookie on the answer. */
    of(exchange: Exchange): BrowserSession<Person> {
      const csrf = randomBytes(32).toString('base64url');
      const endsAt = Date.now() + 24 * 60 * 60_000;
      return sessions.of(exchange) ?? sessions.open(exchange, { csrf, endsAt, person: undefined });
    },
    /** The fields of a form posted with this session's CSRF token; `undefined` for any other post. */
    async formOf(exchange: Exchange, session: BrowserSession<Person>): Promise<URLSearchParams | undefined> {
      const fields = new URLSearchParams(await exchange.req.text());
      return fields.get('csrf') === session.csrf ? fields : undefined;
    },
  };
}

/** The hidden field with the session's CSRF token. */
export const csrfField = ({ csrf }: BrowserSession<unknown>): Html =>
  html`<input type="hidden" name="csrf" value="${csrf}">`;

const norwegian = new Intl.DateTimeFormat('nb-NO', { dateStyle: 'long', timeStyle: 'short', timeZone: 'Europe/Oslo' });

/** `23. november 2027 kl. 09:00`, Norwegian time. `atMs`: ms since 1970. */
export const norwegianTime = (atMs: number): string => norwegian.format(atMs);
