// The slow tests of `host-process.test.ts`: timers that are waited for.
import './host-process.test.ts';
