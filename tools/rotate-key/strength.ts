// Whether a key version may replace another: a rotation must not move the key out of hardware, make it shorter or remove its end.
import { bitsOf, type VaultKey } from '../../shared/key-vault/key-fit.ts';

/** In what a key version is weaker than another, each as a text. None: it may replace the other. */
export function weaknessesOf(next: VaultKey, before: VaultKey): string[] {
  const faults: string[] = [];
  if (before.keyType === 'RSA-HSM' && next.keyType !== 'RSA-HSM')
    faults.push(`it is ${next.keyType}, a software key, and the one before is in hardware (RSA-HSM)`);
  if (bitsOf(next) < bitsOf(before)) faults.push(`it has ${bitsOf(next)} bits, and the one before ${bitsOf(before)}`);
  const more = (next.operations ?? []).filter((operation) => !(before.operations ?? ['sign']).includes(operation));
  if (more.length > 0) faults.push(`it may ${more.join(', ')} too`);
  if (before.expiresOn !== undefined && next.expiresOn === undefined)
    faults.push('it has no end, so nothing announces when its registration runs out');
  return faults;
}

/** The date after a duration of whole years, months or days (ISO 8601, as in a rotation policy); `undefined` for other durations. */
export function endOfDuration(duration: string | undefined, from: Date): Date | undefined {
  const [, amount, unit] = /^P(\d+)([YMD])$/.exec(duration ?? '') ?? [];
  if (amount === undefined) return undefined;
  const end = new Date(from);
  if (unit === 'Y') end.setUTCFullYear(end.getUTCFullYear() + Number(amount));
  else if (unit === 'M') end.setUTCMonth(end.getUTCMonth() + Number(amount));
  else end.setUTCDate(end.getUTCDate() + Number(amount));
  return end;
}
