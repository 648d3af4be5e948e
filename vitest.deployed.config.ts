import { defineConfig } from 'vitest/config';
import { common } from './vitest.config.ts';

/** The suites that start hosts, for `npm run test:deployed`: HOST_NODE is set, so the hosts run on the deployed Node. */
export default defineConfig({
  test: {
    ...common,
    include: [
      'test/integration/**/*.test.ts',
      'test/faults/sample.test.ts',
      'test/contract/host-{access,http,process}.test.ts',
    ],
    exclude: ['test/**/*.full.test.ts'],
    reporters: ['default', ['json', { outputFile: '.artifacts/results/deployed.json' }]],
  },
});
