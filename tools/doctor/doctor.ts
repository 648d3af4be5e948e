import type { NationalId } from '../../shared/person/national-id.ts';
import { readSettings } from '../../shared/settings.ts';
import { bankNamed } from '../which-bank.ts';
import { createContext } from './context.ts';
import { customerChecks, isProduction } from './customer-checks.ts';
import { type Check, type CheckResult, fault, ok, runChecks } from './finding.ts';
import { identityAndVaultChecks } from './key-checks.ts';
import { maskinportenChecks, type Tokens } from './maskinporten-checks.ts';
import { partyChecks } from './party-checks.ts';

/** The options of doctor. */
export type DoctorOptions = {
  environment: Readonly<Record<string, string | undefined>>;
  /** Organisation number of the bank that is examined; default the only one. */
  bank?: string | undefined;
  /** Used in a test environment only. */
  testCustomer?: NationalId | undefined;
  /** Checks the settings and calls no party. */
  settingsOnly?: boolean;
  report: (result: CheckResult) => void;
};

/** Runs every check that the settings allow. A check comes after those that it depends on. */
export async function examine({
  environment,
  bank,
  testCustomer,
  settingsOnly,
  report,
}: DoctorOptions): Promise<CheckResult[]> {
  const read = readSettings(environment);
  const settingsCheck: Check = {
    id: 'settings',
    title: 'Settings are sound',
    needs: [],
    // Faults name the setting and the reason, never the value.
    run: async () => (read.ok ? ok(unknownNote(read.unknown)) : fault('settings-faulty', read.faults.join('; '))),
  };
  if (!read.ok || settingsOnly) return runChecks([settingsCheck], report);
  if (testCustomer && isProduction(read.settings.maskinporten.issuer))
    throw new RangeError('--with-test-customer is for test environments: MASKINPORTEN_ISSUER is production.');
  const context = createContext(
    read.settings,
    bankNamed(read.settings.banks, bank),
    environment.IDENTITY_ENDPOINT !== undefined,
  );
  const tokens: Tokens = { altinn: undefined, lanekassen: undefined };
  try {
    return await runChecks(
      [
        settingsCheck,
        ...identityAndVaultChecks(context),
        ...maskinportenChecks(context, tokens),
        ...partyChecks(context, tokens),
        ...customerChecks(context, tokens, testCustomer),
      ],
      report,
    );
  } finally {
    await context.http.close();
  }
}

/** Names that have no effect. They are reported because a misspelt setting would otherwise keep its default without a sign. */
export function unknownNote(unknown: readonly string[]): string | undefined {
  return unknown.length === 0 ? undefined : `unknown names, without effect: ${unknown.join(', ')}`;
}
