// The slow tests of `tokens-supplier.test.ts`: more hosts.
import './tokens-supplier.test.ts';
