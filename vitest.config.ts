import { defineConfig } from 'vitest/config';

const workers = {
  pool: 'forks',
  testTimeout: 45_000,
  hookTimeout: 60_000,
  // Two cores: more workers only make sockets wait for each other.
  maxWorkers: 2,
} as const;

/** How `npm test` runs; `vitest.full.config.ts` differs by the files and the time they may take. */
export const common = {
  ...workers,
  // Every answer of every host is held against docs/openapi.json.
  globalSetup: 'test/openapi/global-setup.ts',
  setupFiles: 'test/openapi/setup.ts',
} as const;

const notHere = ['test/**/*.full.test.ts', 'test/openapi/wrong-app/**'];
/** Files that start no host share two processes: a process for each file would take two seconds, and Kusto's parser some more. */
const filesWithoutHost = [
  'test/unit/**/*.test.ts',
  'test/docs/**/*.test.ts',
  'test/contract/{altinn,bank-login,lanekassen}*.test.ts',
  'test/contract/maskinporten{,-certificate,-consent,-control}.test.ts',
  'test/monitoring/{panels,queries,truth-table}.test.ts',
  'test/monitoring/engine/*.test.ts',
];

/**
 * Files that start worlds share two processes as well: their modules are loaded once, which takes half a minute less. One of them
 * signs in as a managed identity in its own process, which the library does once for a process, at the endpoint of the first world.
 */
const filesWithWorlds = ['test/integration/!(first-day-probes).test.ts', 'test/openapi/*.test.ts'];

export default defineConfig({
  test: {
    maxWorkers: common.maxWorkers,
    projects: [
      // No hosts there, and nothing that lasts in a process: its files share two, which takes a third of the time.
      {
        test: {
          ...workers,
          name: 'unit',
          isolate: false,
          include: filesWithoutHost,
          exclude: notHere,
        },
      },
      {
        test: {
          ...common,
          name: 'worlds',
          isolate: false,
          include: filesWithWorlds,
          exclude: notHere,
        },
      },
      {
        test: {
          ...common,
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: [...filesWithoutHost, ...filesWithWorlds, ...notHere],
        },
      },
    ],
    // The JSON is what .ci/run adds up.
  },
});
