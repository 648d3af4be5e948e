/** The target of a request: `path` and `query` as sent, `segments` as used by the routes. */
export type RequestTarget = { path: string; query: string; segments: string[] };

/** Decodes a segment like Kestrel: everything except `%2F`, which must not become a separator. Invalid escapes stay. */
function decodeSegment(segment: string): string {
  return segment
    .split(/(%2f)/i)
    .map((piece) => {
      if (/^%2f$/i.test(piece)) return piece;
      try {
        return decodeURIComponent(piece);
      } catch {
        return piece;
      }
    })
    .join('');
}

/**
 * Reads the target of a request line. Dot segments are removed, and one slash at the end is ignored. `undefined` for a target without a
 * route in the real host: an empty segment in the path (`//x`), or a target that is neither a path nor an absolute http URL.
 */
export function readTarget(target: string): RequestTarget | undefined {
  const origin = /^https?:\/\/[^/?#]*/i.exec(target)?.[0] ?? '';
  const rest = target.slice(origin.length);
  const mark = rest.indexOf('?');
  const path = (mark < 0 ? rest : rest.slice(0, mark)) || '/';
  if (!path.startsWith('/')) return undefined;
  const segments: string[] = [];
  for (const segment of path.slice(1).replace(/\/$/, '').split('/').map(decodeSegment)) {
    if (segment === '..') segments.pop();
    else if (segment !== '.') segments.push(segment);
  }
  if (segments.length === 1 && segments[0] === '' && path === '/') segments.pop();
  if (segments.includes('')) return undefined;
  return { path, query: mark < 0 ? '' : rest.slice(mark), segments };
}
