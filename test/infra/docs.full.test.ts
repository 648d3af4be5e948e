// The slow tests of `docs.test.ts`.
import './docs.test.ts';
