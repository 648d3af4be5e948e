// A complete run: first logins one after the other, second logins at the same time, and the page.
import type { DsopCase } from './cases.ts';
import { faultsOf } from './duties.ts';
import type { CustomerEvidence, Evidence, LogoEvidence, Stretch } from './evidence.ts';
import { runCustomer, runSecondLogins, type Target } from './run.ts';

/** The options of a run: its cases, where it reports, and how it checks the page. */
export type FullRun = {
  /** From an earlier, interrupted run. */
  earlier?: { customers: readonly CustomerEvidence[]; stretches: readonly Stretch[] };
  report(line: string): void;
  /** Called after each customer, with all results so far. */
  keep(customers: readonly CustomerEvidence[], stretches: readonly Stretch[]): Promise<void>;
  /** Checks a page that shows this customer's saldo. */
  look(customer: DsopCase): Promise<LogoEvidence>;
};

/** Runs the cases. A case that passed in the earlier run is left out of the first logins, and not of the second. */
export async function runAll(target: Target, cases: readonly DsopCase[], run: FullRun): Promise<Evidence> {
  const customers: CustomerEvidence[] = [...(run.earlier?.customers ?? [])];
  const stretches: Stretch[] = [...(run.earlier?.stretches ?? [])];
  const startedAt = performance.now();
  const start = await target.counter.read();
  let logins = 0;
  const stretch = async (): Promise<Stretch> => ({
    logins,
    sharedTokens: (await target.counter.read()).sharedTokens - start.sharedTokens,
    seconds: (performance.now() - startedAt) / 1000,
  });

  for (const [index, one] of cases.entries()) {
    const place = `[${String(index + 1).padStart(2)}/${cases.length}] ${one.case.padEnd(2)} ${one.name}`;
    if (customers.some((seen) => seen.case === one.case)) {
      run.report(`${place}: passed in the earlier run`);
      continue;
    }
    const seen = await runCustomer(target, one);
    logins += 1;
    const faults = faultsOf(one, seen);
    run.report(`${place}: ${faults.length === 0 ? 'pass' : `FAIL: ${faults.join('; ')}`}`);
    customers.push(seen);
    const passed = customers.filter((each) => each.saldo !== undefined);
    await run.keep(passed, [...stretches, await stretch()]);
  }
  // A customer without a saldo at the first login is left out of the second.
  const shown = cases.filter((one) => customers.some((seen) => seen.case === one.case && seen.saldo !== undefined));
  const second = shown.length === 0 ? undefined : await runSecondLogins(target, shown);
  logins += shown.length;
  stretches.push(await stretch());
  if (second !== undefined) run.report(`all again, at the same time: ${second.answered} of ${shown.length} answered`);
  // A customer with figures, because the logo must be beside the saldo.
  const customer = shown.find(({ accounts }) => accounts.length === 4) ?? shown.find((one) => one.accounts.length > 0);
  const logo: LogoEvidence = customer
    ? await run.look(customer)
    : { page: '', widths: [], notSeen: 'No customer got a saldo.' };
  return {
    customers,
    ...(second === undefined ? {} : { second }),
    stretches,
    logo,
    countedAt: target.counter.source,
  };
}
