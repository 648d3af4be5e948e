import * as z from 'zod';
import { oreToText } from './ore.ts';
import type { AccountType, Money, ShownSaldo } from './shown-saldo.ts';

const names: Record<AccountType, string> = {
  lan: 'Lån',
  renter: 'Renter',
  gebyr: 'Gebyr',
  omkostninger: 'Omkostninger',
  annet: 'Annet',
};
const types = Object.keys(names) as [AccountType, ...AccountType[]];

/** One sub-account, as it is held. */
export const accountSchema = z.object({
  type: z.enum(types),
  /** Øre, negative when Lånekassen owes the customer. */
  balanceOre: z.int(),
  /** Milliseconds since 1970. `undefined`: Lånekassen gave no date that exists. */
  lastChangedAt: z.number().optional(),
  /** Only of an `annet`, as Lånekassen sends it, where it is harmless (`harmlessName`). */
  name: z.string().optional(),
});

/** One sub-account. */
export type Account = z.infer<typeof accountSchema>;

/** The account type of a name in Lånekassen's answer. */
export function accountTypeOf(name: string): AccountType {
  const normal = name.normalize('NFC').trim();
  return types.find((type) => type !== 'annet' && names[type] === normal) ?? 'annet';
}

/** An account name that may be shown as it was sent: Latin letters and single blanks, at most 40 characters. Else `undefined`. */
export function harmlessName(name: string): string | undefined {
  const normal = name.normalize('NFC').trim();
  return normal.length <= 40 && /^\p{Script=Latin}+(?: \p{Script=Latin}+)*$/u.test(normal) ? normal : undefined;
}

/** The sum of the accounts, øre. Lånekassen's own `TotalAmount` is never shown (docs/contracts/open-questions.md U11). */
export function totalOre(accounts: readonly Account[]): number {
  return accounts.reduce((total, account) => total + account.balanceOre, 0);
}

const money = (ore: number): Money => ({ amount: oreToText(ore), currency: 'NOK' });

/** A saldo as it is shown, with how long the consent lasts, and until when the answer is held (milliseconds since 1970). */
export function shownSaldo(
  saldo: { accounts: readonly Account[]; fetchedAt: number },
  consent: { validTo: number; renewFrom: number; withdrawUrl: string },
  heldUntil: number,
): ShownSaldo {
  return {
    total: money(totalOre(saldo.accounts)),
    accounts: saldo.accounts.map(({ type, name, balanceOre, lastChangedAt }) => ({
      type,
      name: type === 'annet' ? (name ?? names.annet) : names[type],
      balance: money(balanceOre),
      ...(lastChangedAt === undefined ? {} : { lastChangedAt: new Date(lastChangedAt).toISOString() }),
    })),
    fetchedAt: new Date(saldo.fetchedAt).toISOString(),
    heldUntil: new Date(heldUntil).toISOString(),
    // Duty C-6: Lånekassen's logo is beside the figures.
    source: { name: 'Lånekassen', logoRequired: true },
    consent: {
      validTo: new Date(consent.validTo).toISOString(),
      renewFrom: new Date(consent.renewFrom).toISOString(),
      withdrawUrl: consent.withdrawUrl,
    },
  };
}
