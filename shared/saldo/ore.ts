/**
 * Amounts beyond this are not a student loan but a broken reply: a thousand billion kroner in øre. Fifty of them still
 * add up exactly as a number (lanekassen-reply.ts takes no more accounts than that).
 */
const maxOre = 10n ** 14n;

/**
 * The amount of a JSON number's text in øre, rounded half away from zero on the decimal text: `1.005` is 101, although
 * the nearest binary number lies below it. `undefined` for what is no JSON number, or absurdly large.
 */
export function oreFromText(text: string): number | undefined {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/.exec(text);
  if (!match) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  if (whole.length + fraction.length > 400) return undefined;
  // digits × 10^scale is the amount in øre.
  const digits = BigInt(whole + fraction);
  const scale = Number(exponent) - fraction.length + 2;
  if (digits === 0n) return 0;
  if (scale > 40) return undefined;
  const ore = scale >= 0 ? digits * 10n ** BigInt(scale) : roundedHalfUp(digits, -scale);
  if (ore > maxOre) return undefined;
  return ore === 0n ? 0 : Number(sign === '-' ? -ore : ore);
}

function roundedHalfUp(digits: bigint, drop: number): bigint {
  // Every digit is dropped, and even a 9 at the front is less than half.
  if (drop > 2000) return 0n;
  const divisor = 10n ** BigInt(drop);
  return (digits + divisor / 2n) / divisor;
}

/** Øre as a decimal string with two digits: `-1250.75`, `0.00`. */
export function oreToText(ore: number): string {
  const digits = String(Math.abs(ore)).padStart(3, '0');
  return `${ore < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
