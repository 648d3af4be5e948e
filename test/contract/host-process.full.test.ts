// The slow tests of `host-process.test.ts`: waits for timers.
import './host-process.test.ts';
