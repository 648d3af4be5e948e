import { oreToText } from './ore.ts';
import type { AccountType, Money, ShownAccount, ShownSaldo } from './shown-saldo.ts';

export type { AccountType } from './shown-saldo.ts';

/**
 * One sub-account. `balanceOre`: øre, negative when Lånekassen owes the customer. `lastChangedAt`: milliseconds since 1970;
 * `undefined`: Lånekassen gave no date that exists.
 */
export type Account = { type: AccountType; balanceOre: number; lastChangedAt?: number | undefined };

/** What a look-up found. `fetchedAt`: milliseconds since 1970. */
export type Saldo = { accounts: Account[]; fetchedAt: number };

/** What the session holds: a saldo, or that Lånekassen does not know the person. */
export type Finding = { kind: 'saldo'; saldo: Saldo } | { kind: 'not-a-customer'; fetchedAt: number };

const names: Record<AccountType, ShownAccount['name']> = {
  lan: 'Lån',
  renter: 'Renter',
  gebyr: 'Gebyr',
  omkostninger: 'Omkostninger',
  annet: 'Annet',
};

/** The account type of a name in Lånekassen's answer. */
export function accountTypeOf(name: string): AccountType {
  const normal = name.normalize('NFC').trim();
  return (Object.keys(names) as AccountType[]).find((type) => type !== 'annet' && names[type] === normal) ?? 'annet';
}

/** The sum of the accounts, øre. Lånekassen's own `TotalAmount` is never shown (domain/open-questions.md U11). */
export function totalOre(accounts: readonly Account[]): number {
  return accounts.reduce((total, account) => total + account.balanceOre, 0);
}

const money = (ore: number): Money => ({ amount: oreToText(ore), currency: 'NOK' });

/** A saldo as it is shown, with how long the consent lasts. */
export function shownSaldo(saldo: Saldo, consent: { validTo: number; renewFrom: number }): ShownSaldo {
  return {
    total: money(totalOre(saldo.accounts)),
    accounts: saldo.accounts.map(({ type, balanceOre, lastChangedAt }) => ({
      type,
      name: names[type],
      balance: money(balanceOre),
      ...(lastChangedAt === undefined ? {} : { lastChangedAt: new Date(lastChangedAt).toISOString() }),
    })),
    fetchedAt: new Date(saldo.fetchedAt).toISOString(),
    // Duty C-6: Lånekassen's logo stands beside the figures.
    source: { name: 'Lånekassen', logoRequired: true },
    consent: { validTo: new Date(consent.validTo).toISOString(), renewFrom: new Date(consent.renewFrom).toISOString() },
  };
}
