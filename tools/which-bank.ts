import type { Bank } from '../shared/bank/bank.ts';

/** The option of every command that works for one bank. */
export const bankOption = { bank: { type: 'string' } } as const;

/** The line about it in a command's usage. */
export const bankUsage = '--bank    organisation number of the bank, if the app serves several';

/**
 * The bank that `--bank` names, or the only bank. Throws `RangeError` if the number is not on the list, or if the app serves several banks and
 * none is named.
 */
export function bankNamed<B extends Pick<Bank, 'organisationNumber'>>(
  banks: readonly [B, ...B[]],
  organisationNumber: string | undefined,
): B {
  const [only, ...others] = banks;
  if (organisationNumber === undefined) {
    if (others.length === 0) return only;
    throw new RangeError(`The app serves ${banks.length} banks: name one with --bank <organisation number>.`);
  }
  const found = banks.find((bank) => bank.organisationNumber === organisationNumber);
  if (found === undefined) throw new RangeError('--bank: no bank of that organisation number is in BANKS.');
  return found;
}
