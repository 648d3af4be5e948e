/** One preference of RFC 7240 §2: a token, perhaps a value (a token or a quoted text), perhaps parameters. */
const preference =
  /\s*(?<name>[!#$%&'*+.^_`|~\w-]+)(?:\s*=\s*(?:(?<token>[!#$%&'*+.^_`|~\w-]+)|"(?<text>(?:[^"\\]|\\.)*)"))?(?:\s*;(?:[^",]|"(?:[^"\\]|\\.)*")*)?\s*(?:,|$)/y;

/**
 * How long the caller waits, from `Prefer: wait=<seconds>` (RFC 7240 §4.3), whole seconds from 1 to 8. The first `wait` counts,
 * whatever its value; one out of 1–8 is ignored, and so is all that is malformed: `undefined` then, as for none.
 */
export function waitSeconds(prefer: string | null): number | undefined {
  const text = prefer ?? '';
  let wait: string | undefined;
  for (let at = 0; at < text.length; at = preference.lastIndex) {
    // Nothing between two commas is allowed (RFC 9110 §5.6.1).
    const empty = /\s*,/y;
    empty.lastIndex = at;
    if (empty.test(text)) {
      preference.lastIndex = empty.lastIndex;
      continue;
    }
    preference.lastIndex = at;
    const groups = preference.exec(text)?.groups;
    // Malformed from here on (an unbalanced quote): what came before it holds, and the rest is ignored.
    if (groups === undefined) break;
    if (wait === undefined && groups.name?.toLowerCase() === 'wait') wait = groups.token ?? groups.text ?? '';
  }
  return wait !== undefined && /^[1-8]$/.test(wait) ? Number(wait) : undefined;
}

/** The same in milliseconds, at most `maxMs`; that much where the caller has said nothing. */
export const callerWaitMs = (prefer: string | null, maxMs: number): number =>
  Math.min((waitSeconds(prefer) ?? Number.POSITIVE_INFINITY) * 1000, maxMs);
