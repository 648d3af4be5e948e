// Faults to plant in a copy of the program, one at a time. Each removes one border between banks. The property must find every one of them
// (planted.full.test.ts). A logout token is checked twice, where its banks are found and where it is verified, so no single fault lets one
// end another bank's sessions. Both checks have tests of their own (bank-of-token.test.ts, logout-token.test.ts).
import type { Planted } from '../state/faults.ts';

export const planted: readonly Planted[] = [
  {
    name: 'Tokens are cached without the bank',
    file: 'shared/compose/token-parts.ts',
    from: 'lanekassenToken: shared(grants.lanekassen)',
    to: 'lanekassenToken: ((client as any).shared ??= shared(grants.lanekassen))',
    seed: 1,
    runs: 100,
  },
  {
    name: 'Secrets are derived without the bank',
    file: 'shared/bank/bank-secrets.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
    from: '`${purpose}\\0${organisationNumber}`',
    to: 'purpose',
    seed: 1,
    runs: 100,
  },
  {
    name: 'A consent’s receiver is not compared',
    file: 'shared/consent/verify-consent.ts',
    from: "if (answer.to !== expected.organisationNumber) return 'receiver';",
    to: '',
    seed: 1,
    runs: 200,
  },
  {
    name: 'A row of another bank is read',
    file: 'shared/bank/bank-table.ts',
    from: 'if (row === undefined || row.values[bankProperty] === organisationNumber) return row;',
    to: 'if (row || !row) return row;',
    seed: 1,
    runs: 200,
  },
  {
    name: 'A callback is the first bank’s',
    file: 'shared/compose/crossings.ts',
    from: 'return row && bank(row.values[bankProperty]);',
    to: 'return row && partsOf(banks[0]);',
    seed: 1,
    runs: 100,
  },
  {
    name: 'A token is the first bank’s of those that share an identity provider',
    file: 'shared/bank/bank-of-token.ts',
    from: 'ofClaim.get(claim === undefined ? undefined : payload[claim])',
    to: '[...ofClaim.values()][0]',
    seed: 1,
    runs: 100,
  },
  {
    name: 'Any return URL is taken',
    file: 'shared/consent/return-url.ts',
    from: 'rules.some((rule) => covers(rule, url))',
    to: 'rules',
    seed: 1,
    runs: 100,
  },
];
