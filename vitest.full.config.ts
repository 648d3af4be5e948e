import { defineConfig } from 'vitest/config';
import { common } from './vitest.config.ts';

/** The long suites: `npm run test:full`. */
export default defineConfig({
  test: {
    ...common,
    testTimeout: 300_000,
    // The files that have a quick half too (test/part.ts) register their slow one.
    env: { TEST_PART: 'full' },
    include: ['test/**/*.full.test.ts'],
    passWithNoTests: false,
    reporters: ['default', ['json', { outputFile: '.artifacts/results/full.json' }]],
  },
});
