// The slow tests of `sample.test.ts`.
import './sample.test.ts';
