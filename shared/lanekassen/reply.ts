import * as z from 'zod';
import { NationalId } from '../person/national-id.ts';
import { oreFromText } from '../saldo/ore.ts';
import { type Account, accountTypeOf, harmlessName, totalOre } from '../saldo/saldo.ts';
import type { HttpReply } from '../upstream/http-client.ts';
import { isoInstant } from '../upstream/iso-instant.ts';
import { invalidReply } from '../upstream/reply.ts';

/** What a 200 of Lånekassen says, checked, and the oddities worth counting. */
export type LanekassenReply = { accounts: Account[]; totalMismatch: boolean; unknownAccounts: number };

/** A JSON number as its text: 1.005 has no exact binary form, so it must be rounded as text. */
class NumberText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const amount = z.instanceof(NumberText).transform(({ text }, context) => {
  const ore = oreFromText(text);
  if (ore !== undefined) return ore;
  context.addIssue('not an amount');
  return z.NEVER;
});
// docs/contracts/lanekassen-saldo.md §5; one sample in ten lacks the Z. A date that does not exist is no reason to hold the saldo back.
// .NET sends an empty one as the year 1, and its largest as the year 9999.
const lastChange = isoInstant
  .pipe(z.number().min(0).max(Date.UTC(3000, 0)))
  .optional()
  .catch(undefined);
/** Only compared, and never shown (docs/contracts/open-questions.md U11). */
const comparedOre = (value: unknown) => (value instanceof NumberText ? oreFromText(value.text) : undefined);
const balance = z.object({
  BalanceType: z.string(),
  BalanceAmount: z.object({ currency: z.string(), amount }),
  LastChangeDateTime: lastChange,
});
const schema = z.object({
  // The contract has four. A few more are accepted; a flood is an invalid reply.
  Accounts: z.array(z.object({ Name: z.string(), Balances: z.array(balance), Bban: z.string() })).max(50),
  TotalAmount: z.unknown().optional(),
});

/** Reads a 200. Throws `upstream-invalid-reply` for everything that breaks the contract, another person's `Bban` included. */
export function parseLanekassenReply(reply: HttpReply, person: NationalId): LanekassenReply {
  const result = schema.safeParse(parseKeepingNumbers(reply.text));
  // The path may be reported, zod's message and the value may not.
  if (!result.success) throw invalidReply('lanekassen', `schema-${result.error.issues[0]?.path.join('.') ?? 'body'}`);
  const accounts = result.data.Accounts.map((account): Account => {
    const owner = NationalId.parse(account.Bban);
    if (owner === undefined || !owner.equals(person)) throw invalidReply('lanekassen', 'bban');
    const [closing, ...more] = account.Balances.filter(({ BalanceType }) => BalanceType === 'closingBooked');
    if (closing === undefined || more.length > 0) throw invalidReply('lanekassen', 'balances');
    if (closing.BalanceAmount.currency !== 'NOK') throw invalidReply('lanekassen', 'currency');
    const type = accountTypeOf(account.Name);
    const name = type === 'annet' ? harmlessName(account.Name) : undefined;
    return {
      type,
      name,
      balanceOre: closing.BalanceAmount.amount,
      lastChangedAt: closing.LastChangeDateTime,
    };
  });
  return {
    accounts,
    totalMismatch: result.data.TotalAmount != null && comparedOre(result.data.TotalAmount) !== totalOre(accounts),
    unknownAccounts: accounts.filter(({ type }) => type === 'annet').length,
  };
}

/** JSON with every number kept as text, by `JSON.parse` with source access (Node 22). */
function parseKeepingNumbers(text: string): unknown {
  const keep = (_key: string, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' ? new NumberText(context?.source ?? String(value)) : value;
  try {
    return JSON.parse(text, keep as (key: string, value: unknown) => unknown);
  } catch {
    // The parser's message quotes the text, so it is not kept as cause.
    throw invalidReply('lanekassen', 'not-json');
  }
}
