// A test file whose slow tests are left to `npm run test:full`. Beside `x.test.ts` there is an `x.full.test.ts` that imports it:
// `npm test` registers the quick ones of it, `test:full` the slow ones, so that each test runs once and none is skipped.
import { describe, test } from 'vitest';

/** Whether this run is that of the long suites (set by `vitest.full.config.ts`). */
export const isFull = process.env.TEST_PART === 'full';

/** Takes the place of `test` or `describe` and of all that hangs on it, and registers nothing. */
const nothing = new Proxy(() => nothing, { get: () => nothing }) as never;

/** `test` for what `npm test` runs. */
export const quickTest: typeof test = isFull ? nothing : test;
/** `describe` for tests of which `npm test` runs all. */
export const quickDescribe: typeof describe = isFull ? nothing : describe;
/** `test` for what `npm run test:full` runs. */
export const slowTest: typeof test = isFull ? test : nothing;
/** `describe` for tests of which `npm run test:full` runs all. */
export const slowDescribe: typeof describe = isFull ? describe : nothing;
