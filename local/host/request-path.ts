/** Where a request goes: `path` and `query` as sent, `segments` as routing reads them. */
export type RequestTarget = { path: string; query: string; segments: string[] };

/** Decodes a segment as Kestrel does: everything but `%2F`, which must not become a separator; bad escapes stay. */
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
 * Reads the target of a request line. Dot segments go, one slash at the end does not count. `undefined` for what the real
 * host routes nowhere: an empty segment in the path (`//x`), or a target that is neither a path nor an absolute http URL.
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
