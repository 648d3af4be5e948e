// The slow tests of `options.test.ts`.
import './options.test.ts';
