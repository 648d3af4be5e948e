// The slow tests of `recovery.test.ts`: what is found only after a deadline.
import './recovery.test.ts';
