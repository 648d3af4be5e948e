import type { AccountType } from './cases.ts';
import type { SeenSaldo } from './evidence.ts';

type Money = { amount?: unknown };
const million = 100_000_000n;

/** Øre of an amount of ours: `-1234.50`. */
function oreOf(money: Money | undefined): bigint {
  const [, sign, whole, hundredths] = /^(-?)(\d+)\.(\d\d)$/.exec(String(money?.amount)) ?? [];
  if (whole === undefined || hundredths === undefined) throw new RangeError('an amount is not of the interface');
  const ore = BigInt(whole) * 100n + BigInt(hundredths);
  return sign === '-' ? -ore : ore;
}

/**
 * Takes from a saldo what DSOP's cases are about, and drops the amounts. Lånekassen may leave out a sub-account without
 * debt or give it as zero (both are within the contract), so zero counts as not there. Throws `RangeError` for what is no saldo.
 */
export function seenSaldo(body: Record<string, unknown>): SeenSaldo {
  const accounts = body.accounts as { type: AccountType; balance: Money }[];
  if (!Array.isArray(accounts)) throw new RangeError('the answer is no saldo');
  const total = oreOf(body.total as Money);
  const figures = accounts.map(({ type, balance }) => ({ type, ore: oreOf(balance) }));
  const source = body.source as { name?: unknown; logoRequired?: unknown } | undefined;
  return {
    accounts: figures.filter(({ ore }) => ore !== 0n).map(({ type }) => type),
    total: total > million ? 'over' : 'under',
    addsUp: figures.reduce((sum, { ore }) => sum + ore, 0n) === total,
    logoRequired: source?.logoRequired === true && source.name === 'Lånekassen',
  };
}
