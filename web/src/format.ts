// Amounts, dates and times as they are written in each language, by Intl alone.

/** Norwegian time for every customer, because Lånekassen's days are Norwegian days. */
const timeZone = 'Europe/Oslo';

/** A piece of a written amount: whole kroner (`kroner`), or øre and currency, which are drawn lighter. */
export type AmountPart = { text: string; kroner: boolean };

/** The formats for a list of locales, best first. */
export type Format = {
  /** `"250188.50"` → `250 188,50 kr` or `NOK 250,188.50`. */
  amount(text: string): string;
  /** The same, in pieces; joined they are `amount`. */
  amountParts(text: string): AmountPart[];
  /** `15. oktober 2026`; day and month stay on one line. */
  day(instant: string): string;
  time(instant: string): string;
  isSameDay(instant: string, other: Date): boolean;
};

const ofKroner = new Set(['minusSign', 'integer', 'group']);

export function formatFor(locales: string[]): Format {
  const kroner = new Intl.NumberFormat(locales, { style: 'currency', currency: 'NOK' });
  const day = new Intl.DateTimeFormat(locales, { dateStyle: 'long', timeZone });
  const time = new Intl.DateTimeFormat(locales, { timeStyle: 'short', timeZone });
  return {
    // Intl reads the string as an exact decimal. A number could lose øre.
    amount: (text) => kroner.format(text as Intl.StringNumericLiteral),
    amountParts: (text) =>
      kroner
        .formatToParts(text as Intl.StringNumericLiteral)
        .map(({ type, value }) => ({ text: value, kroner: ofKroner.has(type) })),
    day: (instant) => day.format(new Date(instant)).replace(' ', '\u00a0'),
    time: (instant) => time.format(new Date(instant)),
    isSameDay: (instant, other) => day.format(new Date(instant)) === day.format(other),
  };
}
