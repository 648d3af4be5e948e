// The saldo on the wire (`docs/contracts/interface.md` §2), as a schema. The program takes only its types, so that it costs no
// start-up; the OpenAPI document is made of it, and every answer in the tests is checked against that.
import * as z from 'zod';

const instant = z.iso.datetime({ precision: 3 });

/** An amount: a decimal text with two digits, the minus sign first, never a number that could lose an øre. */
export const moneySchema = z.strictObject({
  amount: z
    .string()
    .regex(/^-?(?:0|[1-9]\d*)\.\d{2}$/)
    .describe('Decimal text, two digits, minus sign first when Lånekassen owes the customer.'),
  currency: z.literal('NOK'),
});

/** Lånekassen's sub-accounts (underkontoer), and `annet` for a name that the contract does not know. */
export const accountTypeSchema = z
  .enum(['lan', 'renter', 'gebyr', 'omkostninger', 'annet'])
  .describe('`annet`: an account whose name the contract does not know; it is counted in the total.');

/** One sub-account. */
export const accountSchema = z.strictObject({
  type: accountTypeSchema,
  name: z
    .string()
    .max(40)
    .describe(
      'In Norwegian, as shown to the customer: `Lån`, `Renter`, `Gebyr`, `Omkostninger`; for the type `annet` the name as Lånekassen sends it where that is letters and blanks only, at most 40 characters, else `Annet`.',
    ),
  balance: moneySchema,
  lastChangedAt: instant.optional().describe('Absent when Lånekassen gave no date that exists.'),
});

/** The saldo as the front end gets it. */
export const saldoSchema = z.strictObject({
  total: moneySchema.describe('The sum of the accounts. Zero does not mean “paid off”.'),
  accounts: z.array(accountSchema).describe('Empty when Lånekassen names no account.'),
  fetchedAt: instant.describe('When Lånekassen answered; the answer holds for the login session.'),
  heldUntil: instant.describe(
    'The answer is held, and may be shown, until this instant: SESSION_TTL_MINUTES after `fetchedAt`, or the end of the consent. Then call again.',
  ),
  source: z
    .strictObject({ name: z.literal('Lånekassen'), logoRequired: z.literal(true) })
    .describe('Duty C-6: Lånekassen’s logo is beside the figures.'),
  consent: z.strictObject({
    validTo: instant.describe('The consent ends at this instant. The saldo must not be shown after it.'),
    renewFrom: instant.describe('From this instant on, POST /consents makes a new request.'),
    withdrawUrl: z.url().describe('The page at Altinn where the customer withdraws a consent.'),
  }),
});

/** Lånekassen's sub-account. */
export type AccountType = z.infer<typeof accountTypeSchema>;
/** An amount on the wire. */
export type Money = z.infer<typeof moneySchema>;
/** The saldo on the wire. */
export type ShownSaldo = z.infer<typeof saldoSchema>;
