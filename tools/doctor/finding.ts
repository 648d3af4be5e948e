import type { CauseId } from './causes.ts';

/** How a check ended. `unknown`: this run cannot find it out. `skipped`: a check that it depends on has failed. */
export type Status = 'ok' | 'warning' | 'fault' | 'unknown' | 'skipped';

/** What a check found. `note` adds names and figures that are no secret: a setting's name, a code, seconds. */
export type Finding = { status: Status; cause?: CauseId; note?: string };

/** Nothing is wrong. */
export const ok = (note?: string): Finding => ({ status: 'ok', ...(note === undefined ? {} : { note }) });

/** Something that must be fixed. */
export const fault = (cause: CauseId, note?: string): Finding => ({
  status: 'fault',
  cause,
  ...(note === undefined ? {} : { note }),
});

/** Something that should be fixed, though the chain works. */
export const warning = (cause: CauseId, note?: string): Finding => ({
  status: 'warning',
  cause,
  ...(note === undefined ? {} : { note }),
});

/** What this run cannot find out, and why. */
export const unknown = (note: string): Finding => ({ status: 'unknown', note });

/** One check: its name, the checks that must have succeeded before it, and its work. */
export type Check = { id: string; title: string; needs: readonly string[]; run(): Promise<Finding> };

/** A check and what it found. */
export type CheckResult = Finding & { id: string; title: string };

/** Runs the checks one after the other. A check that depends on a failed one is skipped. `report` is called after each check. */
export async function runChecks(
  checks: readonly Check[],
  report: (result: CheckResult) => void,
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const { id, title, needs, run } of checks) {
    const failed = needs.find((need) =>
      results.some((result) => result.id === need && (result.status === 'fault' || result.status === 'skipped')),
    );
    let finding: Finding;
    try {
      finding = failed === undefined ? await run() : { status: 'skipped', note: `because of: ${failed}` };
    } catch (error) {
      // The message may quote what was sent; the name says enough to report it.
      finding = fault('check-failed', error instanceof Error ? error.name : 'unknown error');
    }
    const result = { id, title, ...finding };
    results.push(result);
    report(result);
  }
  return results;
}
