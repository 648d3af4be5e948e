// Amounts, dates and times as they are written in Norwegian.

const kroner = new Intl.NumberFormat('nb-NO', { style: 'currency', currency: 'NOK' });
const day = new Intl.DateTimeFormat('nb-NO', { dateStyle: 'long', timeZone: 'Europe/Oslo' });
const shortDay = new Intl.DateTimeFormat('nb-NO', { dateStyle: 'medium', timeZone: 'Europe/Oslo' });
const time = new Intl.DateTimeFormat('nb-NO', { timeStyle: 'short', timeZone: 'Europe/Oslo' });

/**
 * `"250188.50"` → `250 188,50 kr`. The text goes straight to Intl, which reads it as an exact decimal; as a number it
 * could lose øre.
 * @param {string} amount
 */
export const formatAmount = (amount) => kroner.format(/** @type {Intl.StringNumericLiteral} */ (amount));

/**
 * `15. oktober 2026`, in Norwegian time, with spaces that no line breaks at.
 * @param {string} instant
 */
export const formatDay = (instant) => day.format(new Date(instant)).replaceAll(' ', '\u00a0');

/**
 * `Hentet kl. 09:15`, with the day before it when that is not today.
 * @param {string} instant
 * @param {Date} now
 */
export function formatFetched(instant, now) {
  const at = new Date(instant);
  const when = `kl. ${time.format(at)}`;
  return day.format(at) === day.format(now) ? `Hentet ${when}` : `Hentet ${shortDay.format(at)} ${when}`;
}
