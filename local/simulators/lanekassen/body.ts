// The 200 body, written by hand, because amounts keep their given text (`280.0`), which JSON.stringify would change. Names and casing:
// docs/contracts/lanekassen-saldo.md §5.
import type { TestAccount } from '../test-customers.ts';

/** Sums the decimal texts exactly, to as many digits as the longest fraction (at least one). */
function sumOf(amounts: readonly string[]): string {
  const digits = Math.max(1, ...amounts.map((amount) => amount.split('.')[1]?.length ?? 0));
  let sum = 0n;
  for (const amount of amounts) {
    const [whole = '0', fraction = ''] = amount.split('.');
    sum += BigInt(whole + fraction.padEnd(digits, '0'));
  }
  const text = (sum < 0n ? -sum : sum).toString().padStart(digits + 1, '0');
  return `${sum < 0n ? '-' : ''}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

function accountText({ name, amount, lastChangeDateTime }: TestAccount, nationalId: string): string {
  const balance = `{"BalanceType":"closingBooked","BalanceAmount":{"currency":"NOK","amount":${amount}},"LastChangeDateTime":${JSON.stringify(lastChangeDateTime)}}`;
  return `{"Balances":[${balance}],"Name":${JSON.stringify(name)},"Bban":"${nationalId}","Assert":""}`;
}

/** The body for a customer. `totalAmount` is a number text that replaces the sum. */
export function saldoBody(
  nationalId: string,
  accounts: readonly TestAccount[],
  totalAmount: string | undefined,
): string {
  const total = totalAmount ?? sumOf(accounts.map(({ amount }) => amount));
  return `{"Accounts":[${accounts.map((account) => accountText(account, nationalId)).join(',')}],"TotalAmount":${total}}`;
}
