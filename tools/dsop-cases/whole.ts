// A whole run over a ground: first logins one by one, second logins side by side, and the page.
import type { DsopCase } from './cases.ts';
import { faultsOf } from './duties.ts';
import type { CustomerEvidence, Evidence, LogoEvidence, Stretch } from './evidence.ts';
import { type Ground, runCustomer, runSecondLogins } from './run.ts';

/** What a run begins with, where it reports, and how it looks at the page. */
export type WholeRun = {
  /** From an earlier, interrupted run. */
  earlier?: { customers: readonly CustomerEvidence[]; stretches: readonly Stretch[] };
  tell(line: string): void;
  /** Called after each customer, with all that has been seen. */
  keep(customers: readonly CustomerEvidence[], stretches: readonly Stretch[]): Promise<void>;
  /** Looks at a page that shows this customer's saldo. */
  look(customer: DsopCase): Promise<LogoEvidence>;
};

/** Runs the cases. What the earlier run saw pass is not asked again at the first login, but at the second. */
export async function runWhole(ground: Ground, cases: readonly DsopCase[], run: WholeRun): Promise<Evidence> {
  const customers: CustomerEvidence[] = [...(run.earlier?.customers ?? [])];
  const stretches: Stretch[] = [...(run.earlier?.stretches ?? [])];
  const startedAt = performance.now();
  const start = await ground.counter.read();
  let logins = 0;
  const stretch = async (): Promise<Stretch> => ({
    logins,
    sharedTokens: (await ground.counter.read()).sharedTokens - start.sharedTokens,
    seconds: (performance.now() - startedAt) / 1000,
  });

  for (const [index, one] of cases.entries()) {
    const place = `[${String(index + 1).padStart(2)}/${cases.length}] ${one.case.padEnd(2)} ${one.name}`;
    if (customers.some((seen) => seen.case === one.case)) {
      run.tell(`${place}: seen in the run before`);
      continue;
    }
    const seen = await runCustomer(ground, one);
    logins += 1;
    const faults = faultsOf(one, seen);
    run.tell(`${place}: ${faults.length === 0 ? 'pass' : `FAIL: ${faults.join('; ')}`}`);
    customers.push(seen);
    const passed = customers.filter((each) => each.saldo !== undefined);
    await run.keep(passed, [...stretches, await stretch()]);
  }
  // A customer without a saldo at the first login has nothing to show at the second.
  const shown = cases.filter((one) => customers.some((seen) => seen.case === one.case && seen.saldo !== undefined));
  const second = shown.length === 0 ? undefined : await runSecondLogins(ground, shown);
  logins += shown.length;
  stretches.push(await stretch());
  if (second !== undefined) run.tell(`all once more, side by side: ${second.answered} of ${shown.length} answered`);
  // A customer with figures: the logo's place is beside the balance.
  const customer = shown.find(({ accounts }) => accounts.length === 4) ?? shown.find((one) => one.accounts.length > 0);
  const logo: LogoEvidence = customer
    ? await run.look(customer)
    : { page: '', widths: [], notSeen: 'No customer got as far as a saldo.' };
  return {
    customers,
    ...(second === undefined ? {} : { second }),
    stretches,
    logo,
    countedAt: ground.counter.source,
  };
}
