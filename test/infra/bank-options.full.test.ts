// The slow tests of `bank-options.test.ts`.
import './bank-options.test.ts';
