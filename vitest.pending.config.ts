import { defineConfig } from 'vitest/config';
import { pending } from './test/pending.ts';
import { common } from './vitest.config.ts';

/** Long suites that have not been seen green since the last large merges: `npm run test:pending`. CI does not run them. */
export default defineConfig({
  test: { ...common, testTimeout: 300_000, include: [...pending], passWithNoTests: true },
});
