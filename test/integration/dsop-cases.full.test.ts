// The slow tests of `dsop-cases.test.ts`.
import './dsop-cases.test.ts';
