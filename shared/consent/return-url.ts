/** One entry of `allowedReturnUrls`: it covers itself and what lies below it at a `/`. */
export type ReturnUrlRule = { protocol: string; host: string; pathname: string };

/** Schemes that are never allowed, even by a setting: they run or read something instead of navigating. */
const forbiddenSchemes = new Set([
  'javascript:',
  'data:',
  'blob:',
  'file:',
  'vbscript:',
  'about:',
  'filesystem:',
  'ws:',
  'wss:',
  'ftp:',
]);

const maxLength = 2048;

/** Whether `hostname` (as `URL` gives it) is this machine's own: 127.0.0.0/8, `[::1]` or `localhost`. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/**
 * A return URL, parsed the way it will be used, or `undefined` for anything that two parsers could read differently:
 * user info, backslash, control character or blank, dot segment (encoded ones too), encoded slash in the path.
 * `http:` is for loopback only. An app scheme (`mybank://host/path`) must have a host.
 */
export function parseReturnUrl(text: string): URL | undefined {
  if (text.length === 0 || text.length > maxLength) return undefined;
  // URL() strips or corrects all of these silently; a browser or an app may not do it in the same way.
  if (/[\\\s\p{Cc}\p{Cf}]/u.test(text)) return undefined;
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(text)) return undefined;
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return undefined;
  }
  // Percent-encoding can make it three times as long, and it ends in a header.
  if (url.href.length > maxLength) return undefined;
  if (forbiddenSchemes.has(url.protocol)) return undefined;
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) return undefined;
  if (url.username !== '' || url.password !== '' || url.host === '') return undefined;
  const authority = /^[^:]+:\/\/([^/?#]*)/.exec(text)?.[1] ?? '';
  // An empty user info ("https://@host") leaves no trace in the parsed URL.
  if (authority.includes('@') || authority.includes('%')) return undefined;
  const rawPath = /^[^:]+:\/\/[^/?#]*([^?#]*)/.exec(text)?.[1] ?? '';
  if (/%(?:25)*(?:2f|5c|0[0-9a-f]|1[0-9a-f]|7f)/i.test(rawPath)) return undefined;
  const segments = rawPath
    .replace(/%(?:25)*2e/gi, '.')
    .replace(/%(?:25)*3b/gi, ';')
    .split('/');
  // "..;x" too, encoded or not: some servers cut path parameters off first and then read a dot segment.
  if (segments.some((segment) => /^\.{1,2}(?:;|$)/.test(segment))) return undefined;
  // "https://host//evil.example" is a path here and a host for a parser that joins it to a base.
  if (rawPath.startsWith('//')) return undefined;
  return url;
}

/** The rule that one entry of `allowedReturnUrls` makes, or `undefined` when it is not sound. A query, fragment or wildcard is not. */
export function parseReturnUrlRule(entry: string): ReturnUrlRule | undefined {
  const url = parseReturnUrl(entry);
  if (!url || /[?#*]/.test(entry)) return undefined;
  return { protocol: url.protocol, host: url.host, pathname: upperHex(url.pathname) };
}

/** The URL to send the browser to, in the spelling that was checked, or `undefined` when no rule covers it. */
export function allowedReturnUrl(text: string, rules: readonly ReturnUrlRule[]): string | undefined {
  const url = parseReturnUrl(text);
  if (!url) return undefined;
  return rules.some((rule) => covers(rule, url)) ? url.href : undefined;
}

function covers(rule: ReturnUrlRule, url: URL): boolean {
  if (rule.protocol !== url.protocol || rule.host !== url.host) return false;
  // The parser does not lower-case the hosts of app schemes, so they are compared exactly.
  const prefix = rule.pathname.endsWith('/') ? rule.pathname : `${rule.pathname}/`;
  const pathname = upperHex(url.pathname);
  return pathname === rule.pathname || pathname.startsWith(prefix);
}

/** `%c3` and `%C3` are the same (RFC 3986 §6.2.2.1), and `URL` leaves them as they came. */
function upperHex(pathname: string): string {
  return pathname.replace(/%[0-9a-f]{2}/gi, (encoded) => encoded.toUpperCase());
}

/**
 * `returnUrl` with `studielan=<word>` in its query: a parameter of that name is replaced, the rest stays to the letter,
 * a fragment stays behind the query.
 */
export function withOutcome(returnUrl: string, word: string): string {
  const hashAt = returnUrl.indexOf('#');
  const fragment = hashAt < 0 ? '' : returnUrl.slice(hashAt);
  const beforeFragment = hashAt < 0 ? returnUrl : returnUrl.slice(0, hashAt);
  const queryAt = beforeFragment.indexOf('?');
  const base = queryAt < 0 ? beforeFragment : beforeFragment.slice(0, queryAt);
  const kept = queryAt < 0 ? [] : beforeFragment.slice(queryAt + 1).split('&');
  const others = kept.filter((part) => part !== '' && parameterName(part) !== 'studielan');
  return `${base}?${[...others, `studielan=${word}`].join('&')}${fragment}`;
}

function parameterName(part: string): string {
  const name = (part.split('=', 1)[0] ?? '').replaceAll('+', ' ');
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
