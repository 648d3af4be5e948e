/**
 * Long suites that have not been seen green since the last large merges: they failed, or never ran to the end. `test:full` and CI
 * leave them out, and `npm run test:pending` runs them. A suite that is green again is taken off this list.
 */
export const pending: readonly string[] = ['test/faults/faults.full.test.ts'];
