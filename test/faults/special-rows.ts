// Faults that are told by meaning, not by the wire.
import type { FaultWorld, UpstreamName } from './fault-world.ts';
import type { Expected } from './rows.ts';

/** A row with its own arrangement; what `arrange` gives undoes it. */
export type SpecialRow = {
  upstream: UpstreamName;
  fault: string;
  nationalId?: string;
  arrange(world: FaultWorld): Promise<() => Promise<void> | void>;
  expected: Expected;
};

const invalid = { status: 502, code: 'upstream-invalid-reply', attempts: 1, held: 0 } as const;
const configuration = { status: 503, code: 'configuration', held: 0 } as const;
const saldo = { status: 200, attempts: 1, held: 1 } as const;
const changedAt = '2026-10-15T21:02:11.307Z';

/** An answer of Lånekassen with other accounts, for the person of the suite. */
const accounts = (fault: string, name: string, amount: string, expected: Expected): SpecialRow => ({
  upstream: 'lanekassen',
  fault,
  arrange: async ({ world, person }) => {
    const before = [{ name: 'Lån', amount: '276405.19', lastChangeDateTime: changedAt }];
    world.lanekassen.control.setAccounts(person, [{ name, amount, lastChangeDateTime: changedAt }]);
    return () => world.lanekassen.control.setAccounts(person, before);
  },
  expected,
});

const status = (upstream: UpstreamName, code: number, path: string, expected: Expected): SpecialRow => ({
  upstream,
  fault: String(code),
  arrange: async (world) => {
    const faults = world.faults(upstream);
    faults.set(
      { kind: 'answer', status: code, headers: { 'content-type': 'application/json' }, body: '{}' },
      { matches: (_method, at) => at.includes(path) },
    );
    return () => faults.clear();
  },
  expected,
});

export const specialRows: readonly SpecialRow[] = [
  accounts('unknown account name', 'Purregebyr', '12.5', saldo),
  accounts('negative amount', 'Lån', '-1250.75', saldo),
  accounts('huge amount', 'Lån', '99999999999999999999.0', invalid),
  {
    upstream: 'lanekassen',
    fault: "another person's Bban",
    arrange: async ({ world }) => {
      const body = {
        Accounts: [
          {
            Balances: [
              {
                BalanceType: 'closingBooked',
                BalanceAmount: { currency: 'NOK', amount: 1 },
                LastChangeDateTime: changedAt,
              },
            ],
            Name: 'Lån',
            Bban: '01085301957',
            Assert: '',
          },
        ],
        TotalAmount: 1,
      };
      world.lanekassen.control.failNext(1, { bodyText: JSON.stringify(body) });
      return () => {};
    },
    expected: invalid,
  },
  status('lanekassen', 400, '/Accounts', { ...configuration, attempts: 1 }),
  status('lanekassen', 401, '/Accounts', { ...configuration, attempts: 2 }),
  status('lanekassen', 404, '/Accounts', { status: 404, code: 'not-a-customer', attempts: 1, held: 1 }),
  {
    ...status('lanekassen', 403, '/Accounts', { status: 403, code: 'consent-refused', attempts: 1, held: 0 }),
    fault: '403 with a consent token that Altinn confirms',
    // Marks the consent, so it is somebody else's.
    nationalId: '03124002140',
    arrange: async (world) => {
      await world.giveConsent('03124002140');
      const faults = world.faults('lanekassen');
      faults.set({ kind: 'answer', status: 403, headers: { 'content-type': 'application/json' }, body: '{}' });
      return () => faults.clear();
    },
  },
  {
    upstream: 'maskinporten',
    fault: 'a token that has expired',
    arrange: async ({ world }) => {
      world.maskinporten.control.tamper((claims) => ({ ...claims, exp: 1_700_000_000 }));
      return () => world.maskinporten.control.tamper(undefined);
    },
    expected: invalid,
  },
  {
    upstream: 'maskinporten',
    fault: "a consent token of another person's",
    arrange: async ({ world }) => {
      world.maskinporten.control.tamper(
        (claims) =>
          JSON.parse(
            JSON.stringify(claims).replaceAll(
              'urn:altinn:person:identifier-no:04125300311',
              'urn:altinn:person:identifier-no:01085301957',
            ),
          ) as typeof claims,
      );
      return () => world.maskinporten.control.tamper(undefined);
    },
    expected: { status: 403, code: 'consent-person-mismatch', attempts: 1, held: 0 },
  },
  status('maskinporten', 400, '/token', {
    status: 503,
    code: 'upstream-unavailable',
    attempts: 1,
    held: 0,
    retryAfter: [30, 30],
  }),
  status('altinn', 401, '/enterprise/consentrequests/', { ...configuration, attempts: 2 }),
  status('altinn', 403, '/enterprise/consentrequests/', { ...configuration, attempts: 1 }),
  status('key-vault', 403, '/sign', { ...configuration, attempts: 1 }),
  status('tables', 403, '/', { ...configuration, attempts: 1 }),
];
