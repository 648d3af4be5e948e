// The slow tests of `doctor.test.ts`: the remaining faults as a command, and faults that take seconds.
import './doctor.test.ts';
