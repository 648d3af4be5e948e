import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.full.test.ts'],
    exclude: ['node_modules/**'],
    pool: 'forks',
    testTimeout: 300_000,
    hookTimeout: 120_000,
    // One at a time: they start several processes each.
    maxWorkers: 1,
  },
});
