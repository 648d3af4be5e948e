/**
 * A fault or reason as our vocabulary spells one: short lower-case words and small numbers, joined by hyphens
 * (`maskinporten-token-err-jws-signature-verification-failed`). Fewer than one in 10^15 random keys in base64url looks like this.
 */
const ourWord = /^[a-z]{1,20}(?:-(?:[a-z]{1,20}|\d{1,5}))+$/;
const keyUnlessOurs = (found: string) => (ourWord.test(found) ? found : '[key]');

/**
 * The last check before telemetry is sent: removes everything that looks like a national id, a token, a key, an amount, a callback state
 * or a query. Nothing of the kind should get this far; this is for the day when it does.
 */
export function redact(text: string): string {
  // Most of what is logged is a fixed word of ours, or a random UUID; nothing that is looked for below fits into one.
  if (/^(?:[a-z-]{0,42}|[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})$/.test(text)) return text;
  return (
    text
      // 32 bytes or more as base64 (padded, so that paths stay readable) or base64url. Before the next line, which would cut
      // a secret that happens to hold `eyJ` in two. A part of a JWT
      // follows a dot or begins with `eyJ`, and is left to it.
      .replace(/[A-Za-z0-9+/]{42,}={1,2}|(?<![\w.-])(?!eyJ)[A-Za-z0-9_-]{43,}/g, keyUnlessOurs)
      // JWTs and anything shaped like one.
      .replace(/eyJ[\w-]{4,}(?:\.[\w-]*){0,4}/g, '[token]')
      // Queries: the callback's `state`, Altinn's `ErrorMessage`, ids.
      .replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s"'?#<>]*)[?#][^\s"'<>]*/gi, '$1?[query]')
      .replace(/\bstate=[^\s&"']+/gi, 'state=[state]')
      // 11 digits in a row, alone or grouped 6+5. Timestamps have 10 or 13 digits, organisation numbers 9. Random UUIDs
      // stay whole: one in some 250 holds eleven digits in a row, and that request could not be found by its id any more.
      .replace(
        /(?<![\w-])[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(?![\w-])|(?<!\d)\d{6}[ -]?\d{5}(?!\d)/gi,
        (found) => (found.length === 36 ? found : '[national id]'),
      )
      // What is left of 32 bytes or more as base64url: keyed names, states, signatures glued to something.
      .replace(/[A-Za-z0-9_-]{43,}/g, keyUnlessOurs)
      // Amounts: two decimals, with point or comma, thousands by blanks or not. Not inside a version, an address or a time.
      .replace(
        /(?<![\w.:-]|\d )-?\d{1,3}(?:[ \u00a0]\d{3})+[.,]\d{2}(?![\w.,:])|(?<![\w.,]|(?<!["']):)-?\d{1,12}[.,]\d{2}(?![\w.,:])/g,
        '[amount]',
      )
      // Ids in paths (consent ids are UUIDs; request ids are given as fields of their own, never in a path).
      .replace(/\/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, '/[id]')
  );
}
