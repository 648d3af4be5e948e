// The slow tests of `doctor.test.ts`: the other faults that the command names.
import './doctor.test.ts';
