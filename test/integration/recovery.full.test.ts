// The slow tests of `recovery.test.ts`: faults that show only after a deadline.
import './recovery.test.ts';
