// Leaves the slow tests of a file to `npm run test:full`. Beside `x.test.ts` there is an `x.full.test.ts` that imports it. `npm test`
// registers the quick tests, `test:full` the slow ones, so each test runs once and none is skipped.
import { describe, test } from 'vitest';

/** Whether this run is the run of the long suites (set by `vitest.full.config.ts`). */
export const isFull = process.env.TEST_PART === 'full';

/** Replaces `test` or `describe` with all their properties, and registers nothing. */
const nothing = new Proxy(() => nothing, { get: () => nothing }) as never;

/** `test` for tests in `npm test`. */
export const quickTest: typeof test = isFull ? nothing : test;
/** `describe` for tests that `npm test` runs completely. */
export const quickDescribe: typeof describe = isFull ? nothing : describe;
/** `test` for tests in `npm run test:full`. */
export const slowTest: typeof test = isFull ? test : nothing;
/** `describe` for tests that `npm run test:full` runs completely. */
export const slowDescribe: typeof describe = isFull ? describe : nothing;
