// The faults that a call meets in a run: all of them (`npm run test:faults`), or one of each kind (`npm run test:full`).
import { type Target, targets } from './targets.ts';
import { type FaultName, faultNames, type Kind, wireRows } from './wire-rows.ts';

/** Whether this run has every row, so it can write `docs/faults.md`. */
export const hasAllFaults = process.env.FAULTS === 'all';

/** Every fault that the call can have. */
export const faultsOf = (target: Target): FaultName[] => faultNames.filter((name) => !target.without?.includes(name));

const kindOf = (target: Target, fault: FaultName): Kind => target.kinds?.[fault] ?? wireRows[fault].kind;

/**
 * One fault of each kind, a different one at each call, so all calls together meet every fault. A call whose rows take seconds meets every
 * third kind, if an earlier call to the same upstream has met all of them.
 */
export function sampledFaults(target: Target): FaultName[] {
  const place = targets.indexOf(target);
  const byKind = new Map<Kind, FaultName[]>();
  for (const fault of faultsOf(target)) {
    const kind = kindOf(target, fault);
    byKind.set(kind, [...(byKind.get(kind) ?? []), fault]);
  }
  const one = [...byKind.values()].flatMap((faults) => faults[place % faults.length] ?? []);
  const isCovered = target.fetchedFirst && targets.slice(0, place).some(({ upstream }) => upstream === target.upstream);
  return isCovered ? one.filter((_, index) => index % 3 === place % 3) : one;
}
