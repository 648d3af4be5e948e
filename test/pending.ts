/**
 * Long suites that have not been seen green since the last large merges: they failed, or never ran to the end. `test:full` and CI
 * leave them out, and `npm run test:pending` runs them. A suite that is green again is taken off this list.
 */
export const pending: readonly string[] = [
  'test/browser/card-states.full.test.ts',
  'test/browser/round.full.test.ts',
  'test/faults/below-http.full.test.ts',
  'test/faults/faults.full.test.ts',
  'test/faults/matrix/matrix.full.test.ts',
  'test/infra/newest-compiler.full.test.ts',
  'test/infra/secret-order.full.test.ts',
  'test/infra/values.full.test.ts',
  'test/integration/consent-import.full.test.ts',
  'test/integration/restore.full.test.ts',
  'test/monitoring/rounds.full.test.ts',
  'test/unit/state/planted.full.test.ts',
];
