// Faults in the meaning of an answer, not on the network.
import type { Expected } from './expect-outcome.ts';
import type { FaultWorld } from './fault-world.ts';
import { type Target, targets } from './targets.ts';

/** A row with a set-up of its own. `arrange` returns a function that undoes it. */
export type SpecialRow = {
  target: Target;
  fault: string;
  nationalId?: string;
  arrange(world: FaultWorld): Promise<() => Promise<void> | void>;
  expected: Expected;
};

const named = (name: string): Target => {
  const target = targets.find((one) => one.name === name);
  if (target === undefined) throw new Error(`No target ${name}.`);
  return target;
};
const lanekassen = named('Lånekassen');
const token = named('Maskinporten, token');
const changedAt = '2026-10-15T21:02:11.307Z';
/** An answer that cannot be read as a customer of the suite. */
const stranger = '01085301957';

const expected = (
  status: number,
  code: string | undefined,
  more: Partial<Expected> & { retryAfter?: readonly [number, number] } = {},
): Expected => {
  const { retryAfter, ...rest } = more;
  return {
    answer: {
      status,
      ...(code === undefined ? {} : { code }),
      ...(retryAfter === undefined ? {} : { retryAfter }),
    },
    attempts: 1,
    countedBy: 'wire',
    outcome: undefined,
    stop: undefined,
    gaps: [],
    stored: code === undefined ? 'held' : `failed ${code}`,
    ...rest,
  };
};
const final = { outcome: 'final', stop: 'not-retryable' } as const;

/** An answer of Lånekassen with other accounts, for the suite's person. */
const accounts = (fault: string, name: string, amount: string, outcome: Expected): SpecialRow => ({
  target: lanekassen,
  fault,
  arrange: async ({ world, person }) => {
    const before = [{ name: 'Lån', amount: '276405.19', lastChangeDateTime: changedAt }];
    world.lanekassen.control.setAccounts(person, [{ name, amount, lastChangeDateTime: changedAt }]);
    return () => world.lanekassen.control.setAccounts(person, before);
  },
  expected: outcome,
});

const status = (name: string, code: number, outcome: Expected, body = '{}'): SpecialRow => {
  const target = named(name);
  return {
    target,
    fault: String(code),
    arrange: async (world) => {
      const faults = world.faults(target.upstream);
      const answer = {
        kind: 'answer',
        status: code,
        headers: { 'content-type': 'application/json' },
        body,
      } as const;
      faults.set(answer, { matches: target.matches });
      return () => faults.clear();
    },
    expected: outcome,
  };
};

/** A doubt marks the consent, so the row uses another person's. It erases what that person's sessions hold (decision 6). */
const doubts = (row: SpecialRow): SpecialRow => ({
  ...row,
  nationalId: '03124002140',
  arrange: async (world) => {
    await world.giveConsent('03124002140');
    return row.arrange(world);
  },
});

/** Maskinporten's next tokens, changed before they are signed. */
const tampered = (fault: string, change: (claims: string) => string, outcome: Expected): SpecialRow => ({
  target: token,
  fault,
  arrange: async ({ world }) => {
    world.maskinporten.control.tamper((claims) => JSON.parse(change(JSON.stringify(claims))) as typeof claims);
    return () => world.maskinporten.control.tamper(undefined);
  },
  expected: outcome,
});

const strangersAccount = {
  Balances: [
    {
      BalanceType: 'closingBooked',
      BalanceAmount: { currency: 'NOK', amount: 1 },
      LastChangeDateTime: changedAt,
    },
  ],
  Name: 'Lån',
  Bban: stranger,
  Assert: '',
};

const oauthError = '{"error":"invalid_grant","error_description":"Simulated."}';

/** In the order of the document. */
export const specialRows: readonly SpecialRow[] = [
  accounts('unknown account name', 'Purregebyr', '12.5', expected(200, undefined)),
  accounts('negative amount', 'Lån', '-1250.75', expected(200, undefined)),
  accounts('huge amount', 'Lån', '99999999999999999999.0', expected(502, 'upstream-invalid-reply', final)),
  {
    target: lanekassen,
    fault: "another person's Bban",
    arrange: async ({ world }) => {
      const body = { Accounts: [strangersAccount], TotalAmount: 1 };
      world.lanekassen.control.failNext(1, { bodyText: JSON.stringify(body) });
      return () => {};
    },
    expected: expected(502, 'upstream-invalid-reply', final),
  },
  status('Lånekassen', 400, expected(503, 'configuration', final)),
  status('Lånekassen', 401, expected(503, 'configuration', { attempts: 2, gaps: [[0, 0]] })),
  status('Lånekassen', 404, expected(404, 'not-a-customer', { stored: 'held' })),
  {
    ...doubts(status('Lånekassen', 403, expected(403, 'consent-refused', { stored: 'nothing' }))),
    fault: '403 with a consent token that Altinn confirms',
  },
  tampered(
    'a token that has expired',
    (claims) => claims.replace(/"exp":\d+/, '"exp":1700000000'),
    expected(502, 'upstream-invalid-reply'),
  ),
  tampered(
    "a consent token of another person's",
    (claims) => claims.replaceAll('identifier-no:04125300311', `identifier-no:${stranger}`),
    expected(403, 'consent-person-mismatch'),
  ),
  doubts(status('Maskinporten, token', 400, expected(403, 'consent-refused', { stored: 'nothing' }), oauthError)),
  status(
    'Altinn, read; stale feed',
    401,
    expected(503, 'configuration', { attempts: 2, logged: 1, gaps: [[0, 0]], ...final }),
    '',
  ),
  status('Altinn, read; stale feed', 403, expected(503, 'configuration', final), ''),
  status('Altinn, read; fresh feed', 403, expected(503, 'configuration', final), ''),
  status('Key Vault, sign', 403, expected(503, 'configuration', final), '{"error":{"code":"Forbidden","message":"x"}}'),
  status(
    'Table Storage',
    403,
    expected(503, 'configuration', { ...final, stored: 'nothing' }),
    '{"odata.error":{"code":"AuthorizationFailure"}}',
  ),
];
