// The slow tests of `doctor.test.ts`: the other faults that the command names, and those that take seconds.
import './doctor.test.ts';
