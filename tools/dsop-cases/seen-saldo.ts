import type { AccountType } from './cases.ts';
import type { SeenSaldo } from './evidence.ts';

type Money = { amount?: unknown };
const million = 100_000_000n;

/** An amount of our API, such as `-1234.50`, in øre. */
function oreOf(money: Money | undefined): bigint {
  const [, sign, whole, hundredths] = /^(-?)(\d+)\.(\d\d)$/.exec(String(money?.amount)) ?? [];
  if (whole === undefined || hundredths === undefined)
    throw new RangeError('an amount does not have the form of the interface');
  const ore = BigInt(whole) * 100n + BigInt(hundredths);
  return sign === '-' ? -ore : ore;
}

/**
 * The parts of a saldo that DSOP's cases check, without the amounts. Lånekassen may leave out a sub-account without debt or return it as zero
 * (the contract allows both), so a zero counts as absent. Throws `RangeError` if it is not a saldo.
 */
export function seenSaldo(body: Record<string, unknown>): SeenSaldo {
  const accounts = body.accounts as { type: AccountType; balance: Money }[];
  if (!Array.isArray(accounts)) throw new RangeError('the answer is not a saldo');
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
